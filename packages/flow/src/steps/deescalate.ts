import { noAnswer, readAnswer } from "../answer.ts";
import { after, type FlowDeps, happen, update } from "../deps.ts";
import { nextStep, type StepFunction } from "../next-step.ts";
import { payloadFor } from "../payload.ts";
import type { AccessRequest } from "../request.ts";
import { tellMessages } from "../tell.ts";

/**
 * Ends the access of the request, whatever the grant answered. Also the step where the engine goes on after any surprise: a
 * request that gave no access yet is refused, and a request whose hold is not over is held on. Reminds the requester when the
 * end of the hold is near. After a failed end, the step follows again for a day.
 */
export const deescalate: StepFunction<FlowDeps> = async (deps, requestId) => {
  const { clock } = deps;
  const begun = await update(deps, requestId, (request) => begin(request, clock.now()));
  if (begun.status !== "ending") return nextStep(await tellMessages(deps, begun), clock.now());
  const reply = await deps
    .invoke(begun.access.functionArn, payloadFor(begun, "deescalate"))
    .catch(() => undefined);
  const answer = readAnswer(reply, clock.now()) ?? noAnswer(clock.now());
  const answered = await happen(deps, requestId, { type: "deescalate-answered", answer });
  return nextStep(await tellMessages(deps, answered), clock.now());
};

function begin(request: AccessRequest, now: number): AccessRequest {
  const arrived = request.waiting === null ? request : after(request, { type: "arrive" }, now);
  const { holdUntil, remindAt } = arrived.times;
  if (arrived.status === "held" && now < (holdUntil ?? 0))
    return remindAt !== null && now >= remindAt ? after(arrived, { type: "remind" }, now) : arrived;
  if (arrived.status === "held") return after(arrived, { type: "hold-over" }, now);
  if (arrived.status === "ending") return arrived;
  return after(
    arrived,
    { type: "stop", why: "the engine ended the request before its grant was complete" },
    now,
  );
}
