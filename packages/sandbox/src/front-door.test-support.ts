import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export type Finished = { code: number; stdout: string; stderr: string };

const workspace = fileURLToPath(new URL("../../../", import.meta.url));

/** A folder of its own for one test, gone after it. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "front-door-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** Runs a command of this package as its script does, at the workspace root and without a terminal. */
export function runScript(
  script: "invoke" | "demo" | "leases",
  args: string[],
  { environment = {}, stdin = "" }: { environment?: Record<string, string>; stdin?: string } = {},
): Promise<Finished> {
  const file = fileURLToPath(new URL(`${script}.ts`, import.meta.url));
  // Nothing of the developer's own: above all no AWS credentials and no colours.
  const env = {
    PATH: process.env["PATH"] ?? "",
    SANDBOX_RECORD: process.env["SANDBOX_RECORD"] ?? "",
    ...environment,
  };
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [file, ...args],
      { cwd: workspace, env },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
    child.stdin?.end(stdin);
  });
}
