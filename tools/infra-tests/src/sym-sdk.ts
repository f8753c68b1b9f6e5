import { spawnSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** One run of a function of `impl.py`: `answer` is what the Lambda function returned. */
export type ImplCase = {
  call: string;
  answer?: unknown;
  members?: Record<string, string[]>;
  slack_fails?: boolean;
};

/** What was sent to whom, and what the function returned. */
export type ImplResult = { sent: { to: string; message: string }[]; returned: unknown };

/** The package itself, in a virtual environment, or a stub of it. */
export type SymSdk = { kind: "sdk" | "stub"; python: string };

/** The package may be installed from its index, but not passed on, so it is no dependency of this workspace. */
const packages = ["sym-sdk==0.61.0", "RestrictedPython==8.1"];

const runner = fileURLToPath(new URL("../sym/run_impl.py", import.meta.url));
const cache = fileURLToPath(new URL("../node_modules/.cache/sym-sdk", import.meta.url));

/**
 * What `impl.py` can run with here: a stub if there is Python, and the package if pip can install it, which is tried
 * once for each cache. Empty without Python; set `PYTHON` to choose one.
 */
export function findSymSdks(): SymSdk[] {
  const python = process.env["PYTHON"] ?? "python3";
  if (!succeeds(python, ["-c", "import sys; assert sys.version_info >= (3, 9)"])) return [];
  const installed = path.join(cache, "bin/python");
  const probe = ["-c", "import sym.sdk, RestrictedPython"];
  const isInstalled =
    succeeds(installed, probe) ||
    (succeeds(python, ["-m", "venv", "--clear", cache]) &&
      succeeds(installed, ["-m", "pip", "install", "--quiet", ...packages]) &&
      succeeds(installed, probe));
  const stub: SymSdk = { kind: "stub", python };
  return isInstalled ? [{ kind: "sdk", python: installed }, stub] : [stub];
}

/** Runs the file with each case; `name` says with what. Throws with what Python said if the file cannot be run. */
export function runImpl(
  sdk: SymSdk,
  file: string,
  cases: ImplCase[],
): { name: string; results: ImplResult[] } {
  const run = spawnSync(sdk.python, [runner, file, sdk.kind], {
    input: JSON.stringify(cases),
    encoding: "utf8",
  });
  if (run.status !== 0) throw new Error(run.error?.message ?? run.stderr);
  return JSON.parse(run.stdout);
}

function succeeds(command: string, args: string[]): boolean {
  return spawnSync(command, args, { stdio: "ignore", timeout: 180_000 }).status === 0;
}
