import { readAnswer } from "../answer.ts";
import { after, concernedBy, type FlowDeps, happen, update } from "../deps.ts";
import { mayGrant } from "../evaluate.ts";
import { nextStep, type StepFunction } from "../next-step.ts";
import { payloadFor } from "../payload.ts";
import type { AccessRequest } from "../request.ts";
import type { TargetRules } from "../rules.ts";
import { tellMessages } from "../tell.ts";

/** An approved request waits this long for a group of approvers that cannot be read. */
const longestWaitMs = 10 * 60 * 1_000;

/**
 * Comes after the wait for the decision, and reads the decision from the record: expires a request whose time is over,
 * evaluates the rules again, and grants an approved request. The record says that the grant begins before the handler is
 * invoked. After an invocation without an answer, the step follows again, with the same run id.
 */
export const escalate: StepFunction<FlowDeps> = async (deps, requestId) => {
  const { clock } = deps;
  const begun = await update(deps, requestId, async (request) => {
    const isApproved = request.status === "approved";
    const rules = isApproved ? await deps.rulesOf(request.target, concernedBy(request)) : undefined;
    return begin(request, rules, clock.now());
  });
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
  const canWait = now < (arrived.times.approved ?? 0) + longestWaitMs;
  if (!allowed.ok && allowed.isTemporary && canWait) return arrived;
  return after(arrived, allowed.ok ? { type: "grant" } : { type: "refuse", refusal: allowed.refusal }, now);
}
