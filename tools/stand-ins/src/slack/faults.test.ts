// The faults, as Slack's own client sees them.
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { clientOf } from "./slack.test-support.ts";
import { type Slack, startSlack } from "./slack.ts";

let slack: Slack;
let post: () => Promise<unknown>;

beforeEach(async () => {
  slack = await startSlack();
  onTestFinished(() => slack.close());
  slack.workspace.addChannel({ id: "C0ACCESS", name: "access" });
  const client = clientOf(slack.url, slack.token);
  post = () => client.chat.postMessage({ channel: "C0ACCESS", text: "Hi" });
});

const action = "chat.postMessage";

test("refusals leave no message", async () => {
  slack.faults.inject({ action, kind: "throttle", retryAfter: 30 });
  await expect(post()).rejects.toMatchObject({ code: "slack_webapi_rate_limited_error", retryAfter: 30 });
  slack.faults.inject({ kind: "internal-error" });
  await expect(post()).rejects.toMatchObject({ code: "slack_webapi_http_error", statusCode: 500 });
  slack.faults.inject({ action, kind: "down" });
  await expect(post()).rejects.toMatchObject({ code: "slack_webapi_http_error", statusCode: 503 });
  slack.faults.inject({ action, error: "restricted_action" });
  await expect(post()).rejects.toMatchObject({ data: { error: "restricted_action" } });
  slack.faults.inject({ action, kind: "reset" });
  await expect(post()).rejects.toMatchObject({ code: "slack_webapi_request_error" });
  expect(slack.workspace.messages).toEqual([]);
  expect(slack.callsTo("chat.postMessage")).toBe(5);
  expect(slack.calls.map(({ status, errorCode }) => [status, errorCode])).toEqual([
    [429, "ratelimited"],
    [500, "internal_error"],
    [503, "down"],
    [200, "restricted_action"],
    [0, "reset"],
  ]);
});

test("a lost answer leaves the message", async () => {
  slack.faults.inject({ action, kind: "answer-lost" });
  await expect(post()).rejects.toMatchObject({ code: "slack_webapi_request_error" });
  expect(slack.workspace.messages).toHaveLength(1);
});

test("a slow answer waits for the test", async () => {
  const gate = Promise.withResolvers<void>();
  slack.faults.inject({ action, slow: gate.promise });
  let answers = 0;
  const count = () => {
    answers += 1;
  };
  const slow = post().then(count);
  await expect.poll(() => slack.workspace.messages).toHaveLength(1);
  await post();
  expect(answers).toBe(0);
  gate.resolve();
  await slow;
  expect(answers).toBe(1);
});

test("a fault of another method waits for its method", async () => {
  slack.faults.inject({ action: "users.info", kind: "down" });
  expect(await post()).toMatchObject({ ok: true });
  slack.faults.clear();
});
