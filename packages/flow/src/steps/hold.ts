import { type FlowDeps, happen, wakeIfDecided } from "../deps.ts";
import { nextStep, type StepAnswer } from "../next-step.ts";
import { tellMessages } from "../tell.ts";

/**
 * Waits for the end of the hold. Stores the token of the wait, and wakes the wait if the request is ending already. The engine
 * ignores the answer: the step after the wait reads the record.
 */
export async function hold(deps: FlowDeps, requestId: string, token: string): Promise<StepAnswer> {
  const waiting = await happen(deps, requestId, { type: "wait", step: "hold", token });
  const told = await tellMessages(deps, waiting);
  await wakeIfDecided(deps, told);
  return nextStep(told, deps.clock.now());
}
