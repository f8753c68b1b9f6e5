// Everything that can be said about the code without running it: lint, types, dead code, circles and arrows, licences.
import { spawnSync } from "node:child_process";
import { checkLicences } from "./licences.ts";

const rooms = ["packages", "handlers", "examples", "tools", "test-payloads"];

/** `mend`: what to do about what the check found. */
const checks: { command: string[]; mend: string }[] = [
  {
    command: ["biome", "check", "."],
    mend: "npm run fix mends the format and the order of imports; mend the rest by hand",
  },
  {
    command: ["turbo", "run", "typecheck", "--output-logs=errors-only"],
    mend: "correct the types named above; npm run check runs this again",
  },
  {
    command: ["knip"],
    mend: "delete what nothing uses, or npm run knip -- --fix to remove unused exports and dependencies",
  },
  {
    command: ["depcruise", "--config", ".dependency-cruiser.mjs", ...rooms],
    mend: "move the import; the table in docs/architecture.md says which room may import from which",
  },
];

const failed: string[] = [];
for (const { command, mend } of checks) {
  const [program = "", ...args] = command;
  process.stdout.write(`> ${command.join(" ")}\n`);
  if (spawnSync(program, args, { stdio: "inherit" }).status !== 0) failed.push(`${program}: ${mend}.`);
}
process.stdout.write("> licences\n");
const problems = checkLicences();
for (const problem of problems) process.stdout.write(`${problem}\n`);
if (problems.length > 0) failed.push("licences: npm run remove -- <package> takes a dependency out again.");
for (const sentence of failed) process.stdout.write(`\n${sentence}\n`);
process.exit(failed.length > 0 ? 1 : 0);
