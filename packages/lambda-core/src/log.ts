import { SymError } from "./errors.ts";
import type { Outcome } from "./outcome.ts";
import type { Sweep } from "./sweep.ts";

export type LogFields = Record<string, string | number | boolean | null | undefined>;

/** Writes one line of JSON for one step. Pass ids and durations only: never e-mails, reasons, tokens or payloads. */
export type Log = (step: string, fields?: LogFields) => void;

/** A log whose lines all carry the given fields. */
export function createLog(common: LogFields): Log {
  return (step, fields) =>
    writeLine({ level: fields?.["error"] ? "ERROR" : "INFO", step, ...common, ...fields });
}

/** The fields of an error that are safe to log: names, codes and stack frames. Messages of other code can hold e-mails. */
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

/** The chain of causes by their names, from the last to the first, and what the system at fault said in codes. */
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

/** Counts one escalate or deescalate by its outcome. `duration` in milliseconds. */
export function countOutcome(system: string, outcome: Outcome, duration: number): void {
  count({ function: functionName(), outcome }, { system }, { Invocations: 1, Duration: duration });
}

/** Counts one sweep with its results. `duration` in milliseconds. */
export function countSweep(system: string, sweep: Sweep, duration: number): void {
  const { finished, orphans, failed, changedByOthers } = sweep;
  count(
    { function: functionName() },
    { system },
    {
      Sweeps: 1,
      SweepFinished: finished,
      OrphanedLeases: orphans,
      SweepFailed: failed,
      ChangedByOthers: changedByOthers,
      SweepDuration: duration,
    },
  );
}

/** Counts an access that others had changed since the grant. */
export function countChangedByOthers(system: string): void {
  count({ function: functionName() }, { system }, { ChangedByOthers: 1 });
}

/** A dimension, because two deployments of one handler must not hide each other's missing sweeps. */
function functionName(): string {
  return process.env["AWS_LAMBDA_FUNCTION_NAME"] ?? "local";
}

/**
 * Writes metrics in CloudWatch's embedded format, so that alarms need no thrown error.
 * Source of the format: CloudWatch user guide, "Embedded metric format specification".
 */
function count(
  dimensions: Record<string, string>,
  properties: Record<string, string>,
  values: Record<string, number>,
): void {
  const Metrics = Object.keys(values).map((Name) => ({
    Name,
    Unit: Name.endsWith("Duration") ? "Milliseconds" : "Count",
  }));
  const directive = { Namespace: "SymHandlers", Dimensions: [Object.keys(dimensions)], Metrics };
  writeLine({
    _aws: { Timestamp: Date.now(), CloudWatchMetrics: [directive] },
    ...dimensions,
    ...properties,
    ...values,
  });
}

// Lambda's console would wrap the line in another object, in which CloudWatch does not look for metrics.
function writeLine(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
