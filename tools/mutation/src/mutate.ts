// Makes small changes in the code that decides, and reports the changes that fail no test: see README.md.
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { Stryker } from "@stryker-mutator/core";
import { explained } from "./explained.ts";

/** The least share of killed mutants, in percent. */
const leastScore = 90;
const mutated = {
  leases: "packages/leases/src/{decisions,failures,items,lease,states,transitions}.ts",
  "lambda-core": "packages/lambda-core/src/{event,guard,outcome,response}.ts",
};
const killedBy = ["Killed", "Timeout"];
const survivedBy = ["Survived", "NoCoverage"];

const usage = `Makes small changes in the code that decides, and reports the changes that fail
no test.

  npm run mutate [-- <package>...]

<package> is leases or lambda-core; the default is both. The exit code is 1 if
too few changes fail a test, or if a change has no explanation.

  npm run mutate -- leases
`;
if (process.argv.some((word) => word === "--help" || word === "-h")) {
  process.stdout.write(usage);
  process.exit(0);
}

type Mutants = Awaited<ReturnType<Stryker["runMutationTest"]>>;
type Survivor = { place: string; line: string; replacement: string };

const results: Mutants = [];
for (const [name, files] of Object.entries(mutated))
  if (process.argv.length < 3 || process.argv.includes(name)) results.push(...(await mutate(name, files)));
process.exitCode = report(results);

/** Runs the tests of a package against every mutant of these files. */
function mutate(name: string, files: string): Promise<Mutants> {
  // For vitest.config.ts, which Stryker's processes read.
  process.env["MUTATED_PACKAGE"] = name;
  return new Stryker({
    testRunner: "vitest",
    plugins: [fileURLToPath(import.meta.resolve("@stryker-mutator/vitest-runner"))],
    vitest: { configFile: "tools/mutation/vitest.config.ts", related: false },
    mutate: [files],
    mutator: { excludedMutations: ["StringLiteral"] },
    ignorePatterns: ["docs", "examples", "handlers", "infra"],
    tempDirName: ".stryker-tmp",
    reporters: [process.stdout.isTTY ? "progress" : "progress-append-only"],
    warnings: false,
    // A busy machine is no infinite loop.
    timeoutMS: 30_000,
    concurrency: 2,
  }).runMutationTest();
}

/** Prints the score and the survivors. Returns the exit code. */
function report(mutants: Mutants): number {
  const killed = mutants.filter(({ status }) => killedBy.includes(status));
  const survivors = mutants.filter(({ status }) => survivedBy.includes(status)).map(survivorOf);
  const score = (100 * killed.length) / (killed.length + survivors.length);
  const whyOf = ({ line, replacement }: Survivor) =>
    explained.find((one) => line.includes(one.code) && replacement === one.by)?.why;
  const unexplained = survivors.filter((survivor) => whyOf(survivor) === undefined);
  for (const survivor of survivors) {
    const { place, line, replacement } = survivor;
    print(`\n${place}\n  ${line}\n  survives with: ${replacement}\n  ${whyOf(survivor) ?? "NOT EXPLAINED"}`);
  }
  print(
    `\n${killed.length} of ${killed.length + survivors.length} mutants killed: ${score.toFixed(1)} %. ` +
      `${survivors.length} survive, ${unexplained.length} of them without an explanation.`,
  );
  if (score >= leastScore && unexplained.length === 0) return 0;
  print(
    `At least ${leastScore} % must be killed, and every survivor explained: write a test that fails with the change, delete the code, or explain the survivor in tools/mutation/src/explained.ts.`,
  );
  return 1;
}

function survivorOf({ fileName, location: { start }, replacement = "" }: Mutants[number]): Survivor {
  const line = readFileSync(fileName, "utf8").split("\n")[start.line - 1] ?? "";
  const one = replacement.replace(/\s+/g, " ");
  return { place: `${relative(process.cwd(), fileName)}:${start.line}`, line: line.trim(), replacement: one };
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
