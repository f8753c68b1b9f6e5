// People in Slack: what they click, and what they see.
import type { AccessRequest } from "@sym/flow";
import type { SlackMessage } from "@sym/stand-ins/slack";
import {
  afterSubmission,
  optionsIn,
  type SlackRequestEvent,
  type SlackSending,
  slackClicks,
} from "@sym/stand-ins/slack/clicks";
import type { FaultySlack } from "./faulty-slack.ts";
import type { HttpAnswer } from "./http-api.ts";

/** The channel that asks for decisions. */
export const approversChannel = "C0APPROVERS";
/** The user group of the second approvers. */
export const leads = "S0LEADS";

/** `sendings`: how often Slack delivers the form, once unless set. */
type Asked = { target?: string; duration?: string; reason?: string; route?: string; sendings?: number };

/** `now` in milliseconds since the epoch. `send` brings an event to the deployed route, whose address has this `path`. */
type Door = { now(): number; path: string; send(event: SlackRequestEvent): Promise<HttpAnswer> };

/** Gives each person an account. */
export function slackPeople(slack: FaultySlack, emails: string[], { now, path, send }: Door) {
  const { workspace } = slack;
  const clicks = slackClicks(slack);
  workspace.addChannel({ id: approversChannel, name: "approvers" });
  const accounts = new Map(
    emails.map((email) => [email, workspace.addUser({ name: email.split("@")[0] ?? "", email }).id]),
  );
  const accountOf = (person: string) => accounts.get(person) ?? "";
  /** Slack signs with the present time, which is the time of the functions. */
  const signed = (sending: SlackSending = {}): SlackSending => ({
    ...{ path, timestamp: Math.floor(now() / 1_000) },
    ...sending,
  });

  const command = (person: string, text = "") =>
    send(
      clicks.slashCommand(
        { user: accountOf(person), channel: approversChannel, command: "/access", text },
        signed(),
      ),
    );

  /** Opens the form, and chooses the target and the route. Undefined if Slack or the flow did not open the form. */
  async function fillForm(person: string, { target = "prod-admins", route = "approval" }: Asked) {
    const user = accountOf(person);
    const before = workspace.viewsOf(user).length;
    await command(person);
    const view = workspace.viewsOf(user)[before]?.id;
    if (view === undefined) return undefined;
    const choose = (actionId: string, selectedOption: string, answers: Record<string, string>) =>
      send(clicks.blockAction({ user, view, actionId, selectedOption, answers }, signed()));
    await choose("target", target, { target });
    if (route !== "approval") await choose("route", route, { target, route });
    return workspace.viewsOf(user)[before];
  }

  /** Asks by the form. Resolves to the id of the request, or to undefined if the form does not say that the request is recorded. */
  async function ask(person: string, asked: Asked = {}): Promise<string | undefined> {
    const view = await fillForm(person, asked);
    if (view === undefined) return undefined;
    const { duration = "30m", reason = "Restart the importer", sendings = 1 } = asked;
    const event = clicks.viewSubmission(
      { user: accountOf(person), view, answers: { duration, reason } },
      signed(),
    );
    const answers = await Promise.all(Array.from({ length: sendings }, () => send(event)));
    const [answered] = answers.filter(({ statusCode }) => statusCode === 200);
    if (answered === undefined) return undefined;
    afterSubmission(workspace, view, answered.body);
    return /Request (flow-[\da-f-]{36}) .* is recorded/.exec(textIn(view.blocks))?.[1];
  }

  /** The event of a click on a button of a message. A button that the message no longer has is clicked by its request. */
  const clickEvent = (
    person: string,
    actionId: string,
    { channel, ts }: Pick<SlackMessage, "channel" | "ts">,
    sending: SlackSending & { request?: string } = {},
  ) => {
    const { request, ...sent } = sending;
    const click = { user: accountOf(person), actionId, message: { channel, ts } };
    return clicks.blockAction({ ...click, ...(request !== undefined && { value: request }) }, signed(sent));
  };

  return {
    ...slack,
    command,
    ask,
    clickEvent,
    send,
    /** The targets that the form's search shows. */
    async search(person: string, value: string): Promise<string[]> {
      await command(person);
      const user = accountOf(person);
      const view = workspace.viewsOf(user).at(-1);
      if (view === undefined) throw new Error("No form is open");
      const event = clicks.blockSuggestion({ user, actionId: "target", value, view }, signed());
      return optionsIn((await send(event)).body).map((option) => option.value);
    },
    /** Clicks a button, and resolves to what the person reads in answer; empty for no answer. */
    async click(person: string, action: string, message: SlackMessage): Promise<string> {
      const before = workspace.ephemeralTo(accountOf(person)).length;
      const { statusCode } = await send(clickEvent(person, action, message));
      const answers = workspace.ephemeralTo(accountOf(person)).slice(before);
      return statusCode === 200 ? answers.map(shownIn).join("\n") : `status ${statusCode}`;
    },
    /** The messages about a request in the approvers' channel. */
    cards: ({ id }: Pick<AccessRequest, "id">): SlackMessage[] =>
      workspace.messagesIn(approversChannel).filter((message) => shownIn(message).includes(id)),
    directMessages: (person: string, { id }: Pick<AccessRequest, "id">): SlackMessage[] =>
      workspace.directMessagesTo(accountOf(person)).filter((message) => shownIn(message).includes(id)),
    addLeads: (people: string[]) => workspace.addUserGroup({ id: leads, users: people.map(accountOf) }),
  };
}

/** What a person reads in a message, with each button in brackets. */
export function shownIn({ blocks }: Pick<SlackMessage, "blocks">): string {
  return blocks.map(textIn).join("\n");
}

function textIn(value: unknown): string {
  if (Array.isArray(value)) return value.map(textIn).join("");
  if (typeof value !== "object" || value === null) return "";
  const { type, text, elements } = value as Record<string, unknown>;
  if (type === "button") return `[${textIn(text)}] `;
  return (typeof text === "string" ? text : textIn(text)) + textIn(elements);
}
