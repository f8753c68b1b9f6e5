import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { answerTo, clientDefaults } from "@sym/aws";
import type { FlowDeps } from "@sym/flow";
import { unavailable } from "@sym/lambda-core";
import * as v from "valibot";

/**
 * Invokes a handler, and waits for its answer. A single attempt: the step counts and repeats invocations, and the record shows
 * how many there were. The time limit is longer than any handler's of this repository, and shorter than the step's own.
 */
export function invokerOf(): FlowDeps["invoke"] {
  const client = new LambdaClient({
    ...clientDefaults,
    maxAttempts: 1,
    requestHandler: { ...clientDefaults.requestHandler, requestTimeout: 100_000 },
  });
  return async (functionArn, payload) => {
    const call = { action: "lambda:InvokeFunction", on: functionArn };
    const command = new InvokeCommand({ FunctionName: functionArn, Payload: JSON.stringify(payload) });
    const { FunctionError: failure, Payload: answer } = await answerTo(call, client.send(command));
    if (failure !== undefined)
      throw unavailable(`Function ${functionArn} failed (${failure}); read the log of the function`);
    return v.parse(v.pipe(v.string(), v.parseJson()), answer?.transformToString());
  };
}
