import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../bundle.ts";
import { git } from "./git.ts";

/** Clones a commit of the workspace into a temporary folder, works there, and deletes the folder. */
export function inCloneOf<Result>(commit: string, work: (clone: string) => Result): Result {
  const clone = mkdtempSync(join(tmpdir(), "sym-clone-"));
  try {
    git("clone", "--quiet", "--no-checkout", root, clone);
    git("-C", clone, "checkout", "--quiet", "--detach", commit);
    return work(clone);
  } finally {
    rmSync(clone, { recursive: true, force: true });
  }
}
