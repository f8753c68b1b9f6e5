import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { freePort } from "./kernel/loopback.ts";

/** A running moto server, the second opinion on what AWS answers. */
export type Moto = { url: string; environment: Record<string, string>; close(): Promise<void> };

/** The Python that has moto, or nothing. Set `PYTHON` to choose one. */
export function findMoto(): string | undefined {
  const candidates = [process.env["PYTHON"] ?? "python3", "python"];
  return candidates.find((python) => spawnSync(python, ["-c", "import moto.server"]).status === 0);
}

/** As `python -m moto.server`, but in one thread: with several, two conditional writes at once can both succeed. */
const program = `
import sys
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple
run_simple("127.0.0.1", int(sys.argv[1]), DomainDispatcherApplication(create_backend_app), threaded=False)
`;

/** Starts moto on a free loopback port and waits until it answers. */
export async function startMoto(python: string): Promise<Moto> {
  const port = await freePort();
  const child = spawn(python, ["-c", program, String(port)], { stdio: "ignore" });
  const exited = once(child, "exit");
  const url = `http://127.0.0.1:${port}`;
  await untilReachable(`${url}/moto-api/data.json`, () => child.exitCode !== null);
  return {
    url,
    environment: {
      AWS_ENDPOINT_URL: url,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    },
    async close() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

async function untilReachable(url: string, gone: () => boolean): Promise<void> {
  const end = Date.now() + 30_000;
  while (!gone() && Date.now() < end) {
    const answered = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`moto did not start to answer at ${url}`);
}
