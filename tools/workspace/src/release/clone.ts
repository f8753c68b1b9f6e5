import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "@sym/command-line/usage-error";
import { inCloneOf } from "./commit-clone.ts";
import { gitHolds } from "./git.ts";
import { commitOf } from "./manifest.ts";

/** `differences`: a sentence for each file of the release that a clone of its commit does not make. */
export type Comparison = { commit: string; compared: number; differences: string[] };

/** Clones the commit of a release, makes its release again with the clone's own sources, and compares each byte. */
export function differencesWithClone(folder: string): Comparison {
  const commit = commitOf(folder);
  if (!gitHolds("cat-file", "-e", `${commit}^{commit}`))
    throw new UsageError(`This clone lacks commit ${commit} of ${folder}. Run git fetch --tags origin main.`);
  const again = mkdtempSync(join(tmpdir(), "sym-release-"));
  try {
    inCloneOf(commit, (clone) => releaseIn(clone, again));
    return { commit, ...compare(folder, again) };
  } finally {
    rmSync(again, { recursive: true, force: true });
  }
}

function releaseIn(clone: string, out: string): void {
  const args = ["run", "--silent", "release", "--", "--out", out];
  const { status } = spawnSync("npm", args, { cwd: clone, stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0)
    throw new UsageError("The clone made no release. Mend the failure above, then run the command again.");
}

function compare(folder: string, again: string): Omit<Comparison, "commit"> {
  const [here, there] = [readdirSync(folder), readdirSync(again)];
  const names = [...new Set([...here, ...there])].sort();
  const differences = names.flatMap((name) => {
    if (!here.includes(name)) return [`${name} is missing.`];
    if (!there.includes(name)) return [`${name} is no file of this release.`];
    return readFileSync(join(folder, name)).equals(readFileSync(join(again, name)))
      ? []
      : [`${name} differs from the clone's file.`];
  });
  return { compared: names.length, differences };
}
