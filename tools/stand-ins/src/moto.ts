import { spawnSync } from "node:child_process";
import { startProgram, until } from "./kernel/program.ts";

/** A running moto server, the second opinion on what AWS answers. */
export type Moto = { url: string; environment: Record<string, string>; close(): Promise<void> };

/** The Python that has moto, or nothing. Set `PYTHON` to choose one. */
export function findMoto(): string | undefined {
  const candidates = [process.env["PYTHON"] ?? "python3", "python"];
  return candidates.find((python) => spawnSync(python, ["-c", "import moto.server"]).status === 0);
}

/**
 * As `python -m moto.server`, but on a port that the system chooses, and handling one request at a time: else two
 * conditional writes at once can both succeed. A connection on which nothing comes keeps only its own thread waiting.
 */
const program = `
from threading import Lock
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

moto = DomainDispatcherApplication(create_backend_app)
lock = Lock()

def one_at_a_time(environ, start_response):
    with lock:
        return moto(environ, start_response)

server = make_server("127.0.0.1", 0, one_at_a_time, threaded=True)
print("port", server.port, flush=True)
server.serve_forever()
`;

/** Starts moto on a free loopback port and waits until it answers. Its end, if nobody asked for it, is told. */
export async function startMoto(python: string): Promise<Moto> {
  const server = startProgram(python, ["-c", program], { env: { HOME: process.env["HOME"] ?? "" } });
  const port = () => /^port (\d+)$/m.exec(server.output())?.[1];
  await until(async () => port() !== undefined, server, "moto did not start");
  const url = `http://127.0.0.1:${port()}`;
  return {
    url,
    environment: {
      AWS_ENDPOINT_URL: url,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    },
    close: async () => {
      if (server.hasEnded()) process.stderr.write(`moto ended by itself; it said: ${server.output()}\n`);
      await server.stop();
    },
  };
}
