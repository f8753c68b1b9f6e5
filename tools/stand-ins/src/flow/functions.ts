import { randomUUID } from "node:crypto";
import { AwsError } from "../aws/aws-error.ts";
import { restService } from "../aws/rest-protocol.ts";
import type { Service } from "../aws/service.ts";

/** Answers an event. An error that is thrown is an error of the function. */
export type LocalFunction = (event: unknown) => unknown;

/** Lambda's wire API: Invoke. https://docs.aws.amazon.com/lambda/latest/api */
export function functionsService(functions: Map<string, LocalFunction>): Service {
  const { read, refuse } = restService([
    {
      method: "POST",
      path: "/2015-03-31/functions/{name}/invocations",
      action: "Invoke",
      run: () => ({ json: {} }),
    },
  ]);
  return {
    ...{ read, refuse },
    answer: async ({ parameters }) => {
      const { name, body } = parameters;
      const run = functions.get(String(name));
      if (run === undefined)
        throw new AwsError(404, "ResourceNotFoundException", `Function not found: ${name}`);
      const { answer, failure } = await runOn(run, JSON.parse(String(body ?? "{}")));
      const headers = {
        "content-type": "application/json",
        "x-amzn-requestid": randomUUID(),
        "x-amz-executed-version": "$LATEST",
        ...(failure && { "x-amz-function-error": failure }),
      };
      return { status: 200, headers, body: JSON.stringify(answer ?? null) };
    },
  };
}

async function runOn(run: LocalFunction, event: unknown): Promise<{ answer: unknown; failure?: string }> {
  try {
    return { answer: await run(event) };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
    return { answer: { errorType: name, errorMessage: message }, failure: "Unhandled" };
  }
}
