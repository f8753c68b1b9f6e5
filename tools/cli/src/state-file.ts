import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { UsageError } from "@sym/command-line/usage-error";
import { workspaceRoot } from "@sym/local-lambda/handler-bundles";
import type { SandboxState } from "@sym/stand-ins/sandbox";
import { isObject } from "@sym/test-payloads/payload-fields";

/** The file of the sandbox's state: `SANDBOX_STATE`, or `.sandbox/state.json` in the workspace. */
function stateFile(): string {
  return process.env["SANDBOX_STATE"] || path.join(workspaceRoot, ".sandbox", "state.json");
}

/** The folder of the sandbox's tables of leases, beside the sandbox's state: one file for each handler. */
export function leasesFolder(): string {
  return path.join(path.dirname(stateFile()), "leases");
}

/** The sandbox's table of leases of one handler. As in AWS, each function has its own table. */
export function leasesTableOf(handler: string): { table: string; file: string } {
  return { table: `sym-${handler}-leases`, file: path.join(leasesFolder(), `${handler}.json`) };
}

/** Deletes the state and the leases of the sandbox. */
export function forgetState(): void {
  rmSync(stateFile(), { force: true });
  rmSync(leasesFolder(), { force: true, recursive: true });
}

/** The state after the last run; undefined if no run was before. */
export function loadState(): SandboxState | undefined {
  const file = stateFile();
  if (!existsSync(file)) return undefined;
  const state = parse(withFile(file, "read", () => readFileSync(file, "utf8")));
  if (isObject(state) && isObject(state["iam"]) && isObject(state["sts"])) return state as SandboxState;
  throw new UsageError(
    `${file} does not hold the state of a sandbox. Add --reset to start with an empty sandbox.`,
  );
}

export function saveState(state: SandboxState): void {
  const file = stateFile();
  withFile(file, "written", () => {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(state, undefined, 2)}\n`);
  });
}

function withFile<T>(file: string, done: "read" | "written", work: () => T): T {
  try {
    return work();
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown reason";
    throw new UsageError(`${file} cannot be ${done} (${reason}). Set SANDBOX_STATE to the path of a file.`);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // `loadState` reports the damaged file.
  }
}
