// Runs changesets, keeps the examples at the version of the workspace, and keeps the records of each version.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "../bundle.ts";
import { help } from "../help.ts";
import { writeTag } from "./examples.ts";
import { keepRecords } from "./records.ts";
import { readVersion } from "./version.ts";

help(`Runs changesets: node_modules/.bin/changeset --help lists all its commands.

  npm run changeset -- add
  npm run changeset -- version

add describes a change, in a new file of .changeset. version sets the next
version, and moves the described changes to CHANGELOG.md; then the examples that
use the modules by git name the tag of this version, and test-payloads/records
keeps the records of this version.

  npm run changeset -- add
`);

const changesets = join(root, "node_modules/@changesets/cli/bin.js");
const args = process.argv.slice(2);
const { status } = spawnSync(process.execPath, [changesets, ...args], { cwd: root, stdio: "inherit" });
if (status === 0 && args[0] === "version") {
  writeTag(`v${readVersion()}`);
  keepRecords(readVersion());
}
process.exit(status ?? 1);
