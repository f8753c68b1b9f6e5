import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { workspaceRoot } from "@sym/local-lambda/handler-bundles";
import { onTestFinished } from "vitest";
import type { Suite } from "./command/report.ts";

export type Finished = { code: number; stdout: string; stderr: string };

const command = fileURLToPath(new URL("conformance.ts", import.meta.url));

/** Runs the command at the workspace root, without a terminal and without the developer's variables. */
export function runConformance(
  args: string[],
  { environment = {} }: { environment?: Record<string, string> } = {},
): Promise<Finished> {
  const env = {
    PATH: process.env["PATH"] ?? "",
    SANDBOX_RECORD: process.env["SANDBOX_RECORD"] ?? "",
    ...environment,
  };
  return new Promise((resolve) => {
    const options = { cwd: workspaceRoot, env, maxBuffer: 64 * 1024 * 1024 };
    execFile(process.execPath, [command, ...args], options, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

/** The result of each scene: `{ escalate: "passed", sweep: "not-covered: ..." }`. */
export function outcomes({ stdout, stderr }: Finished): Record<string, string> {
  if (stdout === "") throw new Error(stderr);
  const suites: Suite[] = JSON.parse(stdout).suites;
  const results = suites.flatMap((suite) => suite.results);
  return Object.fromEntries(
    results.map(({ scene, status, reason }) => [
      scene,
      reason === undefined ? status : `${status}: ${reason}`,
    ]),
  );
}

/** Makes a folder for one test, and removes the folder after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "conformance-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
