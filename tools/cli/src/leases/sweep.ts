import { printable } from "@sym/command-line/terminal";
import { describeFunctionError, readAnswer } from "@sym/local-lambda/sym-answer";
import { call } from "./call.ts";
import type { LeasesOptions } from "./options.ts";

/** The event of the schedule. */
const sweepEvent = { event: { type: "sweep" } };

/** Makes a function sweep, and prints its answer. Returns the exit code. */
export async function runSweep(options: LeasesOptions): Promise<number> {
  const { functionName, filter, json, logs: withLogs } = options;
  const stream = json ? process.stderr : process.stdout;
  const callee = functionName === undefined ? { handler: filter.handler ?? "" } : { functionName };
  const { payload, functionError, logs } = await call(callee, sweepEvent, options, (line) =>
    stream.write(`${printable(line)}\n`),
  );
  const answer = functionError === undefined ? readAnswer(payload) : undefined;
  if (json) {
    const failure = functionError !== undefined && { functionError: describeFunctionError(payload) };
    const document = { answer: answer ? payload : null, ...(withLogs && { logs }), ...failure };
    process.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
  } else {
    const said = answer ? [answer.body.message, ...answer.errors] : [describeFunctionError(payload)];
    const lines = [...said, ...(withLogs ? logs : [])];
    process.stdout.write(lines.map((line) => `${printable(line)}\n`).join(""));
  }
  return answer?.errors.length === 0 ? 0 : 1;
}
