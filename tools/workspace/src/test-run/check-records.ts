// Vitest runs this around the whole test run: no line that any function printed may hold a secret, a token or an e-mail,
// every event line must be as docs/event-line.schema.json says, and every exchange with a stand-in as the system's official
// description says.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { logProblems } from "./logs.ts";
import { type Records, readRecords } from "./records.ts";

/** Returns the check of the records at the end of the run. The check throws, and so fails the run, for each problem. */
export async function setup({ vitest, config }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), "test-run-"));
  process.env["TEST_RUN_RECORDS"] = folder;
  return async () => {
    const records = await readRecords(folder);
    await rm(folder, { recursive: true });
    const files = vitest.state.getTestModules().map(({ moduleId }) => path.relative(config.root, moduleId));
    const isPart = config.testNamePattern !== undefined;
    const isWhole = !isPart && files.length === (await vitest.globTestSpecifications()).length;
    const exchanges = await checkedExchanges(records, isWhole);
    refuse("logs of the test run", logProblems(files, records, isPart));
    const events = await checkedEvents(records);
    refuse("event lines", events.problems);
    refuse("exchanges with the stand-ins", exchanges.problems);
    const lines = [...records.values()].flat().filter((entry) => "line" in entry).length;
    process.stdout.write(`\n${lines} lines of functions' logs hold no secret, token or e-mail.\n`);
    process.stdout.write(`Event lines as docs/event-line.schema.json describes them: ${events.count}.\n`);
    process.stdout.write(`Exchanges as officially described: ${exchanges.summary}.\n`);
  };
}

async function checkedEvents(records: Records) {
  const { eventLineProblems, readEventLine } = await import("@sym/api-descriptions/event-line");
  const events = [...records].flatMap(([file, entries]) =>
    entries.flatMap((entry) => {
      const event = "line" in entry ? readEventLine(entry.line) : undefined;
      return event ? [{ file, event }] : [];
    }),
  );
  const problems = events.flatMap(({ file, event }) =>
    eventLineProblems(event).map((problem) => `${file}: ${problem} in ${JSON.stringify(event)}`),
  );
  return { problems, count: events.length };
}

/** Only a complete run can show that a listed difference is unused. */
async function checkedExchanges(records: Records, isWhole: boolean) {
  const began = performance.now();
  // Imported only here, because the module reads big files.
  const { checkExchanges } = await import("@sym/api-descriptions/check-exchanges");
  const recorded = [...records].flatMap(([file, entries]) =>
    entries.flatMap((entry) => ("exchange" in entry ? [{ file, exchange: entry.exchange }] : [])),
  );
  const { counts, problems, unused } = checkExchanges(recorded);
  const needless = unused.map(
    ({ system, says, why }) => `${system}: no exchange needs the difference "${says}" (${why})`,
  );
  const each = Object.entries(counts)
    .sort()
    .map(([system, count]) => `${system} ${count}`);
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  const summary = `${each.join(", ") || "none"} (${seconds} s)`;
  return { problems: [...problems, ...(isWhole ? needless : [])], summary };
}

function refuse(what: string, problems: string[]): void {
  const shown = problems.slice(0, 20).join("\n");
  if (problems.length > 0) throw new Error(`${problems.length} problems in ${what}:\n${shown}`);
}
