import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "@sym/command-line/usage-error";

/** The contents of a release's `manifest.json`. */
export type Manifest = {
  version: string;
  /** The full digest of the commit. */
  commit: string;
  /** The version of Node that the commit pins. */
  node: string;
  /** Every file of the release but `manifest.json` and `SHA256SUMS`. */
  files: ReleasedFile[];
};

export type ReleasedFile = {
  name: string;
  bytes: number;
  /** In hexadecimal digits. */
  sha256: string;
  /** Of a zip: its SHA-256 in base64, as Terraform's `source_code_hash` and Lambda's `CodeSha256`. */
  source_code_hash?: string;
  /** Of a zip whose bundle says its version: that version, such as `0.1.0+0123456789ab`, as in the event line. */
  bundle_version?: string;
};

export function hashesOf(content: Uint8Array): { hex: string; base64: string } {
  const hash = createHash("sha256").update(content).digest();
  return { hex: hash.toString("hex"), base64: hash.toString("base64") };
}

/** The commit that a release's manifest names. */
export function commitOf(folder: string): string {
  const file = join(folder, "manifest.json");
  if (!existsSync(file)) throw new UsageError(`${file} does not exist. Give the folder of a whole release.`);
  const commit = /"commit": "([\da-f]{40})"/.exec(readFileSync(file, "utf8"))?.[1];
  if (commit === undefined) throw new UsageError(`${file} names no commit. Download the release again.`);
  return commit;
}
