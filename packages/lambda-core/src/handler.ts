import { type Actions, type Configured, configure } from "./actions.ts";
import type { CheckAnswer } from "./check.ts";
import { parseEvent, type SymRequest } from "./event.ts";
import { type About, logEvent } from "./event-line.ts";
import { checkAllowedSettings, checkFunctionArn } from "./guard.ts";
import type { LambdaContext } from "./invocation.ts";
import { countLeftAccess, countOutcome, countSweep, createLog, describeError } from "./log.ts";
import { ownTypeOf, runCheck, runPlan, runSweep } from "./own-events.ts";
import type { PlanAnswer } from "./plan.ts";
import { answerError, answerResult, type SymAnswer } from "./response.ts";
import type { SweepAnswer } from "./sweep.ts";
import { bundleVersion } from "./version.ts";
import { commonFields, withinBudget } from "./within-budget.ts";

/** The answer to an event. */
export type HandlerAnswer = SymAnswer | SweepAnswer | PlanAnswer | CheckAnswer;

/**
 * Makes the function that Lambda calls. The function parses, guards, dispatches and answers before Lambda's deadline. The
 * function never throws: Sym treats a missing answer as success. `actions` is called once, at load; its error is the
 * answer to every event.
 */
export function createHandler(system: string, actions: () => Actions) {
  const configured = configure(actions);

  return async function handler(event: unknown, context: LambdaContext): Promise<HandlerAnswer> {
    const start = performance.now();
    const since = () => Math.round(performance.now() - start);
    const ownType = ownTypeOf(event);
    if (ownType === "sweep") {
      const answer = await runSweep(system, configured, context, since);
      countSweep(system, answer.body, since());
      return answer;
    }
    // Plans and checks have no metrics: the alarms are about granted and revoked access.
    if (ownType !== undefined) {
      const run = ownType === "plan" ? runPlan : runCheck;
      const { answer, request, error } = await run(system, configured, event, context);
      const { outcome } = answer.body;
      const failure = error === undefined ? {} : describeError(error);
      const log = createLog(commonFields(system, context, ownType, request));
      log("answer", { version: bundleVersion, outcome, duration: since(), ...failure });
      return answer;
    }
    const { answer, request, seen, ...done } = await runAction(system, configured, event, context);
    const { outcome } = answer.body;
    const happening = { seen, requester: request?.requester, duration: since(), outcome, ...done };
    logEvent(createLog(commonFields(system, context, request?.type, request)), happening);
    countOutcome(system, outcome, since());
    return answer;
  };
}

async function runAction(system: string, configured: Configured, event: unknown, context: LambdaContext) {
  let request: SymRequest | undefined;
  const seen: About[] = [];
  try {
    if (configured instanceof Error) throw configured;
    const { actions, allowed } = configured;
    request = parseEvent(event);
    checkFunctionArn(request, context.invokedFunctionArn);
    // A lease records the granted access, so a value that is no longer allowed must not prevent the revoke.
    if (request.type === "escalate" || !actions.sweep) checkAllowedSettings(request, allowed);
    const act = actions[request.type];
    const fields = commonFields(system, context, request.type, request);
    const asked = request;
    const result = await withinBudget(context, fields, (invocation) =>
      act(asked, { ...invocation, request: asked, about: (access) => seen.push(access) }),
    );
    countLeftAccess(system, result);
    return { answer: answerResult(system, asked, result), request, seen, result };
  } catch (error) {
    return { answer: answerError(system, request, error, context.awsRequestId), request, seen, error };
  }
}
