import { spawnSync } from "node:child_process";
import { UsageError } from "@sym/command-line/usage-error";
import { root } from "../bundle.ts";

/** The output of a git command in the workspace. A failure is a usage error with git's message. */
export function git(...args: string[]): string {
  const { status, stdout, stderr, error } = run(args);
  if (status === 0) return stdout.trim();
  throw new UsageError(
    `git ${args[0]} failed: ${error?.message ?? stderr.trim()}. Run the command in a git clone of the repository.`,
  );
}

/** Whether a git command ends with exit code 0. */
export function gitHolds(...args: string[]): boolean {
  return run(args).status === 0;
}

function run(args: string[]) {
  return spawnSync("git", args, { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
}
