// A workspace of Slack with the flow's account: people who click, and what they see.
import { fileURLToPath } from "node:url";
import { openFlowAccount, rulesJson } from "@sym/flow-functions/flow-account.test-support";
import { startLocalLambda } from "@sym/local-lambda/local-lambda";
import { type SlackMessage, startSlack } from "@sym/stand-ins/slack";
import { afterSubmission, optionsIn, type SlackRequestEvent, slackClicks } from "@sym/stand-ins/slack/clicks";
import { expect, onTestFinished } from "vitest";

const secretName = "sym/slack";
const approvers = "C0APPROVERS";

/** The answer of the door, in API Gateway's form. */
export type DoorAnswer = { statusCode: number; headers?: Record<string, string>; body: string };

/**
 * Robin and Sam may ask, and Alex, Kim and Sam may approve; each has an account. `changes`: of the rules of prod-admins.
 */
export async function openWorkspace(changes: Record<string, unknown> = {}) {
  const slack = await startSlack();
  onTestFinished(slack.close);
  const { workspace } = slack;
  const account = await openFlowAccount({
    environment: {
      SLACK_SECRET: secretName,
      SLACK_TEAM_ID: workspace.team.id,
      SLACK_EMAIL_DOMAINS: "example.com",
      SLACK_API_URL: `${slack.url}/api/`,
    },
  });
  const secret = (token = slack.token, signing = workspace.signingSecret) =>
    account.sandbox.secretsManager.putSecret(
      secretName,
      JSON.stringify({ bot_token: token, signing_secret: signing }),
    );
  secret();
  account.flow.parameters.set("/sym/rules/prod-admins", rulesJson({ slack_channel: approvers, ...changes }));
  workspace.addChannel({ id: approvers, name: "approvers" });
  const user = (name: string, flags: object = {}) =>
    workspace.addUser({ name, email: `${name}@example.com`, ...flags }).id;
  const people = { robin: user("robin"), sam: user("sam"), alex: user("alex"), kim: user("kim") };
  const lambda = startLocalLambda({
    bundle: fileURLToPath(new URL("../dist", import.meta.url)),
    exported: "slack",
    environment: account.variables,
  });
  onTestFinished(lambda.close);
  const clicks = slackClicks(slack);

  /** Sends an event to the door. */
  async function send(event: SlackRequestEvent): Promise<DoorAnswer & { logs: string[] }> {
    const { payload, functionError, logs } = await lambda.invoke(event);
    expect(functionError, JSON.stringify(payload)).toBeUndefined();
    return { ...(payload as DoorAnswer), logs };
  }

  /** The answer to a command: a message that only this person sees. */
  async function command(person: string, text = "") {
    const { body } = await send(
      clicks.slashCommand({ user: person, channel: approvers, command: "/access", text }),
    );
    return body === "" ? undefined : JSON.parse(body);
  }

  const lastView = (person: string) => workspace.viewsOf(person).at(-1) ?? expect.fail("No form is open");

  /** Chooses a target in the open form, and shows its fields. */
  async function choose(person: string, target: string, search = "") {
    const event = clicks.blockSuggestion({
      user: person,
      actionId: "target",
      value: search,
      view: lastView(person).id,
    });
    const options = optionsIn((await send(event)).body);
    const selected = options.find(({ value }) => value === target) ?? expect.fail(`${target} is not offered`);
    const view = lastView(person).id;
    await send(
      clicks.blockAction({
        ...{ user: person, actionId: "target", view, selectedOption: selected },
        answers: { target },
      }),
    );
  }

  /** Sends the open form. Returns its errors by block, or the text of the form that follows. */
  async function submit(person: string, answers: Record<string, string>) {
    const view = lastView(person);
    const event = clicks.viewSubmission({ user: person, view, answers });
    const { body, statusCode } = await send(event);
    expect(statusCode).toBe(200);
    const answer = JSON.parse(body);
    afterSubmission(workspace, view, body);
    return {
      event,
      errors: answer.errors,
      title: answer.view?.title.text,
      text: textOf(answer.view?.blocks),
    };
  }

  /** Asks by the form, and returns the id of the request. */
  async function ask(person: string, answers: Record<string, string> = {}): Promise<string> {
    await command(person);
    await choose(person, "prod-admins");
    const { text } = await submit(person, { duration: "30m", reason: "Restart the importer", ...answers });
    return /flow-[\da-f-]{36}/.exec(text)?.[0] ?? expect.fail(`The form says: ${text}`);
  }

  /** Clicks a button of a message. Returns what the person reads in answer; undefined for no answer. */
  async function click(person: string, actionId: string, message: SlackMessage, sending = {}) {
    const before = workspace.ephemeralTo(person).length;
    const { statusCode } = await send(
      clicks.blockAction(
        { user: person, actionId, message: { channel: message.channel, ts: message.ts } },
        sending,
      ),
    );
    expect(statusCode).toBe(200);
    return workspace.ephemeralTo(person).slice(before).map(shownIn)[0];
  }

  const card = () => workspace.messagesIn(approvers)[0] ?? expect.fail("There is no card");
  const directMessages = (person: string) => workspace.directMessagesTo(person);

  return {
    ...{ slack, workspace, people, user, secret, account, clicks, send, command, choose, submit, ask, click },
    ...{ card, directMessages, lastView, lambda },
  };
}

/** What a person reads in a message. */
export function shownIn({ blocks, text }: Pick<SlackMessage, "blocks" | "text">): string {
  return blocks.length > 0 ? textOf(blocks) : text;
}

/** The texts of blocks, with each button in brackets. */
function textOf(blocks: unknown): string {
  const lines: string[] = [];
  for (const block of (blocks ?? []) as Record<string, unknown>[]) lines.push(textIn(block));
  return lines.filter(Boolean).join("\n");
}

function textIn(value: unknown): string {
  if (typeof value !== "object" || value === null) return "";
  if (Array.isArray(value)) return value.map(textIn).join("");
  const { type, text, elements, accessory, element, label } = value as Record<string, unknown>;
  if (type === "button") return `[${textIn(text)}] `;
  const own = typeof text === "string" ? text : textIn(text);
  return (
    (type === "rich_text_quote" ? "> " : "") +
    [own, ...[label, elements, accessory, element].map(textIn)].join("")
  );
}
