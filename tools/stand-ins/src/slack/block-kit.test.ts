// The limits of Block Kit, at the limit and one beyond.
import type { WebClient } from "@slack/web-api";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { clientOf } from "./slack.test-support.ts";
import { type Slack, startSlack } from "./slack.ts";

let slack: Slack;
let client: WebClient;

beforeEach(async () => {
  slack = await startSlack();
  onTestFinished(() => slack.close());
  slack.workspace.addChannel({ id: "C0ACCESS", name: "access" });
  client = clientOf(slack.url, slack.token);
});

const x = (length: number) => "x".repeat(length);
const plain = (length: number) => ({ type: "plain_text", text: x(length) });
const mrkdwn = (length: number) => ({ type: "mrkdwn", text: x(length) });
const times = (count: number, item: (index: number) => object) =>
  Array.from({ length: count }, (_, i) => item(i));
const button = (more: object = {}) => ({ type: "button", text: plain(1), ...more });
const actions = (...elements: object[]) => ({ type: "actions", elements });
const option = (more: object = {}) => ({ text: plain(1), value: "v", ...more });
const menu = (more: object) => ({ type: "static_select", placeholder: plain(1), ...more });
const section = (length: number) => ({ type: "section", text: mrkdwn(length) });
const modal = (more: object) => ({ type: "modal", title: plain(1), blocks: [], ...more });
const input = { type: "input", label: plain(1), element: { type: "plain_text_input", action_id: "a" } };

async function post(blocks: unknown) {
  return client.apiCall("chat.postMessage", {
    channel: "C0ACCESS",
    text: "Hi",
    blocks: JSON.stringify(blocks),
  });
}

async function open(view: object) {
  return client.apiCall("views.open", {
    trigger_id: slack.workspace.newTrigger("U0ROBIN"),
    view: JSON.stringify(view),
  });
}

/** Each limit: blocks of `limit` are taken, and blocks of `limit + 1` are refused. */
const limits: [string, number, (size: number) => object[]][] = [
  ["characters of a section", 3_000, (size) => [section(size)]],
  ["characters of a field", 2_000, (size) => [{ type: "section", fields: [mrkdwn(size)] }]],
  ["fields of a section", 10, (size) => [{ type: "section", fields: times(size, () => mrkdwn(1)) }]],
  ["characters of a header", 150, (size) => [{ type: "header", text: plain(size) }]],
  ["elements of a context", 10, (size) => [{ type: "context", elements: times(size, () => mrkdwn(1)) }]],
  ["elements of actions", 25, (size) => [actions(...times(size, () => button()))]],
  ["characters of a button", 75, (size) => [actions(button({ text: plain(size) }))]],
  ["characters of a button's value", 2_000, (size) => [actions(button({ value: x(size) }))]],
  ["characters of a button's URL", 3_000, (size) => [actions(button({ url: x(size) }))]],
  ["characters of an action_id", 255, (size) => [actions(button({ action_id: x(size) }))]],
  ["characters of a block_id", 255, (size) => [{ type: "divider", block_id: x(size) }]],
  ["blocks of a message", 50, (size) => times(size, () => ({ type: "divider" }))],
  ["options of a menu", 100, (size) => [actions(menu({ options: times(size, () => option()) }))]],
  ["characters of an option", 75, (size) => [actions(menu({ options: [option({ text: plain(size) })] }))]],
  [
    "characters of an option's value",
    150,
    (size) => [actions(menu({ options: [option({ value: x(size) })] }))],
  ],
];

for (const [name, limit, blocks] of limits)
  test(`a message has at most ${limit} ${name}`, async () => {
    expect(await post(blocks(limit))).toMatchObject({ ok: true });
    await expect(post(blocks(limit + 1))).rejects.toMatchObject({ data: { error: "invalid_blocks" } });
    expect(slack.workspace.messages).toHaveLength(1);
  });

const viewLimits: [string, number, (size: number) => object][] = [
  ["characters of the title", 24, (size) => ({ title: plain(size) })],
  ["characters of the submit button", 24, (size) => ({ submit: plain(size) })],
  ["characters of the close button", 24, (size) => ({ close: plain(size) })],
  ["characters of private_metadata", 3_000, (size) => ({ private_metadata: x(size) })],
  ["characters of callback_id", 255, (size) => ({ callback_id: x(size) })],
  ["blocks", 100, (size) => ({ blocks: times(size, () => ({ type: "divider" })) })],
];

for (const [name, limit, more] of viewLimits)
  test(`a modal has at most ${limit} ${name}`, async () => {
    expect(await open(modal(more(limit)))).toMatchObject({ ok: true });
    const refusal = { data: { error: "invalid_arguments" } };
    await expect(open(modal(more(limit + 1)))).rejects.toMatchObject(refusal);
    expect(slack.workspace.views).toHaveLength(1);
  });

const wrongBlocks: Record<string, unknown> = {
  "an empty text": [section(0)],
  "a header in mrkdwn": [{ type: "header", text: mrkdwn(1) }],
  "a button in mrkdwn": [actions(button({ text: mrkdwn(1) }))],
  "a section without text and fields": [{ type: "section" }],
  "an unknown block": [{ type: "paragraph", text: plain(1) }],
  "an unknown property": [{ ...section(1), colour: "red" }],
  "an unknown style": [actions(button({ style: "warning" }))],
  "a menu without options": [actions(menu({ options: [] }))],
  "two equal block_ids": [
    { type: "divider", block_id: "b" },
    { type: "divider", block_id: "b" },
  ],
  "two equal action_ids in a block": [actions(button({ action_id: "a" }), button({ action_id: "a" }))],
};

for (const [name, blocks] of Object.entries(wrongBlocks))
  test(`${name} is invalid in a message`, async () => {
    await expect(post(blocks)).rejects.toMatchObject({ data: { error: "invalid_blocks" } });
  });

test("blocks that are no list, and too much text in all blocks, are refused", async () => {
  await expect(post({})).rejects.toMatchObject({ data: { error: "invalid_blocks_format" } });
  const long = times(5, () => section(3_000));
  await expect(post(long)).rejects.toMatchObject({ data: { error: "msg_blocks_too_long" } });
});

const wrongViews: Record<string, object> = {
  "a title in mrkdwn": modal({ title: mrkdwn(1) }),
  "a modal of another type": modal({ type: "dialog" }),
  "inputs without a submit button": modal({ blocks: [input] }),
  "a markdown block in a modal": modal({ blocks: [{ type: "markdown", text: "x" }] }),
};

for (const [name, view] of Object.entries(wrongViews))
  test(`${name} is an invalid argument`, async () => {
    await expect(open(view)).rejects.toMatchObject({ data: { error: "invalid_arguments" } });
  });

test("a modal has at most 250 kB", async () => {
  const wide = (size: number) => ({ type: "section", fields: times(size, () => mrkdwn(2_000)) });
  expect(await open(modal({ blocks: times(10, () => wide(10)) }))).toMatchObject({ ok: true });
  const refusal = { data: { error: "view_too_large" } };
  await expect(open(modal({ blocks: times(13, () => wide(10)) }))).rejects.toMatchObject(refusal);
});
