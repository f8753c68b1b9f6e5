import { printable } from "@sym/command-line/terminal";
import { describeFunctionError, readAnswer, type SymAnswer } from "@sym/local-lambda/sym-answer";
import { isObject } from "@sym/test-payloads/payload-fields";
import { call } from "./call.ts";
import type { LeasesOptions } from "./options.ts";
import { tablesOf } from "./place.ts";

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
    const said = answer ? [answer.body.message, ...othersThan(answer)] : [describeFunctionError(payload)];
    const lines = [...said, ...(withLogs ? logs : [])];
    process.stdout.write(lines.map((line) => `${printable(line)}\n`).join(""));
    if (hasFailedEnds(payload)) process.stdout.write(`${aboutFailedEnds(options)}\n`);
  }
  return answer?.errors.length === 0 ? 0 : 1;
}

/** The errors that the message does not say already. */
function othersThan({ body, errors }: SymAnswer): string[] {
  return errors.filter((error) => !body.message.includes(error));
}

/** Whether a lease waits for the next try of its end, or an end has failed in this sweep. */
function hasFailedEnds(payload: unknown): boolean {
  const body = isObject(payload) && isObject(payload["body"]) ? payload["body"] : {};
  const later = isObject(body["later"]) ? body["later"] : {};
  return (
    Number(later["failing"] ?? 0) > 0 || (body["outcome"] === "swept" && Number(body["failed"] ?? 0) > 0)
  );
}

/** A sweep tries a failed end again only when the lease is due, up to an hour later. The end of the run does not wait. */
function aboutFailedEnds(options: LeasesOptions): string {
  const { functionName, filter } = options;
  const list = functionName === undefined ? `--handler ${filter.handler}` : `--table ${tablesOf(options)[0]}`;
  const end = functionName === undefined ? "" : ` --function-name ${functionName}`;
  return [
    "An end has failed, and waits for its next try.",
    `Why, and until when: npm run leases -- list --failed ${list}`,
    `To try now:          npm run leases -- end <run>${end} --yes`,
  ].join("\n");
}
