import { randomUUID } from "node:crypto";
import {
  type CheckAnswer,
  checkBy,
  describeError,
  type LambdaContext,
  lookWith,
  ownTypeOf,
} from "@sym/lambda-core";
import { flowInAws } from "./deps.ts";
import { flowLog } from "./log.ts";
import { required } from "./settings.ts";

/** What a function looks at, by the name of the row: the sentence of success, or an error with the sentence of the failure. */
export type Looks = Record<string, () => Promise<string>>;

type Run<Answer> = (event: unknown, context: LambdaContext) => Promise<Answer>;

/**
 * The function, which also answers the event `{"event":{"type":"check"}}` of the doctor: with the version of the bundle, and with
 * rows about its own environment, its table and `looks`. A check makes calls that the function's role allows anyhow, and changes
 * nothing. Neither Step Functions nor API Gateway sends an event of this form.
 */
export function answeringChecks<Answer>(run: Run<Answer>, looks: Looks = {}): Run<Answer | CheckAnswer> {
  return async (event, context) => {
    if (ownTypeOf(event) !== "check") return run(event, context);
    const { answer, error } = await lookWith("flow", context, (invocation) =>
      Promise.all(
        Object.entries({ requests, ...looks }).map(([check, look]) => checkBy(check, invocation, look)),
      ),
    );
    const { outcome } = answer.body;
    flowLog(context.awsRequestId)("check", { outcome, ...(error !== undefined && describeError(error)) });
    return answer;
  };
}

/** Reads a request that does not exist. */
async function requests(): Promise<string> {
  await flowInAws().deps.store.read(`flow-${randomUUID()}`);
  return "The function can read the table of requests";
}

/** Each of these variables has a value. */
export function variables(...names: string[]): Looks {
  return {
    environment: async () => {
      for (const name of names) required(process.env, name);
      return "The function's environment is complete";
    },
  };
}
