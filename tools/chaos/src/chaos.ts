// Sends random events, kills and faults to built handlers, and compares each person's access with the promises.

import { readCommandLine } from "@sym/command-line/command-line";
import { runCommand, UsageError } from "@sym/command-line/usage-error";
import { handlersWith, loadPart } from "@sym/local-lambda/handler-parts";
import { type ChaosReport, runChaos } from "./run.ts";
import type { ChaosTarget } from "./target.ts";

const usage = `Random events, kills and faults against built handlers, on this machine only.

  npm run chaos [-- <handler>...] [-- --seconds <number>]

Each handler runs for --seconds (default 60). The exit code is 0 if nobody kept
or lost access wrongly, 1 if a person did, 2 if the command is wrong.

  npm run chaos -- iam-group --seconds 10
`;

await runCommand(async () => {
  const options = { seconds: { type: "string" }, help: { type: "boolean", short: "h" } } as const;
  const { values, positionals } = readCommandLine(process.argv.slice(2), options, "npm run chaos --");
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const seconds = Number(values.seconds ?? 60);
  if (!(seconds >= 1 && seconds <= 3_600))
    throw new UsageError(`--seconds is "${values.seconds}". Set --seconds to a number from 1 to 3600.`);
  let code = 0;
  for (const target of await chosenTargets(positionals)) {
    const report = await runChaos(target, seconds);
    if ("skipped" in report) {
      process.stdout.write(`${target.handler}: SKIPPED, because ${report.skipped}\n`);
      continue;
    }
    process.stdout.write(`${describe(target, seconds, report)}\n`);
    if (report.violations.length > 0) code = 1;
  }
  return code;
});

async function chosenTargets(handlers: string[]): Promise<ChaosTarget[]> {
  const known = handlersWith("chaos");
  for (const handler of handlers)
    if (!known.includes(handler))
      throw new UsageError(`No chaos target exists for "${handler}". Choose from: ${known.join(", ")}.`);
  const parts = await Promise.all(
    known
      .filter((handler) => handlers.length === 0 || handlers.includes(handler))
      .map((handler) => loadPart(handler, "chaos")),
  );
  return parts.map((part) => part?.["target"] as ChaosTarget);
}

function describe({ handler }: ChaosTarget, seconds: number, report: ChaosReport): string {
  const { events, kills, faults, processes, pairs, outcomes, violations } = report;
  const count = (kind: string) => violations.filter((violation) => violation.startsWith(kind)).length;
  const answers = Object.entries(outcomes)
    .sort(([, a], [, b]) => b - a)
    .map(([outcome, times]) => `${times} ${outcome}`);
  return [
    `${handler}: ${events} events in ${seconds} s, ${kills} kills, ${faults} faults, ${processes} processes, ${pairs} pairs`,
    `  answers: ${answers.join(", ")}`,
    `  ${count("Leak")} leaks, ${count("Theft")} thefts, ${count("Dishonest")} dishonest grants`,
    ...violations.map((violation) => `  ${violation}`),
  ].join("\n");
}
