// Shows, sweeps and forgets leases. leases/usage.ts lists the options.

import { printable } from "@sym/command-line/terminal";
import { runCommand, UsageError } from "@sym/command-line/usage-error";
import { describeFunctionError, readAnswer } from "@sym/local-lambda/sym-answer";
import { forget } from "./leases/forget.ts";
import { type LeasesOptions, readLeasesOptions } from "./leases/options.ts";
import { about, readOverview } from "./leases/overview.ts";
import { forJson, reportAsTable, reportInFull } from "./leases/report.ts";
import { sweep } from "./leases/sweep.ts";
import { usage } from "./leases/usage.ts";

await runCommand(async () => {
  const options = readLeasesOptions(process.argv.slice(2));
  if (!options) {
    process.stdout.write(usage);
    return 0;
  }
  if (options.command === "forget") return await runForget(options);
  return options.command === "sweep" ? await runSweep(options) : await show(options);
});

async function runForget({ what, tables, json }: LeasesOptions): Promise<number> {
  const { message, runs } = await forget(what, tables[0]);
  process.stdout.write(`${json ? toJson({ message, runs }) : printable(message)}\n`);
  return 0;
}

async function show({ command, what, tables, prefix, json }: LeasesOptions): Promise<number> {
  const all = await readOverview({ tables, prefix });
  const shown = command === "list" ? all : about(what, all);
  if (command === "show" && shown.leases.length + shown.runs.length + shown.broken.length === 0)
    throw new UsageError(`No lease or run ${what} exists in ${placeOf({ tables, prefix })}.`);
  const report = command === "list" ? reportAsTable : reportInFull;
  process.stdout.write(`${json ? toJson(forJson(shown)) : report(shown, Date.now())}\n`);
  return 0;
}

function placeOf({ tables, prefix }: Pick<LeasesOptions, "tables" | "prefix">): string {
  if (prefix !== undefined) return `the tables of ${prefix}`;
  return tables.length === 0 ? "the sandbox" : `the table ${tables.join(" or ")}`;
}

async function runSweep(options: LeasesOptions): Promise<number> {
  const stream = options.json ? process.stderr : process.stdout;
  const { payload, functionError, logs } = await sweep(options, (line) =>
    stream.write(`${printable(line)}\n`),
  );
  const answer = functionError === undefined ? readAnswer(payload) : undefined;
  if (options.json) {
    const failure = functionError !== undefined && { functionError: describeFunctionError(payload) };
    const document = { answer: answer ? payload : null, ...(options.logs && { logs }), ...failure };
    process.stdout.write(`${toJson(document)}\n`);
  } else {
    const said = answer ? [answer.body.message, ...answer.errors] : [describeFunctionError(payload)];
    process.stdout.write(
      [...said, ...(options.logs ? logs : [])].map((line) => `${printable(line)}\n`).join(""),
    );
  }
  return answer?.errors.length === 0 ? 0 : 1;
}

function toJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2);
}
