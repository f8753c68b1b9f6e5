import { type TestPayload, testPayload, testPayloads } from "@sym/test-payloads/payloads";
import { expect, test, vi } from "vitest";
import { context, granted, handlerThat, lines } from "./handler.test-support.ts";
import { createHandler, SymError } from "./index.ts";

for (const entry of testPayloads()) test(`the payload ${entry.name} is ${entry.expect}`, () => check(entry));

async function check(entry: TestPayload) {
  for (const [name, value] of Object.entries(entry.environment)) vi.stubEnv(name, value);
  const { handler, requests } = handlerThat(async () => granted);
  const answer = await handler(entry.payload, context({ invokedFunctionArn: entry.functionArn }));
  expect({}).not.toHaveProperty("polluted");
  if (entry.expect === "refused") {
    expect(requests).toEqual([]);
    expect(answer.body).toMatchObject({ outcome: "refused" });
    expect(answer.errors).toHaveLength(1);
    const subject = answer.errors[0]?.match(/^Payload refused: (.*?) (?:is|has) /)?.[1];
    expect(subject?.replace(/^the payload$/, "")).toBe(entry.path);
    expect(answer.errors[0]).toMatch(/^[\x20-\x7e]*$/);
    return;
  }
  expect(answer.errors).toEqual([]);
  const [request] = requests;
  expect(request).toMatchObject({
    type: entry.request.type,
    runId: entry.request.run_id,
    requester: entry.request.requester,
    target: { name: entry.request.target },
  });
  expect(request?.duration).toBe(entry.request.duration);
}

test("an action's result becomes an answer in Sym's shape", async () => {
  const { handler } = handlerThat(async () => ({ ...granted, expiresAt: new Date("2026-01-02T03:04:05Z") }));
  expect(await handler(testPayload("escalate.json"), context())).toEqual({
    body: {
      message: "You now have access to group admins until 2026-01-02 03:04 UTC.",
      outcome: "granted",
      system: "example",
      resource: "group admins",
      subject: "user robin",
      run_id: "11111111-1111-4111-8111-111111111111",
      expires_at: "2026-01-02T03:04:05.000Z",
    },
    errors: [],
  });
});

test("an expected failure is answered with its own sentence", async () => {
  const { handler } = handlerThat(async () => {
    throw new SymError("Group admins does not exist; create it", { reason: "no-resource" });
  });
  expect(await handler(testPayload("escalate.json"), context())).toMatchObject({
    body: {
      outcome: "refused",
      message: "You did not get access to Production admins: Group admins does not exist; create it.",
    },
    errors: ["Group admins does not exist; create it"],
  });
});

test("the answer to an unexpected failure has the request id, and no text of the error", async () => {
  const { handler } = handlerThat(async () => {
    throw new Error("token ghp_secret of robin.requester@example.com was rejected");
  });
  const answer = await handler(testPayload("deescalate.json"), context());
  const logged = lines.join("");
  expect(answer.body.outcome).toBe("failed");
  expect(answer.errors).toEqual([
    "Something unexpected went wrong, and the access may or may not have changed; look for request request-1 in the function's log",
  ]);
  expect(`${JSON.stringify(answer)}${logged}`).not.toMatch(/ghp_secret|robin.requester/);
  expect(logged).toContain("handler.test.ts");
});

test("an action that never ends is answered before Lambda's deadline", async () => {
  vi.useFakeTimers();
  const { handler } = handlerThat(() => new Promise(() => undefined));
  const answer = handler(testPayload("escalate.json"), context({ getRemainingTimeInMillis: () => 3_000 }));
  await vi.advanceTimersByTimeAsync(2_999);
  vi.useRealTimers();
  expect(await answer).toMatchObject({
    body: { outcome: "failed" },
    errors: [expect.stringContaining("did not answer in time")],
  });
});

test("no action starts shortly before Lambda's deadline", async () => {
  const { handler, requests } = handlerThat(async () => granted);
  const answer = await handler(
    testPayload("escalate.json"),
    context({ getRemainingTimeInMillis: () => 900 }),
  );
  expect(requests).toEqual([]);
  expect(answer).toMatchObject({
    body: { outcome: "failed" },
    errors: [expect.stringContaining("Only 900 ms were left")],
  });
});

test("every answer of a misconfigured function names the wrong variable", async () => {
  const handler = createHandler("example", () => {
    throw new SymError("This function is misconfigured: EXAMPLE_URL is missing", { reason: "refused" });
  });
  const answer = await handler(testPayload("escalate.json"), context());
  expect(answer).toMatchObject({
    body: { outcome: "refused" },
    errors: ["This function is misconfigured: EXAMPLE_URL is missing"],
  });
});

test("with a broken allow-list, every request is refused", async () => {
  vi.stubEnv("ALLOWED_SETTINGS", "group_name=admins");
  const { handler, requests } = handlerThat(async () => granted);
  const answer = await handler(testPayload("escalate.json"), context());
  expect(requests).toEqual([]);
  expect(answer.errors).toEqual([expect.stringContaining("ALLOWED_SETTINGS must be a JSON object")]);
});

test("markup in names cannot mention people or fake links in Slack, neither in the message nor in the errors", async () => {
  const { handler } = handlerThat(async () => {
    throw new SymError("Group <!channel> is not <https://example.com|here>", { reason: "refused" });
  });
  const { body, errors } = await handler(testPayload("slack-markup-escalate.json"), context());
  const sentence = "Group &lt;!channel&gt; is not &lt;https://example.com|here&gt;";
  expect(body.message).toBe(`You did not get access to &lt;!channel&gt; admins: ${sentence}.`);
  expect(errors).toEqual([sentence]);
});

test("each invocation logs its steps and counts its outcome, without naming a person", async () => {
  const { handler } = handlerThat(async () => granted);
  await handler(testPayload("escalate.json"), context());
  const logged = lines.map((line) => JSON.parse(line));
  expect(logged).toMatchObject([
    {
      step: "event",
      run_id: "11111111-1111-4111-8111-111111111111",
      outcome: "granted",
      target: "prod-admins",
    },
    {
      _aws: { CloudWatchMetrics: [{ Namespace: "SymHandlers" }] },
      system: "example",
      outcome: "granted",
      Invocations: 1,
    },
  ]);
  expect(JSON.stringify(logged)).not.toContain("example.com");
});

test("an event of Sym never counts as a sweep", async () => {
  const { handler, requests } = handlerThat(async () => granted);
  const payload = testPayload("escalate.json");
  payload.event.type = "sweep";
  expect((await handler(payload, context())).errors).toEqual([
    'Payload refused: event.type is "sweep"; it must be "escalate" or "deescalate"',
  ]);
  expect(requests).toEqual([]);
});

test("with leases, access is revoked even if its setting is no longer allowed", async () => {
  vi.stubEnv("ALLOWED_SETTINGS", '{"environment":["production"]}');
  const act = async () => granted;
  const handler = createHandler("example", () => ({
    escalate: act,
    deescalate: act,
    sweep: async () => undefined,
  }));
  const escalate = testPayload("dynamic-settings-escalate.json");
  const deescalate = testPayload("dynamic-settings-deescalate.json");
  expect((await handler(escalate, context())).body.outcome).toBe("refused");
  expect((await handler(deescalate, context())).body.outcome).toBe("granted");
});

test("without leases, a deescalate with a forbidden setting changes nothing", async () => {
  vi.stubEnv("ALLOWED_SETTINGS", '{"environment":["production"]}');
  const { handler, requests } = handlerThat(async () => granted);
  const answer = await handler(testPayload("dynamic-settings-deescalate.json"), context());
  expect(answer).toMatchObject({
    body: { outcome: "refused" },
    errors: [expect.stringContaining("which ALLOWED_SETTINGS does not allow for this setting")],
  });
  expect(requests).toEqual([]);
});
