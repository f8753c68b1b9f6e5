import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { UsageError } from "@sym/command-line/usage-error";
import { workspaceRoot } from "@sym/local-lambda/handler-bundles";
import type { SandboxState } from "@sym/stand-ins/sandbox";
import { isObject } from "@sym/test-payloads/payload-fields";

/** Where the sandbox's state is kept between runs: `SANDBOX_STATE`, or `.sandbox/state.json` of the workspace. */
function stateFile(): string {
  return process.env["SANDBOX_STATE"] || path.join(workspaceRoot, ".sandbox", "state.json");
}

/** The folder of the sandbox's tables of leases, beside the sandbox's state: one file for each handler. */
export function leasesFolder(): string {
  return path.join(path.dirname(stateFile()), "leases");
}

/** The sandbox's table of leases of one handler: as in AWS, each function has a table of its own. */
export function leasesTableOf(handler: string): { table: string; file: string } {
  return { table: `sym-${handler}-leases`, file: path.join(leasesFolder(), `${handler}.json`) };
}

/** Forgets the state, and the leases with it. */
export function forgetState(): void {
  rmSync(stateFile(), { force: true });
  rmSync(leasesFolder(), { force: true, recursive: true });
}

/** The state that the last run left, if there was one. */
export function loadState(): SandboxState | undefined {
  const file = stateFile();
  if (!existsSync(file)) return undefined;
  const state = parse(readFileSync(file, "utf8"));
  if (isObject(state) && isObject(state["iam"]) && isObject(state["sts"])) return state as SandboxState;
  throw new UsageError(`${file} does not hold the state of a sandbox: add --reset to start anew.`);
}

export function saveState(state: SandboxState): void {
  mkdirSync(path.dirname(stateFile()), { recursive: true });
  writeFileSync(stateFile(), `${JSON.stringify(state, undefined, 2)}\n`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // A damaged file is no state either.
  }
}
