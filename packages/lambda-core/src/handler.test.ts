import { type TestPayload, testPayload, testPayloads } from "@sym/test-payloads/payloads";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  type ActionResult,
  createHandler,
  type Invocation,
  type LambdaContext,
  SymError,
  type SymRequest,
} from "./index.ts";

const granted: ActionResult = { outcome: "granted", subject: "user robin", resource: "group admins" };
const functionArn = "arn:aws:lambda:us-east-1:123456789012:function:sym-access";
const robin = "robin.requester@example.com";

/** What the handler logs: a line of JSON each. */
let lines: string[] = [];

beforeEach(() => {
  lines = [];
  const { write } = process.stdout;
  vi.spyOn(process.stdout, "write").mockImplementation((line) => {
    lines.push(String(line));
    return write.call(process.stdout, line);
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

function context(overrides: Partial<LambdaContext> = {}): LambdaContext {
  return {
    awsRequestId: "request-1",
    invokedFunctionArn: functionArn,
    getRemainingTimeInMillis: () => 10_000,
    ...overrides,
  };
}

/** A handler whose actions do `act`, and what they were asked. */
function handlerThat(act: () => Promise<ActionResult>) {
  const requests: SymRequest[] = [];
  const action = async (request: SymRequest) => {
    requests.push(request);
    return act();
  };
  return { handler: createHandler("example", () => ({ escalate: action, deescalate: action })), requests };
}

for (const entry of testPayloads()) test(`payload ${entry.name} is ${entry.expect}`, () => check(entry));

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
    expect(subject?.replace(/^(the whole of )?it$/, "")).toBe(entry.path);
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

test("an expected failure is answered in its own words", async () => {
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

test("an unexpected failure is answered with the request id, and nothing of the error leaves the function", async () => {
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

test("nothing is started when hardly any time is left", async () => {
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

test("a function that is misconfigured says so in every answer", async () => {
  const handler = createHandler("example", () => {
    throw new SymError("This function is misconfigured: EXAMPLE_URL is missing", { reason: "refused" });
  });
  const answer = await handler(testPayload("escalate.json"), context());
  expect(answer).toMatchObject({
    body: { outcome: "refused" },
    errors: ["This function is misconfigured: EXAMPLE_URL is missing"],
  });
});

test("an allow-list that cannot be read refuses every request", async () => {
  vi.stubEnv("ALLOWED_SETTINGS", "group_name=admins");
  const { handler, requests } = handlerThat(async () => granted);
  const answer = await handler(testPayload("escalate.json"), context());
  expect(requests).toEqual([]);
  expect(answer.errors).toEqual([expect.stringContaining("ALLOWED_SETTINGS must be a JSON object")]);
});

test("markup in names cannot call people or fake links in Slack, neither in the message nor in the errors", async () => {
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
      step: "answer",
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

test("the schedule's event runs the sweep, which is answered and counted", async () => {
  const found = { due: 3, finished: 2, orphans: 1, failed: 1, changedByOthers: 1 };
  const none = async () => granted;
  const handler = createHandler("example", () => ({
    escalate: none,
    deescalate: none,
    sweep: async (_, counts) => void Object.assign(counts, found),
  }));
  expect(await handler({ event: { type: "sweep" } }, context())).toEqual({
    body: {
      message: "Swept 3 due: 2 finished, 1 orphaned, 1 failed.",
      outcome: "swept",
      system: "example",
      ...found,
    },
    errors: ["1 of 3 due leases could not be finished; the log says why"],
  });
  expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({
    Sweeps: 1,
    SweepFinished: 2,
    OrphanedLeases: 1,
    SweepFailed: 1,
    ChangedByOthers: 1,
  });
});

test("a sweep that fails is answered, and its error stays in the log", async () => {
  const none = async () => granted;
  const handler = createHandler("example", () => ({
    escalate: none,
    deescalate: none,
    sweep: async () => {
      throw new Error("robin.requester@example.com");
    },
  }));
  const answer = await handler({ event: { type: "sweep" } }, context());
  expect(answer.body).toMatchObject({ outcome: "failed", failed: 1 });
  expect(answer.errors).toEqual([
    expect.stringContaining("look for request request-1 in the function's log"),
  ]);
  expect(`${JSON.stringify(answer)}${lines.join("")}`).not.toContain("robin");
});

test("a sweep that is cut off tells what it had done until then", async () => {
  vi.useFakeTimers();
  const none = async () => granted;
  const handler = createHandler("example", () => ({
    escalate: none,
    deescalate: none,
    sweep: (_, counts) => {
      Object.assign(counts, { due: 3, finished: 2, orphans: 1 });
      return new Promise(() => undefined);
    },
  }));
  const answer = handler({ event: { type: "sweep" } }, context({ getRemainingTimeInMillis: () => 3_000 }));
  await vi.advanceTimersByTimeAsync(2_999);
  vi.useRealTimers();
  expect(await answer).toMatchObject({
    body: { outcome: "failed", due: 3, finished: 2, orphans: 1, failed: 1 },
    errors: [expect.stringContaining("did not answer in time")],
  });
  expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({
    SweepFinished: 2,
    OrphanedLeases: 1,
    SweepFailed: 1,
  });
});

test("each delivery of an event has an id of its own, also with one request id", async () => {
  const invocations: Invocation[] = [];
  const act = async (_: SymRequest, invocation: Invocation) => {
    invocations.push(invocation);
    return granted;
  };
  const handler = createHandler("example", () => ({ escalate: act, deescalate: act }));
  const payload = testPayload("escalate.json");
  await Promise.all([handler(payload, context()), handler(payload, context())]);
  const [first, second] = invocations;
  expect([first?.requestId, second?.requestId]).toEqual(["request-1", "request-1"]);
  expect(first?.id).toMatch(/^[0-9a-f-]{36}$/);
  expect(second?.id).not.toBe(first?.id);
});

test("a part of the budget ends after its own time, or with the whole", async () => {
  vi.useFakeTimers();
  const seen: boolean[][] = [];
  const act = async (_: SymRequest, { budget }: Invocation) => {
    const parts = [budget.part(1_000), budget.part(5_000), budget.part(1_000)];
    parts[2]?.end();
    for (const milliseconds of [999, 2, 500]) {
      await vi.advanceTimersByTimeAsync(milliseconds);
      seen.push([...parts, budget].map(({ signal }) => signal.aborted));
    }
    return granted;
  };
  const handler = createHandler("example", () => ({ escalate: act, deescalate: act }));
  await handler(testPayload("escalate.json"), context({ getRemainingTimeInMillis: () => 3_000 }));
  vi.useRealTimers();
  expect(seen).toEqual([
    [false, false, false, false],
    [true, false, false, false],
    [true, true, true, true],
  ]);
});

test("an invocation carries the request that it is for, and a sweep is for none", async () => {
  const carried: (SymRequest | undefined)[] = [];
  const act = async (_: SymRequest, invocation: Invocation) => {
    carried.push(invocation.request);
    return granted;
  };
  const sweep = async (invocation: Invocation) => {
    carried.push(invocation.request);
  };
  const handler = createHandler("example", () => ({ escalate: act, deescalate: act, sweep }));
  for (const event of [testPayload("escalate.json"), { event: { type: "sweep" } }])
    await handler(event, context());
  expect(carried).toEqual([expect.objectContaining({ type: "escalate", requester: robin }), undefined]);
});

test("an event of Sym is never taken for a sweep", async () => {
  const { handler, requests } = handlerThat(async () => granted);
  const payload = testPayload("escalate.json");
  payload.event.type = "sweep";
  expect((await handler(payload, context())).errors).toEqual([
    'Payload refused: event.type is "sweep"; it must be "escalate" or "deescalate"',
  ]);
  expect(requests).toEqual([]);
});

test("with leases, a setting that is not allowed any more does not keep access from being revoked", async () => {
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

test("without leases, a setting that is not allowed keeps a deescalate from changing anything", async () => {
  vi.stubEnv("ALLOWED_SETTINGS", '{"environment":["production"]}');
  const { handler, requests } = handlerThat(async () => granted);
  const answer = await handler(testPayload("dynamic-settings-deescalate.json"), context());
  expect(answer).toMatchObject({
    body: { outcome: "refused" },
    errors: [expect.stringContaining("which ALLOWED_SETTINGS does not allow for it")],
  });
  expect(requests).toEqual([]);
});

// FUZZ_RUNS sets the number of payloads; every one is answered in Sym's shape or the test fails.
const runs = Number(process.env["FUZZ_RUNS"] ?? 20_000);

test(`${runs} payloads made at random are all answered, and no prototype is polluted`, {
  timeout: 600_000,
}, async () => {
  const { handler, requests } = handlerThat(async () => granted);
  const valid = [
    testPayload("escalate.json"),
    testPayload("deescalate.json"),
    testPayload("schema-4-escalate.json"),
  ];
  const mutated = fc
    .tuple(fc.constantFrom(...valid), fc.array(fc.tuple(fc.nat(), strange), { maxLength: 4 }))
    .map(([base, changes]) =>
      changes.reduce((payload, [where, value]) => mutate(payload, where, value), structuredClone(base)),
    );
  await fc.assert(
    fc.asyncProperty(
      fc.oneof({ weight: 3, arbitrary: mutated }, { weight: 1, arbitrary: strange }),
      async (payload) => {
        requests.length = 0;
        lines.length = 0;
        const answer = await handler(payload, context());
        expect(typeof answer.body.message).toBe("string");
        expect(Array.isArray(answer.errors)).toBe(true);
        expect(answer.errors.length === 0).toBe(requests.length === 1);
        for (const request of requests) checkTypes(request);
        expect(Object.keys(Object.prototype)).toEqual([]);
      },
    ),
    { numRuns: runs },
  );
});

const strange = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.string({ unit: "binary" }),
  fc.constantFrom("__proto__", "constructor", "", null, -1, 1e308, [], {}),
  fc.string().map((value) => JSON.parse(`{"__proto__":{"polluted":${JSON.stringify(value)}}}`)),
  fc.nat(4_000).map((depth) => JSON.parse(`[${"[".repeat(depth)}${"]".repeat(depth)}]`)),
);

/** Puts a value at one of the places in a document, chosen by a number. */
function mutate(document: unknown, where: number, value: unknown): unknown {
  const places: [Record<string, unknown>, string][] = [];
  const visit = (node: unknown) => {
    if (typeof node !== "object" || node === null) return;
    for (const key of Object.keys(node)) {
      places.push([node as Record<string, unknown>, key]);
      if (places.length < 500) visit((node as Record<string, unknown>)[key]);
    }
  };
  visit(document);
  const place = places[where % places.length];
  if (place)
    Object.defineProperty(place[0], place[1], {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  return document;
}

function checkTypes(request: SymRequest): void {
  expect(["escalate", "deescalate"]).toContain(request.type);
  expect(request.runId).toMatch(/^[\w-]+$/);
  expect(request.requester).toMatch(/^[\x21-\x7e]+$/);
  expect(request.target.name).not.toMatch(/\p{C}/u);
  for (const value of Object.values(request.target.settings)) expect(typeof value).toBe("string");
  expect(request.duration === undefined || Number.isInteger(request.duration)).toBe(true);
}
