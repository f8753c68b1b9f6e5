// The schedule's sweeps, with their answers and counts.
import { expect, test, vi } from "vitest";
import { context, granted, lines } from "./handler.test-support.ts";
import { createHandler } from "./index.ts";

test("the schedule's event runs the sweep, which is answered and counted", async () => {
  const found = {
    ...{ due: 3, finished: 2, orphans: 1, failed: 1, changedByOthers: 1, stillHasAccess: 0 },
    ...{ left: 0, failingForADay: 0, later: { open: 4, failing: 2 } },
  };
  const none = async () => granted;
  const handler = createHandler("example", () => ({
    escalate: none,
    deescalate: none,
    sweep: async (_, counts) => void Object.assign(counts, found),
  }));
  expect(await handler({ event: { type: "sweep" } }, context())).toEqual({
    body: {
      message: "Swept 3 due leases: 2 finished, 1 orphaned, 1 failed.",
      outcome: "swept",
      system: "example",
      ...found,
    },
    errors: ["1 of 3 due leases could not be finished; the function's log has the reasons"],
  });
  // A count of zero is not written, since a metric costs while it has values. A gauge of zero is.
  expect(JSON.parse(lines.at(-1) ?? "")).toEqual({
    ...{ function: "local", system: "example", SweepDuration: expect.any(Number), Sweeps: 1 },
    ...{ SweepFinished: 2, OrphanedLeases: 1, SweepFailed: 1, ChangedByOthers: 1 },
    ...{ OpenLeases: 4, OverdueLeases: 3 },
    _aws: expect.anything(),
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
  const events = lines.map((line) => JSON.parse(line)).filter(({ step }) => step === "event");
  expect(events).toMatchObject([{ event_type: "sweep", outcome: "failed", error: "Error", level: "ERROR" }]);
});

test("a sweep that times out counts the work it has done", async () => {
  vi.useFakeTimers();
  const none = async () => granted;
  const handler = createHandler("example", () => ({
    escalate: none,
    deescalate: none,
    sweep: (_, counts) => {
      Object.assign(counts, { due: 3, finished: 2, orphans: 1, left: 4 });
      return new Promise(() => undefined);
    },
  }));
  const answer = handler({ event: { type: "sweep" } }, context({ getRemainingTimeInMillis: () => 3_000 }));
  await vi.advanceTimersByTimeAsync(2_999);
  vi.useRealTimers();
  expect(await answer).toMatchObject({
    body: { outcome: "failed", left: 4, due: 3, finished: 2, orphans: 1, failed: 1 },
    errors: [expect.stringContaining("did not answer in time")],
  });
  expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({
    SweepFinished: 2,
    OrphanedLeases: 1,
    SweepFailed: 1,
    SweepLeft: 4,
  });
});
