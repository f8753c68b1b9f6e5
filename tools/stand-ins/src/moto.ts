import { spawnSync } from "node:child_process";
import { startProgram, until } from "./kernel/program.ts";

/** A running moto server, for a second opinion on AWS's answers. */
export type Moto = { url: string; environment: Record<string, string>; close(): Promise<void> };

/** The Python with moto installed; undefined if none is found. Set `PYTHON` to choose one. */
export function findMoto(): string | undefined {
  const candidates = [process.env["PYTHON"] ?? "python3", "python"];
  return candidates.find((python) => spawnSync(python, ["-c", "import moto.server"]).status === 0);
}

/** `environment`: more variables of moto. `wrapped`: Python that defines `wrap(app)`, which returns the app to serve. */
type Options = { environment?: Record<string, string>; wrapped?: string };

/**
 * As `python -m moto.server`, but on a port that the system chooses, and with one request at a time: otherwise two
 * concurrent conditional writes can both succeed. An idle connection blocks only its own thread.
 */
const programOf = (wrapped: string) => `
from threading import Lock
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

${wrapped}
moto = wrap(DomainDispatcherApplication(create_backend_app))
lock = Lock()

def one_at_a_time(environ, start_response):
    with lock:
        return moto(environ, start_response)

server = make_server("127.0.0.1", 0, one_at_a_time, threaded=True)
print("port", server.port, flush=True)
server.serve_forever()
`;

/** Starts moto on a free loopback port and waits until moto answers. Reports an unexpected end of moto. */
export async function startMoto(
  python: string,
  { environment = {}, wrapped = "wrap = lambda app: app" }: Options = {},
): Promise<Moto> {
  const env = { HOME: process.env["HOME"] ?? "", ...environment };
  const server = startProgram(python, ["-c", programOf(wrapped)], { env });
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
