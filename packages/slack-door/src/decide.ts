import { type AccessRequest, isRequestId, type PersonsDecision } from "@sym/flow";
import { recordDecision } from "@sym/flow-functions/record";
import { refused } from "@sym/lambda-core";
import { groupReader } from "@sym/slack";
import { connected } from "./connected.ts";
import { type Click, personBehind } from "./who.ts";

type What = PersonsDecision["what"];

const decisions: readonly string[] = ["approve", "deny", "withdraw", "end"] satisfies What[];

export function isDecision(action: string): action is What {
  return decisions.includes(action);
}

/**
 * Records the decision of a click under the present rules. Resolves to what the person reads; undefined if the card will show the decision.
 */
export async function decideByClick(
  click: Click,
  what: What,
  requestId: string,
): Promise<string | undefined> {
  if (!isRequestId(requestId))
    throw refused("The button belongs to no request; list your requests with /access mine");
  const { api, settings, rulesWith } = connected();
  const by = await personBehind(click);
  const rules = rulesWith(groupReader(api, settings, new Map([[by, click.account]])));
  const decided = await recordDecision(
    requestId,
    { by, account: click.account, door: "slack", what },
    { rulesOf: rules.of },
  );
  if (!decided.ok) return decided.refusal;
  return decided.isRepetition ? repeated[what] : sentences[what](decided.request);
}

const repeated: Record<What, string> = {
  approve: "You have approved this request already; nothing has changed",
  deny: "You have denied this request already; nothing has changed",
  withdraw: "You have withdrawn this request already; nothing has changed",
  end: "The access is being ended already, or has ended; nothing has changed",
};

const sentences: Record<What, (request: AccessRequest) => string | undefined> = {
  approve: () => undefined,
  deny: () => undefined,
  withdraw: ({ access }) => `Your request for ${access.label} is withdrawn`,
  end: ({ access, status }) =>
    status === "ending"
      ? `The flow ends the access to ${access.label} now; a message tells the requester when it has ended`
      : `The request for ${access.label} is withdrawn, before the grant`,
};
