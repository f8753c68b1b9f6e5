// Bolt's receiver takes the stand-in's clicks as Slack's, and refuses what Slack did not send.
import { App, AwsLambdaReceiver, LogLevel } from "@slack/bolt";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { slackClicks } from "./clicks.ts";
import type { SlackRequestEvent, SlackSending } from "./sending.ts";
import { openAskModal } from "./slack.test-support.ts";
import { type Slack, startSlack } from "./slack.ts";
import type { SlackView } from "./state.ts";

let slack: Slack;
let clicks: ReturnType<typeof slackClicks>;
let view: SlackView;
/** What Bolt gave to the app, by the kind of the payload. */
let received: Record<string, Record<string, unknown>>;
let send: (event: SlackRequestEvent) => Promise<{ statusCode: number; body: string }>;

beforeEach(async () => {
  slack = await startSlack();
  onTestFinished(() => slack.close());
  const { workspace } = slack;
  workspace.addUser({ id: "U0ROBIN", name: "robin", email: "robin@example.com" });
  workspace.addChannel({ id: "C0ACCESS", name: "access" });
  clicks = slackClicks(slack);
  received = {};
  const receiver = new AwsLambdaReceiver({
    signingSecret: workspace.signingSecret,
    logLevel: LogLevel.ERROR,
  });
  const app = new App({
    receiver,
    logLevel: LogLevel.ERROR,
    authorize: async () => ({ botToken: slack.token, botId: workspace.app.botId }),
    clientOptions: { slackApiUrl: `${slack.url}/api/` },
  });
  const keep = (kind: string, body: object) => {
    received[kind] = { ...body };
  };
  app.command("/access", async ({ ack, body }) => {
    keep("command", body);
    await ack("Wait");
  });
  app.action(/.*/, async ({ ack, body }) => {
    keep("action", body);
    await ack();
  });
  app.view({ callback_id: "ask", type: "view_submission" }, async ({ ack, body }) => {
    keep("view", body);
    await ack();
  });
  app.view({ callback_id: "ask", type: "view_closed" }, async ({ ack, body }) => {
    keep("closed", body);
    await ack();
  });
  app.options("target", async ({ ack, body }) => {
    keep("options", body);
    await ack({ options: [] });
  });
  const handler = await receiver.start();
  send = async (event) => handler(event as never, {});
  view = await openAskModal(slack);
});

const who = { user: "U0ROBIN" };
const command = { ...who, channel: "access", command: "/access", text: "prod-admins 1h" };
const button = {
  type: "actions",
  block_id: "decide",
  elements: [
    { type: "button", action_id: "approve", text: { type: "plain_text", text: "Approve" }, value: "r-1" },
  ],
};

test("a slash command is acknowledged with the app's text", async () => {
  expect(await send(clicks.slashCommand(command))).toMatchObject({ statusCode: 200, body: "Wait" });
  const { triggers, team, app } = slack.workspace;
  expect(received["command"]).toMatchObject({
    ...{ command: "/access", text: "prod-admins 1h", user_id: "U0ROBIN", user_name: "robin" },
    ...{ channel_id: "C0ACCESS", channel_name: "access", team_id: team.id, api_app_id: app.id },
    is_enterprise_install: "false",
    response_url: expect.stringContaining(`${slack.url}/actions/`),
  });
  expect(triggers.has(String(received["command"]?.["trigger_id"]))).toBe(true);
});

test("a click on a button brings the button's value and its message", async () => {
  const { workspace } = slack;
  const message = workspace.addMessage({ channel: "C0ACCESS", user: workspace.app.botUserId, text: "Asked" });
  message.blocks = [button];
  const click = { ...who, actionId: "approve", message: { channel: "access", ts: message.ts } };
  expect(await send(clicks.blockAction(click))).toMatchObject({ statusCode: 200 });
  expect(received["action"]).toMatchObject({
    user: { id: "U0ROBIN", username: "robin", team_id: workspace.team.id },
    team: { id: workspace.team.id, domain: workspace.team.domain },
    container: { type: "message", message_ts: message.ts, channel_id: "C0ACCESS", is_ephemeral: false },
    channel: { id: "C0ACCESS", name: "access" },
    message: { ts: message.ts, text: "Asked", blocks: [button] },
    actions: [{ type: "button", action_id: "approve", block_id: "decide", value: "r-1" }],
  });
});

test("a click in an ephemeral message does not bring the message", async () => {
  const { workspace } = slack;
  const message = { channel: "C0ACCESS", ts: "1.000001" };
  workspace.ephemeralMessages.push({
    ...{ ...message, user: workspace.app.botUserId, toUserId: "U0ROBIN", text: "Choose", blocks: [button] },
  });
  await send(clicks.blockAction({ ...who, actionId: "approve", message }));
  expect(received["action"]).toMatchObject({
    container: { is_ephemeral: true },
    actions: [{ value: "r-1" }],
  });
  expect(received["action"]).not.toHaveProperty("message");
});

test("a choice in a view brings the option and the state of the view, and no response_url", async () => {
  const click = { ...who, actionId: "target", view: view.id, selectedOption: "prod-admins" };
  expect(await send(clicks.blockAction(click))).toMatchObject({ statusCode: 200 });
  expect(received["action"]).toMatchObject({
    container: { type: "view", view_id: view.id },
    view: { id: view.id, callback_id: "ask" },
    actions: [{ type: "external_select", block_id: "where", selected_option: { value: "prod-admins" } }],
  });
  expect(received["action"]).not.toHaveProperty("response_url");
});

test("a submission brings the state of every input", async () => {
  const answers = { target: "prod-admins" };
  expect(await send(clicks.viewSubmission({ ...who, view, answers }))).toMatchObject({ statusCode: 200 });
  expect(received["view"]).toMatchObject({
    response_urls: [],
    view: {
      hash: view.hash,
      state: {
        values: {
          where: { target: { type: "external_select", selected_option: { value: "prod-admins" } } },
          why: { reason: { type: "plain_text_input", value: null } },
        },
      },
    },
  });
});

test("closed views and searches arrive", async () => {
  expect(await send(clicks.viewClosed({ ...who, view }))).toMatchObject({ statusCode: 200 });
  expect(received["closed"]).toMatchObject({ type: "view_closed", is_cleared: false });
  const search = clicks.blockSuggestion({ ...who, view, actionId: "target", value: "pro" });
  expect(await send(search)).toMatchObject({ statusCode: 200, body: '{"options":[]}' });
  expect(received["options"]).toMatchObject({ value: "pro", action_id: "target", block_id: "where" });
});

test("the URL verification is answered with its challenge", async () => {
  const answer = await send(clicks.urlVerification("c-1"));
  expect(answer).toMatchObject({ statusCode: 200, body: '{"challenge":"c-1"}' });
});

const falsified: Record<string, SlackSending> = {
  "without a signature": { signature: "" },
  "with a forged signature": { signature: `v0=${"0".repeat(64)}` },
  "of another secret": { secret: "another-secret" },
  "of six minutes ago": { timestamp: Math.floor(Date.now() / 1_000) - 360 },
};

for (const [name, sending] of Object.entries(falsified))
  test(`every click ${name} is refused with 401`, async () => {
    const message = { channel: "access", ts: "1.000001" };
    const events = [
      clicks.slashCommand(command, sending),
      clicks.blockAction({ ...who, actionId: "approve", message }, sending),
      clicks.viewSubmission({ ...who, view }, sending),
      clicks.viewClosed({ ...who, view }, sending),
      clicks.blockSuggestion({ ...who, view, actionId: "target", value: "" }, sending),
      clicks.urlVerification("c-1", sending),
    ];
    for (const event of events) expect(await send(event)).toMatchObject({ statusCode: 401 });
    expect(received).toEqual({});
  });

test("a click says the workspace and the user's workspace, the organisation, and the retry", async () => {
  const event = clicks.slashCommand(command, {
    base64: false,
    retry: { num: 1, reason: "http_timeout" },
    team: { id: "T0OTHER", domain: "other" },
    enterprise: { id: "E0ORG", name: "Org" },
    isEnterpriseInstall: true,
  });
  expect(event).toMatchObject({
    headers: { "x-slack-retry-num": "1", "x-slack-retry-reason": "http_timeout" },
    isBase64Encoded: false,
  });
  expect(event.requestContext).not.toHaveProperty("authorizer");
  await send(event);
  expect(received["command"]).toMatchObject({
    ...{ team_id: "T0OTHER", team_domain: "other", enterprise_id: "E0ORG", is_enterprise_install: "true" },
  });
  await send(clicks.viewClosed({ ...who, view }, { userTeamId: "T0OTHER" }));
  expect(received["closed"]).toMatchObject({
    user: { team_id: "T0OTHER" },
    team: { id: slack.workspace.team.id },
  });
});
