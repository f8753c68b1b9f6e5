import { reportColumns as columns, labelled, paint, printable } from "@sym/command-line/terminal";
import { describeFunctionError, readAnswer } from "@sym/local-lambda/sym-answer";
import type { Holdings } from "@sym/stand-ins/target-system";
import { paths, readText } from "@sym/test-payloads/payload-fields";
import type { InvokeOptions } from "./options.ts";
import type { Run } from "./run.ts";

/** Whether the answer is a success for Sym: readable, and without errors. */
export function succeeded({ invocation }: Run): boolean {
  return invocation.functionError === undefined && readAnswer(invocation.payload)?.errors.length === 0;
}

/** The report of a run as one JSON document. */
export function reportAsJson({ handler, logs }: InvokeOptions, { before, invocation, after }: Run): string {
  const { payload, functionError } = invocation;
  const report = {
    handler,
    before,
    answer: functionError === undefined ? payload : null,
    after,
    ...(logs && { logs: invocation.logs }),
    ...(functionError !== undefined && { functionError: describeFunctionError(payload) }),
  };
  return JSON.stringify(report, undefined, 2);
}

/** The report of a run as text. */
export function reportAsText(options: InvokeOptions, run: Run, sent: unknown): string {
  const { before, invocation, after } = run;
  const type = readText(sent, paths.type) ?? "a payload without an event type";
  const requester = readText(sent, paths.requester) ?? "an unnamed requester";
  return [
    `${paint("bold", options.handler)} ${run.where}: ${printable(`${type} for ${requester}`)}`,
    "",
    ...holdings(options.plan ? "now" : "before", before, before),
    ...answer(options.plan ? "plan" : "answer", invocation),
    ...(options.plan ? [] : holdings("after", after, before)),
    ...(options.logs ? list("log", invocation.logs) : []),
  ].join("\n");
}

function holdings(label: string, shown: Holdings | null, compared: Holdings | null): string[] {
  if (shown === null) return [];
  const lines = Object.entries(shown).map(([what, value]) => {
    const changed = compared !== null && compared[what] !== value;
    return `${what}: ${value}${changed ? "  <- changed" : ""}`;
  });
  return list(label, lines);
}

function answer(label: string, { payload, functionError }: Run["invocation"]): string[] {
  if (functionError !== undefined)
    return [labelled("failed", describeFunctionError(payload), { format: "red", columns })];
  const read = readAnswer(payload);
  if (!read)
    return [
      labelled("failed", "Sym cannot read this answer, and would treat it as a success:", {
        format: "red",
        columns,
      }),
      labelled("", JSON.stringify(payload) ?? "nothing", { columns }),
    ];
  const { body, errors } = read;
  const format = errors.length === 0 ? "green" : "red";
  return [
    labelled(label, body.outcome, { format, columns }),
    labelled("", body.message, { columns }),
    ...list("errors", errors),
    ...list("version", body.version === undefined ? [] : [body.version]),
  ];
}

function list(label: string, lines: string[]): string[] {
  return lines.map((line, index) => labelled(index === 0 ? label : "", line, { columns }));
}
