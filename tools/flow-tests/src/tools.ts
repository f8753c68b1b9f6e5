import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { findTools, type Tools } from "@sym/infra-tests/tools";
import { expect, test } from "vitest";

const folder = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const requirements = folder("requirements.txt");
const installed = folder(".venv/bin/python");
const [, version = ""] = /moto\[.*\]==([\d.]+)/.exec(readFileSync(requirements, "utf8")) ?? [];

/**
 * The tools of infra's tests, and a Python with moto's executor of state machines. Undefined if a tool is missing: the run then prints
 * the reason, and with `CI` set a test fails.
 */
export function findFlowTools(): Tools | undefined {
  const tools = findTools();
  const python = findPython();
  test.runIf(process.env["CI"])("Python with the executor of state machines is installed in CI", () => {
    expect(python).toBeDefined();
  });
  return tools && python !== undefined ? { ...tools, python } : undefined;
}

/**
 * The Python with this folder's version of moto: the one in `PYTHON`, or `python3`, or a virtual environment in this folder, which
 * is made for that purpose. Undefined, with the reason on standard error, if there is none and none can be made.
 */
function findPython(): string | undefined {
  const candidates = [process.env["PYTHON"] ?? "python3", installed];
  const found = candidates.find(hasMoto);
  if (found !== undefined) return found;
  try {
    if (!existsSync(installed)) execFileSync("python3", ["-m", "venv", folder(".venv")]);
    execFileSync(installed, ["-m", "pip", "install", "--quiet", "--requirement", requirements]);
    return installed;
  } catch (error) {
    process.stderr.write(
      `SKIPPED: tests of the flow, without moto ${version}: install Python 3 with venv and pip. ${String(error).split("\n")[0]}\n`,
    );
    return undefined;
  }
}

function hasMoto(python: string): boolean {
  const program = `import moto, moto.stepfunctions.parser.stepfunctions_utils; assert moto.__version__ == "${version}"`;
  return spawnSync(python, ["-c", program]).status === 0;
}
