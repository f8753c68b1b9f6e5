import { SymError } from "./errors.ts";
import type { ActionResult, Outcome } from "./outcome.ts";
import type { Sweep } from "./sweep.ts";

export type LogFields = Record<string, string | number | boolean | null | undefined>;

/** Writes a line of JSON for a step. Pass only ids and durations: never e-mails, reasons, tokens or payloads. */
export type Log = (step: string, fields?: LogFields) => void;

/** Makes a log that adds the given fields to each line. */
export function createLog(common: LogFields): Log {
  return (step, fields) =>
    writeLine({ level: fields?.["error"] ? "ERROR" : "INFO", step, ...common, ...fields });
}

/** The fields of an error that are safe to log: names, codes and stack frames. Other messages can hold e-mails. */
export function describeError(error: unknown): LogFields {
  if (error instanceof SymError)
    return { error: "SymError", reason: error.reason, retryable: error.retryable, ...causes(error.cause) };
  if (!(error instanceof Error)) return { error: `thrown ${typeof error}` };
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return { error: error.name, stack: frames.slice(0, 8).join("\n"), ...causes(error) };
}

type SystemError = Error & {
  $metadata?: { httpStatusCode?: number; requestId?: string };
  code?: string;
  status?: number;
};

const mostCauses = 6;

/** The names of an error and its causes, the outermost first, and the codes that the failed system sent. */
function causes(error: unknown): LogFields {
  const chain: SystemError[] = [];
  for (let one = error; one instanceof Error && chain.length < mostCauses; one = one.cause) chain.push(one);
  if (chain.length === 0) return {};
  const metadata = chain.find(({ $metadata }) => $metadata)?.$metadata;
  return {
    cause: chain.map(({ name }) => name).join(" < "),
    code: chain.find(({ code }) => typeof code === "string")?.code,
    status: metadata?.httpStatusCode ?? chain.find(({ status }) => typeof status === "number")?.status,
    aws_request_id: metadata?.requestId,
  };
}

/** Counts an escalate or a deescalate by its outcome. `duration` in milliseconds. */
export function countOutcome(system: string, outcome: Outcome, duration: number): void {
  count({ function: functionName(), outcome }, { system }, { Invocations: 1, Duration: duration });
}

/**
 * Counts a sweep with its results. `duration` in milliseconds. A metric costs only in the hours in which it has values, and
 * no alarm needs the zeros, so only the gauges are written when they are zero.
 */
export function countSweep(system: string, sweep: Sweep, duration: number): void {
  const { finished, orphans, failed, changedByOthers, stillHasAccess, left, failingForADay, later } = sweep;
  const counts = nonZero({
    SweepFinished: finished,
    OrphanedLeases: orphans,
    SweepFailed: failed,
    SweepLeft: left,
    FailingForADay: failingForADay,
    ChangedByOthers: changedByOthers,
    StillHasAccess: stillHasAccess,
  });
  const gauges = later && { OpenLeases: later.open, OverdueLeases: later.failing + failed + left };
  count(
    { function: functionName() },
    { system },
    { Sweeps: 1, SweepDuration: duration, ...counts, ...gauges },
  );
}

/** Counts an end that left access: because others had changed it, or because the subject has it by another way. */
export function countLeftAccess(system: string, { changedByOthers, stillHasAccess }: ActionResult): void {
  const counts = nonZero({
    ChangedByOthers: Number(changedByOthers),
    StillHasAccess: Number(stillHasAccess),
  });
  if (Object.keys(counts).length > 0) count({ function: functionName() }, { system }, counts);
}

function count(
  dimensions: Record<string, string>,
  properties: Record<string, string>,
  values: Record<string, number>,
): void {
  countMetrics("SymHandlers", dimensions, properties, values);
}

function nonZero(values: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value > 0));
}

/** The function's name is a dimension, because two deployments of a handler must not hide each other's missing sweeps. */
export function functionName(): string {
  return process.env["AWS_LAMBDA_FUNCTION_NAME"] ?? "local";
}

/**
 * Writes metrics in CloudWatch's embedded format, so that alarms need no thrown error.
 * Source of the format: CloudWatch user guide, "Embedded metric format specification".
 */
export function countMetrics(
  namespace: string,
  dimensions: Record<string, string>,
  properties: Record<string, string>,
  values: Record<string, number>,
): void {
  const Metrics = Object.keys(values).map((Name) => ({
    Name,
    Unit: Name.endsWith("Duration") ? "Milliseconds" : "Count",
  }));
  const directive = { Namespace: namespace, Dimensions: [Object.keys(dimensions)], Metrics };
  writeLine({
    _aws: { Timestamp: Date.now(), CloudWatchMetrics: [directive] },
    ...dimensions,
    ...properties,
    ...values,
  });
}

// Lambda's console would wrap the line in another object, in which CloudWatch finds no metrics.
function writeLine(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
