// Everything that can be said about the code without running it: lint, types, dead code, licences.
import { spawnSync } from "node:child_process";
import { checkLicences } from "./licences.ts";

const checks = [
  ["biome", "check", "."],
  ["turbo", "run", "typecheck", "--output-logs=errors-only"],
  ["knip"],
];

let failed = false;
for (const [command = "", ...rest] of checks) {
  process.stdout.write(`> ${command} ${rest.join(" ")}\n`);
  failed = spawnSync(command, rest, { stdio: "inherit" }).status !== 0 || failed;
}
process.stdout.write("> licences\n");
for (const problem of checkLicences(".")) {
  process.stdout.write(`${problem}\n`);
  failed = true;
}
process.exit(failed ? 1 : 0);
