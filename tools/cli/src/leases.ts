// Shows, ends, sweeps and forgets leases. leases/usage.ts lists the options.

import { labelled, printable, reportColumns } from "@sym/command-line/terminal";
import { runCommand, UsageError } from "@sym/command-line/usage-error";
import { runEnd } from "./leases/end.ts";
import { forget } from "./leases/forget.ts";
import { reportAsList } from "./leases/list-report.ts";
import { warnOfLostTables } from "./leases/lost-tables.ts";
import { type LeasesOptions, readLeasesOptions } from "./leases/options.ts";
import { about, readOverview } from "./leases/overview.ts";
import { inWords, openPlace, type Place } from "./leases/place.ts";
import { forJson, reportInFull } from "./leases/report.ts";
import { select, whyNone } from "./leases/select.ts";
import { runSweep } from "./leases/sweep.ts";
import { usage } from "./leases/usage.ts";

const run = { list, show, end: runEnd, sweep: runSweep, forget: runForget };

await runCommand(async () => {
  const options = readLeasesOptions(process.argv.slice(2));
  if (!options) {
    process.stdout.write(usage);
    return 0;
  }
  return await run[options.command](options, await openPlace(options));
});

async function list(options: LeasesOptions): Promise<number> {
  const lost = await warnOfLostTables(options.prefix);
  const all = await readOverview(options);
  const now = Date.now();
  const shown = select(all, options.filter, now);
  const isNone = shown.leases.length === 0 && shown.broken.length === 0;
  const why = isNone && all.leases.length > 0 ? whyNone(options.filter, all) : undefined;
  print(options.json ? toJson(forJson(shown)) : reportAsList(shown, now));
  if (why) (options.json ? process.stderr : process.stdout).write(`${wrapped(why)}\n`);
  return lost === 0 ? 0 : 1;
}

async function show(options: LeasesOptions): Promise<number> {
  const { named, json, prefix } = options;
  await warnOfLostTables(prefix);
  const shown = about(named, await readOverview(options));
  if (shown.leases.length + shown.runs.length + shown.broken.length === 0)
    throw new UsageError(
      `No lease or run ${named} exists in ${inWords(options)}. npm run leases -- list shows the runs and keys, with the same --prefix or --table.`,
    );
  print(json ? toJson(forJson(shown)) : reportInFull(shown, Date.now()));
  return 0;
}

async function runForget(options: LeasesOptions, place: Place): Promise<number> {
  const forgotten = await forget(options, place);
  print(options.json ? toJson(forgotten) : printable(forgotten.message));
  return 0;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function wrapped(text: string): string {
  return labelled("", text, { width: 0, columns: reportColumns });
}

function toJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2);
}
