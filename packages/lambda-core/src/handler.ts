import { randomUUID } from "node:crypto";
import { type Budget, startBudget } from "./budget.ts";
import { refused, SymError } from "./errors.ts";
import { parseEvent, type SymRequest } from "./event.ts";
import { type About, logEvent } from "./event-line.ts";
import { checkAllowedSettings, checkAuditPeople, checkFunctionArn, parseAllowedSettings } from "./guard.ts";
import { countLeftAccess, countOutcome, countSweep, createLog, type Log, type LogFields } from "./log.ts";
import type { ActionResult } from "./outcome.ts";
import { answerError, answerResult, type SymAnswer } from "./response.ts";
import {
  answerFailedSweep,
  answerSweep,
  isSweepEvent,
  noCounts,
  type Sweep,
  type SweepAnswer,
} from "./sweep.ts";

/** The part of Lambda's context object that the handler uses. */
export type LambdaContext = {
  awsRequestId: string;
  invokedFunctionArn: string;
  getRemainingTimeInMillis(): number;
};

/** The invocation of an action. */
export type Invocation = {
  /** Unique for each invocation. Lambda's request id is not: Lambda can deliver an event twice with the same request id. */
  id: string;
  /** Lambda's request id, for people. */
  requestId: string;
  /** `arn:partition:lambda:region:account:function:name`, perhaps with a qualifier. */
  functionArn: string;
  /** The request of Sym; undefined in a sweep. */
  request?: SymRequest;
  budget: Budget;
  log: Log;
  /** Names the access that the event is about, for the event line: also a failed event says whose access to what. */
  about(access: About): void;
};

/** The actions of a handler, by event. Each action throws `SymError` for every expected failure. */
export type Actions = {
  escalate(request: SymRequest, invocation: Invocation): Promise<ActionResult>;
  deescalate(request: SymRequest, invocation: Invocation): Promise<ActionResult>;
  /** Finishes interrupted work, and counts the work in `counts`. Undefined in handlers without leases. */
  sweep?(invocation: Invocation, counts: Sweep): Promise<void>;
};

/**
 * Makes the function that Lambda calls. The function parses, guards, dispatches and answers before Lambda's deadline. The
 * function never throws: Sym takes a missing answer for success. `actions` is called once, at load; its error is the answer to
 * every event.
 */
export function createHandler(system: string, actions: () => Actions) {
  const configured = configure(actions);

  return async function handler(event: unknown, context: LambdaContext): Promise<SymAnswer | SweepAnswer> {
    const start = performance.now();
    const since = () => Math.round(performance.now() - start);
    if (isSweepEvent(event)) {
      const answer = await runSweep(system, configured, context, since);
      countSweep(system, answer.body, since());
      return answer;
    }
    const { answer, request, seen, ...done } = await runAction(system, configured, event, context);
    const { outcome } = answer.body;
    const happening = { seen, requester: request?.requester, duration: since(), outcome, ...done };
    logEvent(createLog(commonFields(system, context, request)), happening);
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
    const fields = commonFields(system, context, request);
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

async function runSweep(
  system: string,
  configured: Configured,
  context: LambdaContext,
  since: () => number,
): Promise<SweepAnswer> {
  const fields = { ...commonFields(system, context), event_type: "sweep" };
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

/** Runs an action, and abandons the action when the answer must go out. */
async function withinBudget<T>(
  context: LambdaContext,
  fields: LogFields,
  act: (invocation: Invocation) => Promise<T>,
): Promise<T> {
  const budget = startBudget(context.getRemainingTimeInMillis());
  const { awsRequestId: requestId, invokedFunctionArn: functionArn } = context;
  try {
    return await Promise.race([
      act({
        id: randomUUID(),
        requestId,
        functionArn,
        budget,
        log: createLog(fields),
        about: () => undefined,
      }),
      budget.expired,
    ]);
  } catch (error) {
    // An aborted client throws its own error; the reason of the abort says more.
    throw budget.signal.aborted && !(error instanceof SymError) ? budget.signal.reason : error;
  } finally {
    budget.end();
  }
}

function commonFields(system: string, context: LambdaContext, request?: SymRequest): LogFields {
  return {
    system,
    request_id: context.awsRequestId,
    ...(request && { run_id: request.runId, event_type: request.type, target: request.target.name }),
  };
}

type Configured = ReturnType<typeof configure>;

function configure(actions: () => Actions) {
  try {
    checkAuditPeople(process.env["AUDIT_PEOPLE"]);
    return { allowed: parseAllowedSettings(process.env["ALLOWED_SETTINGS"]), actions: actions() };
  } catch (error) {
    return error instanceof Error
      ? error
      : new SymError("This function could not start", { reason: "unavailable" });
  }
}
