import { unavailable } from "@sym/lambda-core";
import { after, concernedBy, type FlowDeps, update, wakeIfDecided } from "../deps.ts";
import { mayStillAsk } from "../evaluate.ts";
import { nextStep, type StepAnswer } from "../next-step.ts";
import type { AccessRequest } from "../request.ts";
import { tellMessages } from "../tell.ts";
import type { RequestEvent } from "../transition.ts";

/** A request without approvers waits this long for a user group that cannot be read. */
const longestWaitMs = 10 * 60 * 1_000;

/**
 * Waits for the decision. Stores the token of the wait, asks the approvers or lets the rules approve at once, and wakes the
 * wait if the request is decided already. The engine ignores the answer: the step after the wait reads the record.
 */
export async function ask(deps: FlowDeps, requestId: string, token: string): Promise<StepAnswer> {
  const { clock } = deps;
  const waiting = await update(deps, requestId, async (request) => {
    const event = await atOnce(deps, request);
    const now = clock.now();
    const decided = event === undefined ? request : after(request, event, now);
    return after(decided, { type: "wait", step: "ask", token }, now);
  });
  const told = await tellMessages(deps, waiting);
  await wakeIfDecided(deps, told);
  return nextStep(told, clock.now());
}

/**
 * The decision of the rules about a request on a route without approvers; undefined on the route with approvers. Throws while a
 * user group cannot be read: the engine tries the step again.
 */
async function atOnce(deps: FlowDeps, request: AccessRequest): Promise<RequestEvent | undefined> {
  if (request.route === "approval" || request.status !== "asked") return undefined;
  const rules = await deps.rulesOf(request.target, concernedBy(request));
  const allowed = mayStillAsk(rules, request);
  if (!allowed.ok && allowed.isTemporary && deps.clock.now() < request.times.asked + longestWaitMs)
    throw unavailable(allowed.refusal);
  if (!allowed.ok) return { type: "refuse", refusal: allowed.refusal };
  const { onCall, breakGlass } = allowed.rules;
  const announcement = (request.route === "on-call" ? onCall : breakGlass)?.message ?? "";
  return { type: "approve-at-once", ruleVersion: allowed.rules.version, announcement };
}
