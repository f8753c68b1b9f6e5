// The records that each version writes, which every later version must read: test-payloads/records.
import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "@sym/command-line/usage-error";
import { root } from "../bundle.ts";
import { gitHolds } from "./git.ts";

const folder = "test-payloads/records";
const next = `${folder}/next`;

/** Keeps the present records as those of a version, unless the version has its records already. */
export function keepRecords(version: string): void {
  const kept = join(root, folder, version);
  if (!existsSync(kept)) cpSync(join(root, next), kept, { recursive: true });
}

/** Refuses a version whose records are not kept for the next versions, and changes of the records of earlier versions. */
export function refuseRecords(version: string): void {
  const kept = `${folder}/${version}`;
  if (!existsSync(join(root, kept)))
    throw new UsageError(
      `${folder} has no folder ${version}. Run cp -r ${next} ${kept}, and commit the folder.`,
    );
  for (const name of readdirSync(join(root, next)))
    if (!isEqual(join(root, next, name), join(root, kept, name)))
      throw new UsageError(
        `${kept}/${name} differs from ${next}/${name}. Run cp -r ${next}/. ${kept}, and commit the folder.`,
      );
  for (const earlier of readdirSync(join(root, folder)))
    if (earlier !== version && isReleased(earlier) && !isAsReleased(earlier))
      throw new UsageError(
        `${folder}/${earlier} differs from the folder in tag v${earlier}. Run git checkout v${earlier} -- ${folder}/${earlier}, and commit the folder.`,
      );
}

function isEqual(one: string, other: string): boolean {
  return existsSync(other) && readFileSync(one).equals(readFileSync(other));
}

function isReleased(earlier: string): boolean {
  return gitHolds("rev-parse", "--verify", "--quiet", `refs/tags/v${earlier}^{commit}`);
}

function isAsReleased(earlier: string): boolean {
  return gitHolds("diff", "--quiet", `refs/tags/v${earlier}`, "HEAD", "--", `${folder}/${earlier}`);
}
