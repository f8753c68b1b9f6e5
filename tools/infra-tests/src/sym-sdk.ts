import { spawnSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** A call of a function in `impl.py`; `answer` is the Lambda function's result. */
export type ImplCase = {
  call: string;
  answer?: unknown;
  members?: Record<string, string[]>;
  slack_fails?: boolean;
};

/** The sent messages, and the function's return value. */
export type ImplResult = { sent: { to: string; message: string }[]; returned: unknown };

/** The package in a virtual environment, or a stub of the package. */
export type SymSdk = { kind: "sdk" | "stub"; python: string };

/**
 * The package's licence allows installing, but not redistribution, so the package is no dependency of this workspace.
 */
const packages = ["sym-sdk==0.61.0", "RestrictedPython==8.1"];

const runner = fileURLToPath(new URL("../sym/run_impl.py", import.meta.url));
const cache = fileURLToPath(new URL("../node_modules/.cache/sym-sdk", import.meta.url));

/**
 * The variants of sym-sdk on this machine: a stub, and the package if pip can install the package, into the cache.
 * Empty without Python; `PYTHON` names another Python than `python3`.
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

/** Runs the file with each case; `name` is the used SDK. Throws with Python's message if the file does not run. */
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
