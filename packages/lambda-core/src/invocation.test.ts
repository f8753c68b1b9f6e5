// The invocation of an action: an id, a time budget and the request.
import { testPayload } from "@sym/test-payloads/payloads";
import { expect, test, vi } from "vitest";
import { context, granted, robin } from "./handler.test-support.ts";
import { createHandler, type Invocation, type SymRequest } from "./index.ts";

test("each delivery of an event has its own id, even with the same request id", async () => {
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

test("a part of the budget ends after its own time, or with the whole budget", async () => {
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

test("the invocation of an action has its request, and the invocation of a sweep has none", async () => {
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
