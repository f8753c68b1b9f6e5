import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export type Finished = { code: number; stdout: string; stderr: string };

const workspace = fileURLToPath(new URL("../../../", import.meta.url));

const scripts = {
  demo: "tools/demo/src/demo.ts",
  doctor: "tools/cli/src/doctor.ts",
  invoke: "tools/cli/src/invoke.ts",
  leases: "tools/cli/src/leases.ts",
  plan: "tools/cli/src/plan.ts",
  request: "tools/cli/src/request.ts",
  requests: "tools/cli/src/requests.ts",
};

/** Makes a folder for one test, and removes the folder after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "front-door-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** Runs a command of the workspace like its npm script, at the workspace root and without a terminal. */
export function runScript(
  script: keyof typeof scripts,
  args: string[],
  { environment = {}, stdin = "" }: { environment?: Record<string, string>; stdin?: string } = {},
): Promise<Finished> {
  const file = path.join(workspace, scripts[script]);
  // No variables of the developer's own, such as AWS credentials and colours.
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
