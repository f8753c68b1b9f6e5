import { randomUUID } from "node:crypto";
import { type Effort, startBudget } from "./budget.ts";
import { SymError } from "./errors.ts";
import type { SymRequest } from "./event.ts";
import type { Invocation, LambdaContext } from "./invocation.ts";
import { createLog, type LogFields } from "./log.ts";

/** Runs an action, and abandons the action when the answer must go out. */
export async function withinBudget<T>(
  context: LambdaContext,
  fields: LogFields,
  act: (invocation: Invocation) => Promise<T>,
  effort: Effort = "change",
): Promise<T> {
  const budget = startBudget(context.getRemainingTimeInMillis(), effort);
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

/** The fields of all lines of an event. */
export function commonFields(
  system: string,
  context: LambdaContext,
  event_type: string | undefined,
  request?: SymRequest,
): LogFields {
  return {
    system,
    request_id: context.awsRequestId,
    ...(event_type !== undefined && { event_type }),
    ...(request && { run_id: request.runId, target: request.target.name }),
  };
}
