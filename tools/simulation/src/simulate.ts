// Searches for an interleaving that breaks a promise of the leases: see README.md.
import { parseArgs } from "node:util";
import { runBatch } from "./batch.ts";
import { seeded } from "./chance.ts";
import { noCoverage } from "./coverage.ts";
import { bugs } from "./planted-bugs.ts";
import { type FoundBug, failureText, missedClasses, plantedText, summaryText } from "./report.ts";
import { runSchedule } from "./schedule.ts";
import { shrink } from "./shrink.ts";

const usage = `Searches for an interleaving that breaks a promise of the leases.

  npm run simulate [-- <options>]
  npm run simulate -- --seed N [--trace]
  npm run simulate -- --planted [--runs N]

  --runs N      the number of schedules (default 500000; with --planted 50000)
  --from SEED   the first seed (default 1)
  --seconds N   stop after this time
  --workers N   schedules at the same time (default 2)
  --seed N      repeat one schedule
  --trace       with --seed: print the steps also if no promise breaks
  --planted     search for each planted bug, which must be found
  --json        print JSON
  --help        this text

The exit code is 0 if every promise was kept and, with --planted, every bug was
found; else 1.

  npm run simulate -- --runs 20000`;

/** The size of the run in CI. A run of this size that never meets a kind of interleaving fails. */
const ciSize = 500_000;
/** The number of schedules that suffices to find each planted bug. */
const enough = 50_000;

const { values } = parseArgs({
  options: {
    runs: { type: "string" },
    from: { type: "string", default: "1" },
    seconds: { type: "string", default: "Infinity" },
    workers: { type: "string", default: "2" },
    seed: { type: "string" },
    trace: { type: "boolean", default: false },
    planted: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const from = Number(values.from);
const workers = Number(values.workers);

if (values.help) print(usage);
else if (values.seed !== undefined) process.exitCode = await replay(Number(values.seed));
else if (values.planted) process.exitCode = await findPlanted(Number(values.runs ?? enough));
else process.exitCode = await search(Number(values.runs ?? ciSize));

async function search(runs: number): Promise<number> {
  const start = performance.now();
  const tally = await runBatch({ from, runs, workers, seconds: Number(values.seconds) });
  const seconds = (performance.now() - start) / 1_000;
  const failure = tally.failures[0];
  const missed = tally.schedules >= ciSize ? missedClasses(tally.coverage) : [];
  if (values.json) print(JSON.stringify({ ...tally, seconds, missed }));
  else print(summaryText(tally, seconds, missed));
  if (failure && !values.json) print(failureText(failure.seed, await shrink(failure.seed)));
  return failure || missed.length > 0 ? 1 : 0;
}

async function replay(seed: number): Promise<number> {
  const outcome = await runSchedule(seeded(seed), noCoverage(), values.trace);
  if (values.json) print(JSON.stringify({ seed, ...outcome }));
  else if (outcome.violation) print(failureText(seed, await shrink(seed)));
  else print([...outcome.trace, `Seed ${seed} keeps every promise, in ${outcome.steps} steps.`].join("\n"));
  return outcome.violation ? 1 : 0;
}

async function findPlanted(runs: number): Promise<number> {
  const found: FoundBug[] = [];
  for (const bug of Object.keys(bugs)) {
    const failure = (await runBatch({ from, runs, workers, bug })).failures[0];
    found.push({ bug, schedules: failure ? failure.seed - from + 1 : runs, failure });
  }
  print(values.json ? JSON.stringify(found) : plantedText(found));
  return found.every(({ failure }) => failure) ? 0 : 1;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
