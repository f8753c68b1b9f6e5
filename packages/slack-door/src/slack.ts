import { flowLog } from "@sym/flow-functions/log";
import { describeError, type LambdaContext } from "@sym/lambda-core";
import * as v from "valibot";
import { receive, type SlackEvent } from "./app.ts";
import { connected } from "./connected.ts";

const eventShape = v.object({
  rawPath: v.string(),
  headers: v.record(v.string(), v.string()),
  body: v.nullish(v.string(), ""),
  isBase64Encoded: v.nullish(v.boolean(), false),
});

/**
 * Answers what Slack sends. Bolt checks the signature and its time; after a refused signature, the secret is read once more,
 * because the secret may have been replaced. The log has ids, the kind of a click and the status: no text of a person.
 */
export async function slack(event: unknown, { awsRequestId: request_id }: LambdaContext) {
  const log = flowLog(request_id);
  const parsed = v.safeParse(eventShape, event);
  if (!parsed.success) return answer(400);
  try {
    const given = await connected().api.secret.renewing(
      ({ signingSecret }) => receive(signingSecret, event as SlackEvent, { log, requestId: request_id }),
      (outcome) => outcome.status === "fulfilled" && outcome.value.statusCode === 401,
    );
    log("slack", { status: given.statusCode });
    return given;
  } catch (error) {
    // Bolt parses a body before it checks the signature.
    if (error instanceof SyntaxError) return answer(400);
    log("slack-failed", describeError(error));
    return answer(500);
  }
}

function answer(statusCode: number) {
  return { statusCode, body: "" };
}
