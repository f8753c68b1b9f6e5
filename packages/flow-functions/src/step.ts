import { type FlowDeps, isRequestId, type StepAnswer } from "@sym/flow";
import { describeError, type LambdaContext, refused } from "@sym/lambda-core";
import * as v from "valibot";
import { flowInAws } from "./deps.ts";
import { flowLog } from "./log.ts";

/** The input of a step from the state machine. `token`: for a step that waits. */
const inputShape = v.object({
  request: v.pipe(v.string(), v.check(isRequestId)),
  token: v.optional(v.string(), ""),
});

type Step = (deps: FlowDeps, requestId: string, token: string) => Promise<StepAnswer>;

/**
 * Makes the Lambda function of a step. Throws if the step fails, so that the state machine tries the step again. The log has
 * the request's id and nothing else of the request: no token, e-mail, reason or sentence. Lambda passes an error's text on to
 * the history of the execution, so the thrown error has a text of its own.
 */
export function stepFunction(name: string, step: Step) {
  return async (event: unknown, { awsRequestId: request_id }: LambdaContext): Promise<StepAnswer> => {
    const log = flowLog(request_id);
    try {
      const { request, token } = readInput(event);
      const answer = await step(flowInAws().deps, request, token);
      log(name, { request, next: answer.next, seconds: answer.seconds });
      return answer;
    } catch (error) {
      log(name, describeError(error));
      throw new Error(
        `The step ${name} failed; look up the Lambda request ${request_id} in the log of the step's function`,
      );
    }
  };
}

function readInput(event: unknown) {
  const parsed = v.safeParse(inputShape, event);
  if (parsed.success) return parsed.output;
  throw refused("The input of a step must be the id of a request; start executions with the flow's API only");
}
