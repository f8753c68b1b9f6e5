// A second opinion: the same calls have the same outcome in emulate, a stand-in by other authors, as far as emulate has the
// method. The README lists the differences.
import { createEmulator } from "emulate";
import { expect, onTestFinished, test } from "vitest";
import { clientOf } from "./slack.test-support.ts";
import { startSlack } from "./slack.ts";

/** A Slack with the user robin, the channel access, a message of robin's in the channel, and tokens. */
type World = {
  url: string;
  token: string;
  /** A token with the scope chat:write alone. */
  weakToken: string;
  channel: string;
  user: string;
  ts: string;
  trigger(viewId?: string): Promise<string>;
};

async function inStandIn(): Promise<World> {
  const { url, token, workspace, close } = await startSlack();
  onTestFinished(close);
  const { id: user } = workspace.addUser({ name: "robin", email: "robin@example.com" });
  const { id: channel } = workspace.addChannel({ name: "access" });
  const { ts } = workspace.addMessage({ channel, user, text: "Hi" });
  const weakToken = workspace.addToken(["chat:write"]);
  return { url, token, weakToken, channel, user, ts, trigger: async (id) => workspace.newTrigger(user, id) };
}

async function inEmulate(): Promise<World> {
  const bot = { token: "xoxb-bot", type: "bot" };
  const seed = {
    users: [{ name: "robin", email: "robin@example.com" }, { name: "sym" }],
    channels: [{ name: "access" }],
    tokens: [
      { ...bot, user: "sym", app_id: "A0EXAMPLE01" },
      { ...bot, token: "xoxb-weak", user: "sym", scopes: ["chat:write"] },
      { ...bot, token: "xoxb-robin", user: "robin" },
    ],
    strict_scopes: true,
  };
  const { url, close } = await createEmulator({ service: "slack", port: 0, seed: { slack: seed } });
  onTestFinished(() => close());
  const client = clientOf(url, "xoxb-bot");
  const { channels = [] } = await client.conversations.list();
  const channel = channels.find(({ name }) => name === "access")?.id ?? "";
  const { user } = await client.users.lookupByEmail({ email: "robin@example.com" });
  const posted = await clientOf(url, "xoxb-robin").chat.postMessage({ channel, text: "Hi" });
  const trigger = async (view_id?: string) => {
    const asked = { user_id: user?.id, ...(view_id && { view_id }) };
    const answer = await client.apiCall("views.generateTriggerId", asked);
    return "trigger_id" in answer ? String(answer.trigger_id) : "";
  };
  const found = { channel, user: user?.id ?? "", ts: posted.ts ?? "" };
  return { url, token: "xoxb-bot", weakToken: "xoxb-weak", ...found, trigger };
}

/** `ok`, or the code of the refusal. */
async function outcome(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => "ok",
    ({ data }) => data.error,
  );
}

const section = { type: "section", text: { type: "mrkdwn", text: "*Asked*" } };

async function messages({ url, token, weakToken, channel, user, ts }: World) {
  const client = clientOf(url, token);
  const posted = await client.chat.postMessage({ channel, text: "Asked", blocks: [section] });
  const own = { channel, ts: posted.ts ?? "" };
  const direct = await client.chat.postMessage({ channel: user, text: "Approved" });
  const opened = await client.conversations.open({ users: user });
  const weak = clientOf(url, weakToken);
  return {
    text: posted.message?.text,
    isDirect: direct.channel?.startsWith("D"),
    isSame: opened.channel?.id === direct.channel && opened.already_open,
    found: (await client.users.lookupByEmail({ email: "robin@example.com" })).user?.id === user,
    outcomes: {
      update: await outcome(client.chat.update({ ...own, text: "Ended" })),
      updateOfOthers: await outcome(client.chat.update({ channel, ts, text: "Ended" })),
      updateOfNone: await outcome(client.chat.update({ channel, ts: "1.000001", text: "Ended" })),
      ephemeral: await outcome(client.chat.postEphemeral({ channel, user, text: "Only you" })),
      withoutText: await outcome(client.chat.postMessage({ channel, text: "" })),
      toNoChannel: await outcome(client.chat.postMessage({ channel: "C0NONE", text: "Hi" })),
      noUser: await outcome(client.users.info({ user: "U0NONE" })),
      noAddress: await outcome(client.users.lookupByEmail({ email: "nobody@example.com" })),
      openWithNobody: await outcome(client.conversations.open({ users: "U0NONE" })),
      withoutScope: await outcome(weak.users.info({ user })),
    },
  };
}

async function views({ url, token, trigger }: World) {
  const client = clientOf(url, token);
  const view = {
    ...{ type: "modal" as const, title: { type: "plain_text" as const, text: "Ask" } },
    ...{ blocks: [section], private_metadata: "r-1", callback_id: "ask" },
  };
  const trigger_id = await trigger();
  const opened = (await client.views.open({ trigger_id, view: { ...view, external_id: "e-1" } })).view;
  const view_id = opened?.id ?? "";
  const push = async () => client.views.push({ trigger_id: await trigger(view_id), view });
  const pushed = (await push()).view;
  const hash = opened?.hash ?? "";
  return {
    opened: [opened?.private_metadata, opened?.callback_id, opened?.root_view_id === view_id],
    pushed: [pushed?.root_view_id === view_id, pushed?.previous_view_id === view_id],
    outcomes: {
      openAgain: await outcome(client.views.open({ trigger_id, view })),
      openWithoutTrigger: await outcome(client.views.open({ trigger_id: "1.2.3", view })),
      openSameId: await outcome(
        client.views.open({ trigger_id: await trigger(), view: { ...view, external_id: "e-1" } }),
      ),
      update: await outcome(client.views.update({ view_id, hash, view })),
      updateStale: await outcome(client.views.update({ view_id, hash, view })),
      updateNone: await outcome(client.views.update({ view_id: "V0NONE", view })),
      third: await outcome(push()),
      fourth: await outcome(push()),
    },
  };
}

test("messages, users and direct messages are as in emulate", async () => {
  expect(await messages(await inStandIn())).toEqual(await messages(await inEmulate()));
});

test("modals are as in emulate", async () => {
  expect(await views(await inStandIn())).toEqual(await views(await inEmulate()));
});
