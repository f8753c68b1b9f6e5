// A workspace of Slack with the flow's account: people who click, and what they see.
import { fileURLToPath } from "node:url";
import { dynamoDbStore } from "@sym/flow";
import { type FlowAccount, openFlowAccount, rulesJson } from "@sym/flow-functions/flow-account.test-support";
import { leasesTable } from "@sym/leases";
import { findBundle } from "@sym/local-lambda/handler-bundles";
import { startLocalLambda } from "@sym/local-lambda/local-lambda";
import { createTable } from "@sym/stand-ins/dynamodb";
import { type SlackMessage, startSlack } from "@sym/stand-ins/slack";
import {
  afterSubmission,
  optionsIn,
  type SlackRequestEvent,
  type SlackSending,
  slackClicks,
} from "@sym/stand-ins/slack/clicks";
import { expect, onTestFinished } from "vitest";

const secretName = "sym/slack";
const approvers = "C0APPROVERS";

/** The answer of the door, in API Gateway's form. */
export type DoorAnswer = { statusCode: number; headers?: Record<string, string>; body: string };

export type Workspace = Awaited<ReturnType<typeof openWorkspace>>;

/**
 * Robin and Sam may ask, and Alex, Kim and Sam may approve; each has an account. The handler is iam-group. `changes`: of the rules
 * of prod-admins.
 */
export async function openWorkspace(changes: Record<string, unknown> = {}) {
  let time = Date.UTC(2026, 10, 27, 12, 0);
  const now = () => time;
  const slack = await startSlack();
  onTestFinished(slack.close);
  const { workspace } = slack;
  const account = await openFlowAccount({
    now,
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
  await startHandler(account, now);
  /** Starts a cold function of the door. */
  function startDoor() {
    const door = startLocalLambda({
      bundle: fileURLToPath(new URL("../dist", import.meta.url)),
      exported: "slack",
      environment: account.variables,
      now,
    });
    onTestFinished(door.close);
    return door;
  }
  const lambda = startDoor();
  const clicks = slackClicks(slack);
  const timely = (sending: SlackSending = {}) => ({ timestamp: Math.floor(now() / 1_000), ...sending });

  /** Sends an event to the door. */
  async function send(event: SlackRequestEvent): Promise<DoorAnswer & { logs: string[] }> {
    const { payload, functionError, logs } = await lambda.invoke(event);
    expect(functionError, JSON.stringify(payload)).toBeUndefined();
    return { ...(payload as DoorAnswer), logs };
  }

  /** The answer to a command: a message that only this person sees. */
  async function command(person: string, text = "", sending?: SlackSending) {
    const { body } = await send(
      clicks.slashCommand({ user: person, channel: approvers, command: "/access", text }, timely(sending)),
    );
    return body === "" ? undefined : JSON.parse(body);
  }

  const lastView = (person: string) => workspace.viewsOf(person).at(-1) ?? expect.fail("No form is open");

  /** Chooses a target in the open form, and shows its fields. `choices`: also another choice, such as the route. */
  async function choose(person: string, target: string, choices: Record<string, string> = {}) {
    const view = lastView(person).id;
    const search = clicks.blockSuggestion({ user: person, actionId: "target", value: "", view }, timely());
    const options = optionsIn((await send(search)).body);
    const selected = options.find(({ value }) => value === target) ?? expect.fail(`${target} is not offered`);
    const [actionId = "target"] = Object.keys(choices);
    const selectedOption = choices[actionId] ?? selected;
    const answers = { target, ...choices };
    await send(clicks.blockAction({ user: person, actionId, view, selectedOption, answers }, timely()));
  }

  /** Sends the open form. Returns its errors by block, or the text of the form that follows. */
  async function submit(person: string, answers: Record<string, string>, sending?: SlackSending) {
    const view = lastView(person);
    const event = clicks.viewSubmission({ user: person, view, answers }, timely(sending));
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

  /** The record of a request. */
  const record = (id: string) =>
    dynamoDbStore("sym-flow-requests", { client: account.dynamoDb.client }).read(id);

  /** Clicks a button of a message. Returns what the person reads in answer; undefined for no answer. */
  async function click(person: string, actionId: string, message: SlackMessage, sending?: SlackSending) {
    const before = workspace.ephemeralTo(person).length;
    const { channel, ts, blocks } = message;
    const clicked = { user: person, actionId, message: { channel, ts, blocks } };
    const { statusCode } = await send(clicks.blockAction(clicked, timely(sending)));
    expect(statusCode).toBe(200);
    return workspace.ephemeralTo(person).slice(before).map(shownIn)[0];
  }

  const formOf = (person: string) => textOf(lastView(person).blocks);
  const card = () => workspace.messagesIn(approvers)[0] ?? expect.fail("There is no card");
  const directMessages = (person: string) => workspace.directMessagesTo(person);

  return {
    ...{ slack, workspace, people, user, secret, account, clicks, send, command, choose, submit, ask, click },
    ...{ startDoor, card, directMessages, formOf, lastView, record, timely, now },
    /** Lets time pass for the functions, and for what Slack signs. The time stands still otherwise. */
    advance(minutes: number) {
      time += minutes * 60_000;
    },
  };
}

/** The handler of the target, as its built bundle, with its table of leases. Robin and Sam have IAM users. */
async function startHandler(
  { flow, sandbox, dynamoDb, handlerArn, variables }: FlowAccount,
  now: () => number,
) {
  await createTable(dynamoDb.client, leasesTable("sym-leases"));
  sandbox.iam.createGroup("prod-admins");
  for (const name of ["robin", "sam"]) sandbox.iam.createUser(`${name}@example.com`);
  const lambda = startLocalLambda({
    bundle: findBundle("iam-group"),
    functionArn: handlerArn,
    environment: { ...variables, LEASES_TABLE: "sym-leases" },
    now,
  });
  onTestFinished(lambda.close);
  flow.functions.set(handlerArn, async (event) => (await lambda.invoke(event)).payload);
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
  const field = fieldIn(accessory ?? element);
  const own = typeof text === "string" ? text : textIn(text);
  const whole = [own, textIn(label), field && ` [${field}]`, textIn(elements)].filter(Boolean).join("");
  return type === "rich_text_quote" ? `> ${whole}` : whole;
}

/** What a field shows: the chosen option with its alternatives, or the text. */
function fieldIn(value: unknown): string {
  const { placeholder, initial_option, options, initial_value, type } = (value ?? {}) as Record<
    string,
    unknown
  >;
  if (type === undefined || type === "button") return "";
  const chosen = (initial_option as { text?: unknown } | undefined)?.text;
  const all = ((options ?? []) as { text: unknown }[]).map(({ text }) => textIn(text));
  if (all.length > 0) return all.map((one) => (one === textIn(chosen) ? `*${one}*` : one)).join(" | ");
  return textIn(chosen) || String(initial_value ?? "") || textIn(placeholder) || "…";
}
