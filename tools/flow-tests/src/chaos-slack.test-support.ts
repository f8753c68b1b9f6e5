// Random clicks in Slack, and what people must have read there in the end.
import { type AccessRequest, meaningOf } from "@sym/flow";
import { oneOf } from "@sym/simulation/chance";
import { expect } from "vitest";
import type { Flow } from "./flow.ts";
import { approversChannel, shownIn } from "./slack-people.ts";

type Clicked = { person: string; decision: string };

const lateMs = 10 * 60_000;
/** How a click arrives. Most clicks arrive as Slack sends them. */
const ways = ["plain", "plain", "plain", "plain", "twice", "twice", "forged", "late"] as const;

/** A person clicks, also a button that the message no longer has. A click that Slack did not sign now changes nothing. */
export async function clickRandomly(
  flow: Flow,
  { id, card }: AccessRequest,
  { person, decision }: Clicked,
  random: () => number,
): Promise<void> {
  const { slack, deployment } = flow;
  const way = oneOf(ways, random());
  const event = slack.clickEvent(person, decision, card ?? { channel: approversChannel, ts: "1.000001" }, {
    request: id,
    ...(way === "forged" && { secret: "forged" }),
    ...(way === "late" && { timestamp: Math.floor((deployment.gateway.now() - lateMs) / 1_000) }),
  });
  if (way !== "forged" && way !== "late") {
    await Promise.all([slack.send(event), ...(way === "twice" ? [slack.send(event)] : [])]);
    return;
  }
  const before = (await flow.read(id)).decisions;
  // A function that is killed, or cannot read its secret, does not get as far as the signature.
  expect([401, 500]).toContain((await slack.send(event)).statusCode);
  expect((await flow.read(id)).decisions).toEqual(before);
}

/** No step waits, every message was told or given up, and the card in Slack says what is true. */
export function isTold({ slack, deployment }: Flow, request: AccessRequest): boolean {
  const { waiting, messages, card } = request;
  const shown = slack.cards(request).find(({ ts }) => ts === card?.ts);
  const isTrue =
    card === null ||
    (shown !== undefined && shownIn(shown).includes(meaningOf(request, deployment.gateway.now())));
  return waiting === null && messages.every(({ told }) => told !== null) && isTrue;
}

/** Every message was told in each outlet, and the people in Slack can read the message. */
export function mustBeTold({ slack }: Flow, request: AccessRequest): void {
  const { id, messages, requester, card } = request;
  const direct = slack.directMessages(requester, request).map(shownIn);
  for (const { kind, to, text, told, toldIn, problem } of messages) {
    expect({ told: typeof told, toldIn: [...toldIn].sort(), problem }, `${id} ${kind}`).toEqual({
      ...{ told: "number", toldIn: ["slack", "topic"], problem: null },
    });
    if (to === "requester")
      expect(
        direct.filter((shown) => shown.startsWith(text)),
        `${id} ${kind}`,
      ).not.toEqual([]);
    if (to === "approvers" || to === "everyone") expect(card, id).not.toBeNull();
  }
  const shown = slack.cards(request).find(({ ts }) => ts === card?.ts);
  if (shown !== undefined) expect(shownIn(shown), id).not.toContain("[Approve]");
}
