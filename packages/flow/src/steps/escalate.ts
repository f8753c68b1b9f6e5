import { readAnswer } from "../answer.ts";
import { after, type FlowDeps, happen, readRequired, tellMessages, update } from "../deps.ts";
import { mayGrant } from "../evaluate.ts";
import { nextStep, type StepFunction } from "../next-step.ts";
import { payloadFor } from "../payload.ts";
import type { AccessRequest } from "../request.ts";
import type { TargetRules } from "../rules.ts";

/**
 * Comes after the wait for the decision, and reads the decision from the record: expires a request whose time is over,
 * evaluates the rules again, and grants an approved request. The record says that the grant begins before the handler is
 * invoked. After an invocation without an answer, the step follows again, with the same run id.
 */
export const escalate: StepFunction<FlowDeps> = async (deps, requestId) => {
  const { clock } = deps;
  const { target } = await readRequired(deps, requestId);
  const rules = await deps.rulesOf(target);
  const begun = await update(deps, requestId, (request) => begin(request, rules, clock.now()));
  if (begun.status !== "granting") return nextStep(await tellMessages(deps, begun), clock.now());
  const reply = await deps
    .invoke(begun.access.functionArn, payloadFor(begun, "escalate"))
    .catch(() => undefined);
  const answer = readAnswer(reply, clock.now());
  const answered = await happen(
    deps,
    requestId,
    answer === undefined ? { type: "escalate-unanswered" } : { type: "escalate-answered", answer },
  );
  return nextStep(await tellMessages(deps, answered), clock.now());
};

function begin(request: AccessRequest, rules: TargetRules | undefined, now: number): AccessRequest {
  const arrived = request.waiting === null ? request : after(request, { type: "arrive" }, now);
  if (arrived.status === "asked" && now >= arrived.times.decideBy)
    return after(arrived, { type: "expire" }, now);
  if (arrived.status !== "approved") return arrived;
  const allowed = mayGrant(rules, arrived, now);
  return after(arrived, allowed.ok ? { type: "grant" } : { type: "refuse", refusal: allowed.refusal }, now);
}
