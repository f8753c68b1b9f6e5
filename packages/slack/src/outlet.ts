// Tells the messages of a request in Slack: the card in the approvers' channel, and direct messages to the requester.
import type { KnownBlock } from "@slack/types";
import { type AccessRequest, cardState, type Message, type Outlets, type Telling } from "@sym/flow";
import { actions, button, footnote, notificationText, paragraph } from "./blocks.ts";
import { cardOf } from "./card.ts";
import { personIn } from "./people.ts";
import type { SlackSettings } from "./settings.ts";
import type { SlackApi } from "./slack-api.ts";

/** The outlet of Slack, for the steps of the flow. `now` of the clock in milliseconds since the epoch. */
export function slackOutlet(
  api: SlackApi,
  settings: SlackSettings,
  clock: { now(): number },
): {
  tell(message: Message, request: AccessRequest): Promise<Telling>;
  updateCard: NonNullable<Outlets["updateCard"]>;
} {
  async function tell(message: Message, request: AccessRequest): Promise<Telling> {
    // The alarms tell the operators.
    if (message.to === "operators") return {};
    if (message.to === "requester") return tellRequester(message, request);
    const { slackChannel: channel } = request;
    if (channel === null) return { problem: "The target has no slack_channel; add the channel to its rules" };
    if (message.kind !== "asked" && message.kind !== "approved-at-once") {
      await api.post({
        channel,
        text: notificationText(message.text),
        blocks: [paragraph(message.text), footnote(`Request ${request.id}`)],
      });
      return {};
    }
    if (request.card !== null) return {};
    const posted = await api.post({ channel, ...cardOf(request, clock.now()) });
    return { card: { ...posted, shows: cardState(request), problem: null } };
  }

  async function tellRequester({ kind, text }: Message, { id, requester }: AccessRequest): Promise<Telling> {
    const account = await api.userByEmail(requester);
    const vouched = personIn(account, settings);
    if (account === undefined || !vouched.ok || vouched.person !== requester)
      return {
        problem: `Slack has no account of ${requester} that counts for the flow; npm run requests -- show has the message`,
      };
    const hasAccess = kind === "held" || kind === "reminder";
    const blocks: KnownBlock[] = [
      paragraph(text),
      ...(hasAccess ? [actions(button("Extend", "extend", id), button("I'm done", "end", id))] : []),
      footnote(`Request ${id}`),
    ];
    await api.post({ channel: account.id, text: notificationText(text), blocks });
    return {};
  }

  async function updateCard(request: AccessRequest): Promise<void> {
    const { card } = request;
    if (card === null) return;
    await api.updateMessage({ channel: card.channel, ts: card.ts, ...cardOf(request, clock.now()) });
  }

  return { tell, updateCard };
}
