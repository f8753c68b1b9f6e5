import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import { type LocalLambdaOptions, startLocalLambda } from "./local-lambda.ts";

/** Makes a directory with an `index.cjs` of this source, and removes the directory after the test. */
export async function writeBundle(source: string): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), "sandbox-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  await writeFile(path.join(directory, "index.cjs"), source);
  return directory;
}

/** Starts a local Lambda with this source as its bundle, and closes the local Lambda after the test. */
export async function openLambda(source: string, options: Partial<LocalLambdaOptions> = {}) {
  const lambda = startLocalLambda({ bundle: await writeBundle(source), ...options });
  onTestFinished(() => lambda.close());
  return lambda;
}

/** Whether the process still runs. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
