import { noAnswer, readAnswer } from "../answer.ts";
import { type FlowDeps, happen, readRequired } from "../deps.ts";
import { nextStep, type StepFunction } from "../next-step.ts";
import { payloadFor } from "../payload.ts";
import type { RecordedAnswer } from "../request.ts";
import { tellMessages } from "../tell.ts";

/**
 * Asks the handler what the grant would do. The request ends here only if the grant would be refused, or if the requester has
 * the access without any request. Without a plan, the approvers decide without one.
 */
export const plan: StepFunction<FlowDeps> = async (deps, requestId) => {
  const { clock } = deps;
  const request = await readRequired(deps, requestId);
  if (request.status !== "asked" || request.answers.plan !== null)
    return nextStep(await tellMessages(deps, request), clock.now());
  const reply = await deps
    .invoke(request.access.functionArn, payloadFor(request, "plan"))
    .catch(() => undefined);
  const answer = readAnswer(reply, clock.now()) ?? noAnswer(clock.now());
  const planned = await happen(deps, requestId, { type: "plan", answer, refusal: refusalIn(answer) });
  return nextStep(await tellMessages(deps, planned), clock.now());
};

function refusalIn({ outcome, message }: RecordedAnswer): string | null {
  if (outcome === "would-be-refused") return message || "The handler would refuse the grant";
  if (outcome === "already-standing") return message || "You have the access without any request";
  return null;
}
