// Every method through Slack's own client: answers, refusals and faults.
import type { WebClient } from "@slack/web-api";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { slackClicks } from "./clicks.ts";
import { clientOf } from "./slack.test-support.ts";
import { type Slack, startSlack } from "./slack.ts";

let slack: Slack;
let client: WebClient;

beforeEach(async () => {
  slack = await startSlack();
  onTestFinished(() => slack.close());
  slack.workspace.addUser({ id: "U0ROBIN", name: "robin", email: "Robin@example.com" });
  slack.workspace.addChannel({ id: "C0ACCESS", name: "access" });
  client = clientWith(slack.token);
});

const clientWith = (token?: string) => clientOf(slack.url, token);

/** The answer's fields in a refusal of Slack, such as `{ error: "not_in_channel" }`. */
function refused(error: string, more: object = {}) {
  return {
    code: "slack_webapi_platform_error",
    data: expect.objectContaining({ ok: false, error, ...more }),
  };
}

const plain = (text: string) => ({ type: "plain_text" as const, text });
const section = (text: string) => ({ type: "section", text: { type: "mrkdwn", text } });
const modal = (more: object = {}) => ({
  ...{ type: "modal" as const, title: plain("Ask"), blocks: [section("Who?")] },
  ...more,
});

test("the token says whose app calls", async () => {
  const { team, app } = slack.workspace;
  const answer = { ok: true, team_id: team.id, user_id: app.botUserId, bot_id: app.botId };
  expect(await client.auth.test()).toMatchObject(answer);
  await expect(clientWith().auth.test()).rejects.toMatchObject(refused("not_authed"));
  await expect(clientWith("xoxb-unknown").auth.test()).rejects.toMatchObject(refused("invalid_auth"));
  const token = slack.workspace.tokens.get(slack.token);
  if (token) token.isRevoked = true;
  await expect(client.auth.test()).rejects.toMatchObject(refused("token_revoked"));
});

test("a token without a scope is refused with the scope", async () => {
  const weak = clientWith(slack.workspace.addToken(["chat:write"]));
  const scopes = { needed: "users:read", provided: "chat:write" };
  await expect(weak.users.info({ user: "U0ROBIN" })).rejects.toMatchObject(refused("missing_scope", scopes));
  const blind = clientWith(slack.workspace.addToken(["users:read"]));
  const { user } = await blind.users.info({ user: "U0ROBIN" });
  expect(user?.profile).not.toHaveProperty("email");
});

test("a user is found by id and by e-mail address, with the user's flags", async () => {
  const { workspace } = slack;
  const { user } = await client.users.info({ user: "U0ROBIN" });
  expect(user).toMatchObject({
    ...{ id: "U0ROBIN", team_id: workspace.team.id, deleted: false, is_bot: false, is_restricted: false },
    ...{ is_email_confirmed: true, profile: { email: "Robin@example.com" } },
  });
  const guest = { id: "U0GUEST", name: "gail", is_restricted: true, is_ultra_restricted: true };
  workspace.addUser({ ...guest, email: "gail@example.com", is_stranger: true, team_id: "T0OTHER" });
  expect((await client.users.info({ user: "U0GUEST" })).user).toMatchObject({
    ...{ is_restricted: true, is_ultra_restricted: true, is_stranger: true, team_id: "T0OTHER" },
  });
  expect((await client.users.lookupByEmail({ email: "robin@EXAMPLE.com" })).user?.id).toBe("U0ROBIN");
  await expect(client.users.info({ user: "U0NOBODY" })).rejects.toMatchObject(refused("user_not_found"));
  const nobody = client.users.lookupByEmail({ email: "nobody@example.com" });
  await expect(nobody).rejects.toMatchObject(refused("users_not_found"));
});

test("a deactivated user is found by id and not by e-mail address", async () => {
  const robin = slack.workspace.users.get("U0ROBIN");
  if (robin) robin.deleted = true;
  expect((await client.users.info({ user: "U0ROBIN" })).user?.deleted).toBe(true);
  const lookup = client.users.lookupByEmail({ email: "robin@example.com" });
  await expect(lookup).rejects.toMatchObject(refused("users_not_found"));
});

test("a user group has its users, on a paid plan", async () => {
  const usergroup = slack.workspace.addUserGroup({ users: ["U0ROBIN"] });
  expect((await client.usergroups.users.list({ usergroup })).users).toEqual(["U0ROBIN"]);
  const unknown = client.usergroups.users.list({ usergroup: "S0NONE" });
  await expect(unknown).rejects.toMatchObject(refused("no_such_subteam"));
  slack.workspace.plan = "free";
  const free = client.usergroups.users.list({ usergroup });
  await expect(free).rejects.toMatchObject(refused("plan_upgrade_required"));
});

test("a message is posted and updated", async () => {
  const { workspace } = slack;
  const sent = { text: "Asked", blocks: [section("*Asked*")], unfurl_links: false };
  const posted = await client.chat.postMessage({ channel: "C0ACCESS", ...sent });
  expect(posted).toMatchObject({ ok: true, channel: "C0ACCESS", message: { text: "Asked" } });
  const ts = posted.ts ?? "";
  expect(workspace.messagesIn("#access")).toMatchObject([{ ts, ...sent, updates: 0 }]);
  const changed = { channel: "C0ACCESS", ts, text: "Approved", blocks: [section("*Approved*")] };
  expect(await client.chat.update(changed)).toMatchObject({ ok: true, ts, text: "Approved" });
  const [message] = workspace.messagesIn("C0ACCESS");
  expect(message).toMatchObject({ text: "Approved", blocks: changed.blocks, updates: 1 });
  expect(message).not.toHaveProperty("edited");
  await client.chat.update({ channel: "C0ACCESS", ts, text: "Ended" });
  expect(workspace.messagesIn("C0ACCESS")).toMatchObject([{ blocks: [], edited: {}, updates: 2 }]);
});

test("messages to places that the bot cannot write to are refused", async () => {
  const { workspace } = slack;
  workspace.addChannel({ id: "C0OTHER", name: "other", isMember: false });
  workspace.addChannel({ id: "C0SECRET", name: "secret", isMember: false, isPrivate: true });
  workspace.addChannel({ id: "C0OLD", name: "old", isArchived: true });
  workspace.addUser({ id: "U0GONE", name: "gone", deleted: true });
  const places = { C0OTHER: "not_in_channel", C0SECRET: "channel_not_found", C0OLD: "is_archived" };
  const unknown = { C0NONE: "channel_not_found", U0GONE: "channel_not_found" };
  for (const [channel, error] of Object.entries({ ...places, ...unknown }))
    await expect(client.chat.postMessage({ channel, text: "Hi" })).rejects.toMatchObject(refused(error));
  expect(workspace.messages).toEqual([]);
});

test("only the app's own messages can be updated", async () => {
  const { ts } = slack.workspace.addMessage({ channel: "C0ACCESS", user: "U0ROBIN", text: "Hi" });
  const update = (more: object) => client.chat.update({ channel: "C0ACCESS", ts, text: "Ho", ...more });
  await expect(update({})).rejects.toMatchObject(refused("cant_update_message"));
  await expect(update({ ts: "1.000001" })).rejects.toMatchObject(refused("message_not_found"));
  await expect(update({ channel: "U0ROBIN" })).rejects.toMatchObject(refused("channel_not_found"));
  await expect(update({ text: "x".repeat(4_001) })).rejects.toMatchObject(refused("msg_too_long"));
  await expect(update({ text: "" })).rejects.toMatchObject(refused("no_text"));
  const channel = slack.workspace.channels.get("C0ACCESS");
  if (channel) channel.isArchived = true;
  await expect(update({})).rejects.toMatchObject(refused("is_inactive"));
  if (channel) Object.assign(channel, { isArchived: false, isPrivate: true, isMember: false });
  await expect(update({})).rejects.toMatchObject(refused("channel_not_found"));
});

test("a message to a user opens the direct message", async () => {
  const posted = await client.chat.postMessage({ channel: "U0ROBIN", text: "Approved" });
  expect(posted.channel).toMatch(/^D/);
  const opened = await client.conversations.open({ users: "U0ROBIN" });
  expect(opened).toMatchObject({ channel: { id: posted.channel }, already_open: true });
  const channel = opened.channel?.id ?? "";
  await client.chat.update({ channel, ts: posted.ts ?? "", text: "Ended" });
  expect(slack.workspace.directMessagesTo("U0ROBIN")).toMatchObject([{ text: "Ended" }]);
});

test("a direct message opens with a single active user", async () => {
  slack.workspace.addUser({ id: "U0GONE", name: "gone", deleted: true });
  const open = (users: string) => client.conversations.open({ users });
  await expect(open("U0NOBODY")).rejects.toMatchObject(refused("user_not_found"));
  await expect(open("U0GONE")).rejects.toMatchObject(refused("user_disabled"));
  await expect(open("")).rejects.toMatchObject(refused("users_list_not_supplied"));
  await expect(open(Array(9).fill("U0ROBIN").join())).rejects.toMatchObject(refused("too_many_users"));
  const groupScope = { needed: "mpim:write" };
  await expect(open("U0ROBIN,U0GONE")).rejects.toMatchObject(refused("missing_scope", groupScope));
});

test("an ephemeral message reaches a single user", async () => {
  const message = { channel: "C0ACCESS", user: "U0ROBIN", text: "Only you" };
  expect((await client.chat.postEphemeral(message)).message_ts).toMatch(/^\d+\.\d{6}$/);
  expect(slack.workspace.ephemeralTo("U0ROBIN")).toMatchObject([{ channel: "C0ACCESS", text: "Only you" }]);
  expect(slack.workspace.messagesIn("C0ACCESS")).toEqual([]);
  const unknown = client.chat.postEphemeral({ ...message, user: "U0NOBODY" });
  await expect(unknown).rejects.toMatchObject(refused("user_not_in_channel"));
});

test("a long text of a new message is cut with a warning", async () => {
  const posted = await client.chat.postMessage({ channel: "C0ACCESS", text: "x".repeat(40_001) });
  expect(posted).toMatchObject({ warning: "message_truncated" });
  expect(slack.workspace.messagesIn("C0ACCESS")[0]?.text).toHaveLength(40_000);
});

test("a modal opens with a trigger, once and in time, and is updated", async () => {
  const { workspace } = slack;
  const trigger_id = workspace.newTrigger("U0ROBIN");
  const invalid = client.views.open({ trigger_id, view: modal({ title: plain("x".repeat(25)) }) });
  await expect(invalid).rejects.toMatchObject(
    refused("invalid_arguments", {
      response_metadata: expect.objectContaining({
        messages: ["[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"],
      }),
    }),
  );
  const { view } = await client.views.open({ trigger_id, view: modal({ private_metadata: "r-1" }) });
  expect(view).toMatchObject({ private_metadata: "r-1", root_view_id: view?.id, state: { values: {} } });
  const again = client.views.open({ trigger_id, view: modal() });
  await expect(again).rejects.toMatchObject(refused("exchanged_trigger_id"));
  const late = workspace.newTrigger("U0ROBIN");
  workspace.expireTriggers();
  const tooLate = client.views.open({ trigger_id: late, view: modal() });
  await expect(tooLate).rejects.toMatchObject(refused("expired_trigger_id"));
  const unknown = client.views.open({ trigger_id: "1.2.3", view: modal() });
  await expect(unknown).rejects.toMatchObject(refused("invalid_trigger_id"));

  const view_id = view?.id ?? "";
  const hash = view?.hash ?? "";
  await client.views.update({ view_id, hash, view: modal({ title: plain("Sent") }) });
  const calls = ["views.open", "views.update"];
  expect(workspace.viewsOf("U0ROBIN")).toMatchObject([{ id: view_id, title: { text: "Sent" }, calls }]);
  const stale = client.views.update({ view_id, hash, view: modal() });
  await expect(stale).rejects.toMatchObject(refused("hash_conflict"));
  const missing = client.views.update({ view_id: "V0NONE", view: modal() });
  await expect(missing).rejects.toMatchObject(refused("not_found"));
  slackClicks(slack).viewClosed({ user: "U0ROBIN", view: view_id });
  const closed = client.views.update({ view_id, view: modal() });
  await expect(closed).rejects.toMatchObject(refused("not_found"));
});

test("three modals at most are in a stack", async () => {
  const { workspace } = slack;
  const { view } = await client.views.open({ trigger_id: workspace.newTrigger("U0ROBIN"), view: modal() });
  const push = () =>
    client.views.push({ trigger_id: workspace.newTrigger("U0ROBIN", view?.id), view: modal() });
  expect((await push()).view).toMatchObject({ root_view_id: view?.id, previous_view_id: view?.id });
  await push();
  await expect(push()).rejects.toMatchObject(refused("push_limit_reached"));
});
