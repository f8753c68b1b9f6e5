// The events that are not Sym's: the sweep of the schedule, and the plans and checks of a person or a program.
import type { Configured } from "./actions.ts";
import {
  allowedTargets,
  answerChecks,
  answerFailedCheck,
  type Check,
  type CheckAnswer,
  checkBy,
  leftOut,
  targetsIn,
} from "./check.ts";
import { refused, SymError } from "./errors.ts";
import { parseEvent, type SymRequest } from "./event.ts";
import { logEvent } from "./event-line.ts";
import { checkAllowedSettings, checkFunctionArn } from "./guard.ts";
import type { Invocation, LambdaContext } from "./invocation.ts";
import { createLog } from "./log.ts";
import { answerFailedPlan, answerPlan, type PlanAnswer } from "./plan.ts";
import { answerFailedSweep, answerSweep, noCounts, type SweepAnswer } from "./sweep.ts";
import { commonFields, withinBudget } from "./within-budget.ts";

/**
 * The type of an event that is not Sym's. `{"event":{"type":"sweep"}}` and `{"event":{"type":"check"}}` have no run; a plan
 * has the fields of an escalate.
 */
export function ownTypeOf(event: unknown): "sweep" | "check" | "plan" | undefined {
  const { event: inner } = ownFields(event);
  const { type } = ownFields(inner);
  if (type === "plan") return type;
  if (Object.hasOwn(ownFields(event), "run")) return undefined;
  return type === "sweep" || type === "check" ? type : undefined;
}

/** The own fields of an object, without the fields of its prototype. */
function ownFields(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? Object.assign(Object.create(null), value) : {};
}

export async function runSweep(
  system: string,
  configured: Configured,
  context: LambdaContext,
  since: () => number,
): Promise<SweepAnswer> {
  const fields = commonFields(system, context, "sweep");
  const counts = noCounts();
  try {
    if (configured instanceof Error) throw configured;
    const { sweep } = configured.actions;
    if (!sweep) throw refused("This function keeps no leases, so there is nothing to sweep");
    await withinBudget(context, fields, (invocation) => sweep(invocation, counts));
    return answerSweep(system, counts);
  } catch (error) {
    logEvent(createLog(fields), { seen: [], error, outcome: "failed", duration: since() });
    return answerFailedSweep(system, error, context.awsRequestId, counts);
  }
}

/** The answer to a plan or a check, and the error that its log line describes. `request`: that of a plan, once parsed. */
type Asked<Answer> = { answer: Answer; request?: SymRequest | undefined; error?: unknown };

export async function runPlan(
  system: string,
  configured: Configured,
  event: unknown,
  context: LambdaContext,
): Promise<Asked<PlanAnswer>> {
  let request: SymRequest | undefined;
  try {
    if (configured instanceof Error) throw configured;
    const { actions, allowed } = configured;
    // To a handler, a plan is the request of an escalate.
    const asked = parseEvent({ ...ownFields(event), event: { type: "escalate" } });
    request = asked;
    checkFunctionArn(asked, context.invokedFunctionArn);
    checkAllowedSettings(asked, allowed);
    const fields = commonFields(system, context, "plan", asked);
    const { plan } = actions;
    if (!plan)
      throw new SymError("This function makes no plans", { reason: "unavailable", retryable: false });
    const planned = await withinBudget(
      context,
      fields,
      (invocation) => plan(asked, { ...invocation, request: asked }),
      "look",
    );
    return { answer: answerPlan(system, asked, planned), request };
  } catch (error) {
    return { answer: answerFailedPlan(system, request, error, context.awsRequestId), request, error };
  }
}

export function runCheck(
  system: string,
  configured: Configured,
  event: unknown,
  context: LambdaContext,
): Promise<Asked<CheckAnswer>> {
  return lookWith(system, context, (invocation) => checkAll(configured, event, invocation));
}

/** The answer to a check of any function of ours, such as a function of the flow. `look` changes nothing. */
export async function lookWith(
  system: string,
  context: LambdaContext,
  look: (invocation: Invocation) => Promise<Check[]>,
): Promise<Asked<CheckAnswer>> {
  try {
    const checks = await withinBudget(context, commonFields(system, context, "check"), look, "look");
    return { answer: answerChecks(system, checks) };
  } catch (error) {
    return { answer: answerFailedCheck(system, error, context.awsRequestId), error };
  }
}

async function checkAll(configured: Configured, event: unknown, invocation: Invocation): Promise<Check[]> {
  const environment = await checkBy("environment", invocation, async () => {
    if (configured instanceof Error) throw configured;
    return "The function's environment is valid";
  });
  if (configured instanceof Error) return [environment];
  const { actions, allowed } = configured;
  const named = targetsIn(event);
  if (named === undefined)
    throw refused(
      "The check's targets must be a list of 50 targets at most, each with a name and a map of settings",
    );
  const [targets, unchecked] = named.length > 0 ? [named, []] : [allowedTargets(allowed), leftOut(allowed)];
  const rows = (await actions.check?.(targets, invocation)) ?? [];
  return [environment, checkAllowList(allowed), ...rows, ...unchecked];
}

function checkAllowList(allowed: Record<string, string[]>): Check {
  const check = "ALLOWED_SETTINGS";
  const lists = Object.entries(allowed).map(([name, values]) => `${name}: ${values.join(", ") || "nothing"}`);
  return lists.length > 0
    ? { check, level: "ok", message: `People may choose ${lists.join("; ")}` }
    : {
        check,
        level: "ok",
        message: "People may choose no setting in a prompt field; every setting is the target's own",
      };
}
