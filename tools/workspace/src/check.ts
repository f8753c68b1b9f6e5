// All static checks of the code: lint, types, dead code, import cycles and forbidden imports, licences.
import { spawnSync } from "node:child_process";
import { help } from "./help.ts";
import { checkLicences } from "./licences.ts";

help(`Checks the code without running it: lint, types, dead code, import cycles,
forbidden imports and licences. The exit code is 1 if a check fails.

  npm run check
`);

const rooms = ["packages", "handlers", "examples", "tools", "test-payloads"];

/** `mend`: how to correct the findings of the check. */
const checks: { command: string[]; mend: string }[] = [
  {
    command: ["biome", "check", "."],
    mend: "npm run fix corrects the format and the order of imports; correct the other findings manually",
  },
  {
    command: ["turbo", "run", "typecheck", "--output-logs=errors-only"],
    mend: "correct the type errors above, then run npm run check again",
  },
  {
    command: ["knip"],
    mend: "delete the unused code; npm run knip -- --fix removes unused exports and dependencies",
  },
  {
    command: ["depcruise", "--config", ".dependency-cruiser.mjs", ...rooms],
    mend: "move the import; the table in docs/architecture.md lists the imports that each room may have",
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
if (problems.length > 0) failed.push("licences: remove the dependency with npm run remove -- <package>.");
for (const sentence of failed) process.stdout.write(`\n${sentence}\n`);
process.exit(failed.length > 0 ? 1 : 0);
