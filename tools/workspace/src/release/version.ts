import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../bundle.ts";

/** The version of every bundle and of the release: that of the workspace's package.json. */
export const version = readVersion();

/** Reads the version anew. */
export function readVersion(): string {
  return JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version;
}

/** The version of Node that builds, tests and releases, such as `24.21.0`. */
export const pinnedNode = readFileSync(join(root, ".node-version"), "utf8").trim();
