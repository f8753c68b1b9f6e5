// The response_url of a click: what people see after the app posted to the URL.
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { slackClicks } from "./clicks.ts";
import { type Slack, startSlack } from "./slack.ts";

let slack: Slack;

beforeEach(async () => {
  slack = await startSlack();
  onTestFinished(() => slack.close());
  slack.workspace.addUser({ id: "U0ROBIN", name: "robin" });
  slack.workspace.addChannel({ id: "C0ACCESS", name: "access" });
});

/** Posts to the URL of a new click. `ts` is the clicked message; without `ts`, the click is a slash command. */
function urlOf(ts?: string): string {
  const clicks = slackClicks(slack);
  const user = "U0ROBIN";
  const event = ts
    ? clicks.blockAction({ user, actionId: "a", message: { channel: "access", ts } }, { base64: false })
    : clicks.slashCommand({ user, channel: "access", command: "/access" }, { base64: false });
  const fields = new URLSearchParams(event.body);
  return fields.get("response_url") ?? JSON.parse(fields.get("payload") ?? "{}").response_url;
}

async function post(url: string, body: object) {
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  return [response.status, await response.text()];
}

test("an answer is ephemeral, unless it is for the channel", async () => {
  const { workspace } = slack;
  expect(await post(urlOf(), { text: "Only you" })).toEqual([200, "ok"]);
  expect(workspace.ephemeralTo("U0ROBIN")).toMatchObject([{ channel: "C0ACCESS", text: "Only you" }]);
  expect(await post(urlOf(), { text: "All", response_type: "in_channel" })).toEqual([200, "ok"]);
  expect(workspace.messagesIn("access")).toMatchObject([{ text: "All", user: workspace.app.botUserId }]);
  expect(slack.callsTo("response_url")).toBe(2);
});

test("an answer replaces or deletes the clicked message", async () => {
  const { workspace } = slack;
  const { ts } = workspace.addMessage({ channel: "C0ACCESS", user: workspace.app.botUserId, text: "Asked" });
  await post(urlOf(ts), { text: "Approved", replace_original: true });
  expect(workspace.messagesIn("access")).toMatchObject([{ ts, text: "Approved", updates: 1 }]);
  await post(urlOf(ts), { delete_original: true });
  expect(workspace.messagesIn("access")).toEqual([]);
});

test("an answer replaces an ephemeral message", async () => {
  const { workspace } = slack;
  await post(urlOf(), { text: "Choose" });
  const [ephemeral] = workspace.ephemeralTo("U0ROBIN");
  await post(urlOf(ephemeral?.ts), { text: "Chosen", replace_original: true });
  expect(workspace.ephemeralTo("U0ROBIN")).toMatchObject([{ ts: ephemeral?.ts, text: "Chosen" }]);
});

test("a response_url has five uses, and an unknown response_url has none", async () => {
  const url = urlOf();
  for (let use = 0; use < 5; use += 1) expect(await post(url, { text: "Hi" })).toEqual([200, "ok"]);
  expect(await post(url, { text: "Hi" })).toEqual([404, '{"ok":false,"error":"used_url"}']);
  expect(await post(`${url}x`, { text: "Hi" })).toEqual([404, '{"ok":false,"error":"expired_url"}']);
});

test("a response_url fails on demand, and refuses blocks that Slack refuses", async () => {
  slack.faults.inject({ action: "response_url", kind: "down" });
  expect(await post(urlOf(), { text: "Hi" })).toEqual([503, expect.stringContaining("<html>")]);
  const blocks = [{ type: "header", text: { type: "plain_text", text: "x".repeat(151) } }];
  expect(await post(urlOf(), { blocks })).toEqual([404, expect.stringContaining("invalid_blocks")]);
  expect(slack.workspace.ephemeralTo("U0ROBIN")).toEqual([]);
});
