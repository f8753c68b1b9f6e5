import * as v from "valibot";
import { SymError } from "./errors.ts";
import type { SymRequest } from "./event.ts";
import type { AllowedSettings } from "./guard.ts";
import type { Invocation } from "./invocation.ts";
import { describeError } from "./log.ts";
import { isResourceName } from "./names.ts";

/** `not-checked`: the function could not look. */
type CheckLevel = "ok" | "warning" | "error" | "not-checked";

/** One thing that the function looked at, and a sentence: the result; for a warning or an error, also the remedy. */
export type Check = { check: string; level: CheckLevel; message: string };

/** A target of the check, with the settings of a `sym_target`. */
export type CheckedTarget = SymRequest["target"];

/** The answer to `{"event":{"type":"check"}}`. `errors` has the sentences of the checks with an error. */
export type CheckAnswer = {
  body: { message: string; outcome: "checked" | "failed"; system: string; checks: Check[] };
  errors: string[];
};

const mostTargets = 50;
const text = v.pipe(v.string(), v.nonEmpty(), v.check(isResourceName));
const event = v.object({
  targets: v.optional(
    v.pipe(v.array(v.object({ name: text, settings: v.record(text, text) })), v.maxLength(mostTargets)),
  ),
});

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
  }));
}

/** A check by a call. The call returns the sentence of success; its `SymError` has the sentence of the failure. */
export async function checkBy(
  check: string,
  invocation: Invocation,
  call: () => Promise<string>,
): Promise<Check> {
  try {
    return { check, level: "ok", message: await call() };
  } catch (error) {
    invocation.log("check", { check, ...describeError(error) });
    return { check, level: "error", message: sentenceOf(error, invocation.requestId) };
  }
}

/** Checks every target, or says that there is none to check. `look` returns a sentence about the target. */
export async function checkTargets(
  targets: CheckedTarget[],
  look: ((target: CheckedTarget, invocation: Invocation) => Promise<string>) | undefined,
  invocation: Invocation,
): Promise<Check[]> {
  if (look === undefined)
    return [{ check: "targets", level: "not-checked", message: "This handler has no check of its targets" }];
  if (targets.length === 0)
    return [
      {
        check: "targets",
        level: "not-checked",
        message:
          "No target was checked; name the settings of a target in the check, or set ALLOWED_SETTINGS in the function's environment",
      },
    ];
  return Promise.all(
    targets.map((target) => checkBy(`target ${target.name}`, invocation, () => look(target, invocation))),
  );
}

export function answerChecks(system: string, checks: Check[]): CheckAnswer {
  const count = (level: CheckLevel) => checks.filter((one) => one.level === level).length;
  const counts = `${count("ok")} ok, ${count("warning")} warnings, ${count("error")} errors, ${count("not-checked")} not checked`;
  const errors = checks.filter(({ level }) => level === "error").map(({ message }) => message);
  const message = `${checks.length} checks: ${counts}.`;
  return { body: { message, outcome: "checked", system, checks }, errors };
}

/** The answer of a check that could not be made whole. */
export function answerFailedCheck(system: string, error: unknown, requestId: string): CheckAnswer {
  const sentence = sentenceOf(error, requestId);
  return { body: { message: `${sentence}.`, outcome: "failed", system, checks: [] }, errors: [sentence] };
}

function sentenceOf(error: unknown, requestId: string): string {
  if (error instanceof SymError) return error.message;
  return `Something unexpected went wrong in the check; look for request ${requestId} in the function's log`;
}
