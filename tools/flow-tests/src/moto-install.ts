import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const requirements = folder("requirements.txt");
const installed = folder(".venv/bin/python");
const [, version = ""] = /moto\[.*\]==([\d.]+)/.exec(readFileSync(requirements, "utf8")) ?? [];

/**
 * The Python with this folder's version of moto: the one in `PYTHON`, or `python3`, or the virtual environment that `setup` makes.
 * Undefined if there is none.
 */
export function findPython(): string | undefined {
  return [process.env["PYTHON"] ?? "python3", installed].find(hasMoto);
}

function hasMoto(python: string): boolean {
  const program = `import moto, moto.stepfunctions.parser.stepfunctions_utils; assert moto.__version__ == "${version}"`;
  return spawnSync(python, ["-c", program]).status === 0;
}

/** Vitest's global setup, once before all test files: installs moto in a virtual environment, unless a Python has this version. */
export function setup(): void {
  if (findPython() !== undefined) return;
  try {
    if (!existsSync(installed)) execFileSync("python3", ["-m", "venv", folder(".venv")]);
    execFileSync(installed, ["-m", "pip", "install", "--quiet", "--requirement", requirements]);
  } catch (error) {
    const [reason] = String(error).split("\n");
    process.stderr.write(
      `SKIPPED: tests of the flow, without moto ${version}: install Python 3 with venv and pip. ${reason}\n`,
    );
  }
}
