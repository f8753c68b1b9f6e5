import { createInterface } from "node:readline/promises";
import { labelled, printable, reportColumns } from "@sym/command-line/terminal";
import { UsageError } from "@sym/command-line/usage-error";
import { functionArnOf } from "@sym/local-lambda/function-arn";
import { describeFunctionError, readAnswer } from "@sym/local-lambda/sym-answer";
import { checkAccount } from "../aws-caller.ts";
import { type Callee, call } from "./call.ts";
import { chooseRuns, type Endable, isOpenStill } from "./endable.ts";
import { aboutRun } from "./list-report.ts";
import { warnOfLostTables } from "./lost-tables.ts";
import type { LeasesOptions } from "./options.ts";
import { readOverview } from "./overview.ts";
import { inWords, isSandbox, type Place, tablesOf } from "./place.ts";

/** The answer of a function to the end of a run. `answer` is null if the function failed or could not be called. */
type Ended = { run: string; functionName: string; answer: unknown; sentence: string; errors: string[] };

/** Ends runs now, after the caller has agreed, and prints the answer of each end. Returns the exit code. */
export async function runEnd(options: LeasesOptions, { caller }: Place): Promise<number> {
  const { named, filter, prefix, json, functionName } = options;
  await warnOfLostTables(prefix);
  if (functionName !== undefined) checkAccount(functionName, caller?.account);
  const read = () => readOverview({ tables: tablesOf(options), prefix });
  const overview = await read();
  const runs = chooseRuns(named, filter, overview, inWords(options));
  const stream = json ? process.stderr : process.stdout;
  const say = (text: string) => void stream.write(`${text}\n`);
  if (runs.length === 0) say(`${printable(named)} has already ended. Nothing is left to end.`);
  for (const run of runs) say(`${describe(run)}\n`);
  if (runs.length > 0 && !options.yes && !(await isAgreed(runs.length, stream))) {
    say("Nothing was ended.");
    return 1;
  }
  const ended: Ended[] = [];
  for (const run of runs) {
    const answered = await endRun(run, options, caller?.arn);
    const isInDoubt = readAnswer(answered.answer)?.body.outcome === "nothing-to-revoke";
    const result = isInDoubt && isOpenStill(run, await read()) ? notItsTable(answered, run) : answered;
    ended.push(result);
    say(tell(result));
  }
  if (json) process.stdout.write(`${JSON.stringify({ ended }, undefined, 2)}\n`);
  return ended.every(({ errors }) => errors.length === 0) ? 0 : 1;
}

function describe({ id, run, names, table }: Endable): string {
  return [
    ["run", run ? aboutRun(id, run, Date.now()) : `${id}\nopened, in no lease`],
    ["who", names.subject],
    ["what", names.resource],
    ["table", table],
  ]
    .map(([label = "", text = ""]) => labelled(label, text, { columns: reportColumns }))
    .join("\n");
}

/** Asks on the terminal that shows the runs. Without a terminal, a usage error. */
async function isAgreed(count: number, output: NodeJS.WriteStream): Promise<boolean> {
  const these = count === 1 ? "this run" : `these ${count} runs`;
  if (!process.stdin.isTTY || !output.isTTY)
    throw new UsageError(`Nothing was ended. Add --yes to end ${these}.`);
  const terminal = createInterface({ input: process.stdin, output });
  try {
    const closed = new Promise<string>((resolve) => terminal.once("close", () => resolve("")));
    return (await Promise.race([terminal.question(`End ${these}? Type yes: `), closed])).trim() === "yes";
  } finally {
    terminal.close();
  }
}

/** A call that fails is an answer with an error, so that the other runs are ended all the same. */
async function endRun(run: Endable, options: LeasesOptions, caller = "operator"): Promise<Ended> {
  const about = { run: run.id, functionName: options.functionName ?? run.functionName };
  const callee: Callee = isSandbox(options)
    ? { handler: run.functionName }
    : { functionName: about.functionName };
  try {
    const { payload, functionError } = await call(
      callee,
      deescalateOf(run, caller),
      options,
      () => undefined,
    );
    const answer = functionError === undefined ? readAnswer(payload) : undefined;
    if (answer) return { ...about, answer: payload, sentence: answer.body.message, errors: answer.errors };
    const failure = describeFunctionError(payload);
    return { ...about, answer: null, sentence: failure, errors: [failure] };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { ...about, answer: null, sentence: error.message, errors: [error.message] };
  }
}

/** A function without a record of the run has ended nothing, and keeps its leases in another table. */
function notItsTable(ended: Ended, { table }: Endable): Ended {
  const error = `The run is still open in the table ${table}, of which the function ${ended.functionName} knows nothing. Set --function-name to the function with this table as its LEASES_TABLE.`;
  return { ...ended, errors: [...ended.errors, error] };
}

/**
 * The smallest deescalate of a run. Only the run's id and the function's ARN count, which `runDeployed` sets; the caller
 * stands in the place of the requester, whom the record of the run does not name.
 */
function deescalateOf({ id, key, names }: Endable, caller: string): object {
  const settings = { arn: functionArnOf(undefined) };
  return {
    event: { type: "deescalate" },
    run: { srn: `sym-handlers:run:leases-end:1.0.0:${id}`, actors: { request: { username: caller } } },
    fields: { target: { name: key.split("|")[0], label: names.resource, settings } },
  };
}

function tell({ run, sentence, errors }: Ended): string {
  const others = errors.filter((error) => !sentence.includes(error));
  const label = errors.length === 0 ? "ended" : "failed";
  const format = errors.length === 0 ? "green" : "red";
  return labelled(label, [run, sentence, ...others].join("\n"), { format, columns: reportColumns });
}
