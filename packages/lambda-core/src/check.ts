import * as v from "valibot";
import { SymError } from "./errors.ts";
import type { SymRequest } from "./event.ts";
import type { AllowedSettings } from "./guard.ts";
import type { Invocation } from "./invocation.ts";
import { describeError } from "./log.ts";
import { isResourceName } from "./names.ts";
import { bundleVersion } from "./version.ts";

/** `not-checked`: the function could not look. */
type CheckLevel = "ok" | "warning" | "error" | "not-checked";

/** One thing that the function looked at, and a sentence: the result; for a warning or an error, also the remedy. */
export type Check = { check: string; level: CheckLevel; message: string };

/**
 * A target of the check, with the settings of a `sym_target`. `source`: the variable of the function's environment that names
 * the target; undefined for a target of the event. A variable may name only some settings of a target.
 */
export type CheckedTarget = SymRequest["target"] & { source?: string };

/** The answer to `{"event":{"type":"check"}}`. `version` is that of the bundle; `errors` has the sentences of the checks with an error. */
export type CheckAnswer = {
  body: { message: string; outcome: "checked" | "failed"; system: string; version: string; checks: Check[] };
  errors: string[];
};

const mostTargets = 50;
/** The targets that a function looks at in parallel: target systems throttle many calls at once. */
const targetsAtOnce = 5;
const setting = v.pipe(v.string(), v.check(isResourceName));
const target = v.object({
  name: v.pipe(setting, v.nonEmpty()),
  // As in a `sym_target`, an empty setting counts as unset.
  settings: v.record(v.string(), setting),
});
const event = v.object({ targets: v.optional(v.pipe(v.array(target), v.maxLength(mostTargets))) });

/** The targets that a check event names: `targets`, a list of names and settings. Undefined if the list is not valid. */
export function targetsIn(input: unknown): CheckedTarget[] | undefined {
  const parsed = v.safeParse(event, input);
  if (!parsed.success) return undefined;
  return (parsed.output.targets ?? []).map(({ name, settings }) => ({ name, label: undefined, settings }));
}

/** The targets that `ALLOWED_SETTINGS` allows: every combination of its values, `mostTargets` at most. */
export function allowedTargets(allowed: AllowedSettings): CheckedTarget[] {
  const lists = Object.entries(allowed).filter(([, values]) => values.length > 0);
  if (lists.length === 0) return [];
  let combinations: Record<string, string>[] = [{}];
  for (const [name, values] of lists)
    combinations = combinations
      .flatMap((settings) => values.map((value) => ({ ...settings, [name]: value })))
      .slice(0, mostTargets);
  return combinations.map((settings) => ({
    name: Object.values(settings).join(" "),
    label: undefined,
    settings,
    source: "ALLOWED_SETTINGS",
  }));
}

/** Says how many targets of `ALLOWED_SETTINGS` `allowedTargets` leaves out; nothing if none. */
export function leftOut(allowed: AllowedSettings): Check[] {
  const lists = Object.values(allowed).filter((values) => values.length > 0);
  const left = lists.reduce((product, values) => product * values.length, 1) - mostTargets;
  if (lists.length === 0 || left <= 0) return [];
  const message = `ALLOWED_SETTINGS allows ${left} more targets than the first ${mostTargets}, and these were not checked; name their settings in a check of their own`;
  return [{ check: "targets", level: "not-checked", message }];
}

/**
 * A check by a call. The call returns the sentence of success, or a warning; its `SymError` has the sentence of the failure.
 * `notChecked` returns a sentence for an error that shows only that the function could not look.
 */
export async function checkBy(
  check: string,
  invocation: Invocation,
  call: () => Promise<string | { warning: string }>,
  notChecked: (error: unknown) => string | undefined = () => undefined,
): Promise<Check> {
  try {
    const result = await Promise.race([call(), timeUp(invocation.budget.signal)]);
    return typeof result === "string"
      ? { check, level: "ok", message: result }
      : { check, level: "warning", message: result.warning };
  } catch (cause) {
    // A client that the signal aborted throws a sentence about changes, which a check does not make.
    const error = invocation.budget.signal.aborted ? unanswered(cause) : cause;
    const reason = notChecked(error);
    if (reason !== undefined) return { check, level: "not-checked", message: reason };
    invocation.log("check", { check, ...describeError(error) });
    return { check, level: "error", message: sentenceOf(error, invocation.requestId) };
  }
}

/** Rejects when the work must end, so that a check without an answer does not cost the rows of the other checks. */
function timeUp(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function unanswered(cause: unknown): SymError {
  return new SymError(
    "This check had no answer before the function's time limit; see whether the system answers, then check again",
    { reason: "unavailable", cause },
  );
}

/** The part of a target system that checks targets: see `TargetSystem`. */
type Checker = {
  check?(target: CheckedTarget, invocation: Invocation): Promise<string>;
  ownTargets?: CheckedTarget[];
};

/** Checks the targets of the event, or, if the event has none, of the environment. Without targets, a row says so. */
export async function checkTargets(
  asked: CheckedTarget[],
  system: Checker,
  invocation: Invocation,
): Promise<Check[]> {
  const notChecked = (message: string): Check[] => [{ check: "targets", level: "not-checked", message }];
  if (!system.check) return notChecked("This handler has no check of its targets");
  const isNamed = asked.some(({ source }) => source === undefined);
  const targets = isNamed ? asked : [...asked, ...(system.ownTargets ?? [])];
  if (targets.length === 0)
    return notChecked(
      "No target was checked, and no credentials for the target system; name a target and its settings in the check (npm run doctor: --target)",
    );
  const look = (target: CheckedTarget) =>
    checkBy(
      `target ${target.name}`,
      invocation,
      async () => String(await system.check?.(target, invocation)),
      (error) => missingIn(target, error),
    );
  const rows: Check[] = [];
  while (rows.length < targets.length) {
    const next = targets.slice(rows.length, rows.length + targetsAtOnce);
    rows.push(...(await Promise.all(next.map(look))));
  }
  return rows;
}

/** The sentence about a setting that the target needs, and that the variable with the target does not name. */
function missingIn({ source, settings }: CheckedTarget, error: unknown): string | undefined {
  const path = error instanceof SymError ? error.path : undefined;
  const [, name] = /^fields\.target\.settings\.(.+)$/.exec(path ?? "") ?? [];
  if (source === undefined || name === undefined || settings[name]) return undefined;
  return `${source} does not name the setting ${name} of this target, so the target was not checked; name all its settings in the check`;
}

export function answerChecks(system: string, checks: Check[]): CheckAnswer {
  const count = (level: CheckLevel) => checks.filter((one) => one.level === level).length;
  const counts = `${count("ok")} ok, ${count("warning")} warnings, ${count("error")} errors, ${count("not-checked")} not checked`;
  const errors = checks.filter(({ level }) => level === "error").map(({ message }) => message);
  const message = `${checks.length} checks: ${counts}.`;
  return { body: { message, outcome: "checked", system, version: bundleVersion, checks }, errors };
}

/** The answer of a check that could not be made whole. */
export function answerFailedCheck(system: string, error: unknown, requestId: string): CheckAnswer {
  const sentence = sentenceOf(error, requestId);
  const version = bundleVersion;
  return {
    body: { message: `${sentence}.`, outcome: "failed", system, version, checks: [] },
    errors: [sentence],
  };
}

function sentenceOf(error: unknown, requestId: string): string {
  if (error instanceof SymError) return error.message;
  return `Something unexpected went wrong in the check; look for request ${requestId} in the function's log`;
}
