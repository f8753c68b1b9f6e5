// The log lines and the counts of a sweep.
import { expect, test, vi } from "vitest";
import { many, setUp, start } from "./sweep.test-support.ts";

const hour = 60 * 60_000;

test("a sweep leaves one event line for each run that it ends, with the ids of its access", async () => {
  const { sweep, events, store } = setUp(many(2, () => "one"));
  const [key] = store.leases.keys();
  await sweep();
  expect(events()).toHaveLength(2);
  expect(events()).toContainEqual(
    expect.objectContaining({
      ...{ level: "INFO", event_type: "sweep", run_id: "run-0", outcome: "revoked", lease: key },
      ...{ host: "one", resource_id: "prod", subject_id: "person-0", resource: "prod" },
      sentence: "Your access to prod has ended.",
    }),
  );
});

test("a lease with several runs leaves a line for each run", async () => {
  const { sweep, events, store, leaseOf } = setUp([{ host: "one", dueAt: start }]);
  const lease = leaseOf("one");
  const { access, key } = lease;
  await store.openRun({ id: "second", key, access, wish: "" }, Number.MAX_VALUE);
  lease.runs.set("second", { state: "open", wanted: "member", expiresAt: start - 90_000 });
  expect((await sweep()).body).toMatchObject({ due: 1, finished: 1, orphans: 2 });
  expect(events()).toMatchObject([
    { run_id: "run-0", outcome: "revoked" },
    { run_id: "second", outcome: "revoked" },
  ]);
});

test("a run that set nothing is told as nothing to revoke", async () => {
  const { sweep, events, leaseOf, store } = setUp([{ host: "one", dueAt: start }]);
  const lease = leaseOf("one");
  const { access, key } = lease;
  lease.runs.clear();
  lease.runs.set("died", {
    state: "pending",
    wanted: "member",
    expiresAt: null,
    intent: { until: start - 1 },
  });
  await store.openRun({ id: "in-doubt", key: `${key}-2`, access, wish: "" }, start - 1);
  expect((await sweep()).body).toMatchObject({ due: 2, finished: 2 });
  for (const run_id of ["in-doubt", "died"])
    expect(events()).toContainEqual(expect.objectContaining({ run_id, outcome: "nothing-to-revoke" }));
});

test("a sweep that is cut off counts the due work that is left", async () => {
  const { sweep, metrics, failures } = setUp(many(500, () => "one"));
  const { body } = await sweep(4_000);
  expect(body.left).toBeGreaterThan(400);
  expect(body.left).toBe(500 - body.finished - failures().length);
  expect(body.message).toContain(`${body.left} left to the next sweep`);
  expect(metrics()).toMatchObject([
    { SweepLeft: body.left, OverdueLeases: 500 - body.finished, OpenLeases: 0 },
  ]);
});

test("the gauges count open leases by their end in the future, and overdue leases by their failures", async () => {
  const { sweep, metrics } = setUp([
    { host: "refuses", dueAt: start },
    { host: "one", dueAt: start },
    { host: "one", dueAt: start + 10 * hour },
    { host: "two", dueAt: start + 20 * hour },
  ]);
  await sweep();
  // The failed lease waits for its next try.
  vi.setSystemTime(start + 30_000);
  await sweep();
  expect(metrics()).toMatchObject([
    { OpenLeases: 2, OverdueLeases: 1, SweepFailed: 1, SweepFinished: 1 },
    { OpenLeases: 2, OverdueLeases: 1 },
  ]);
  expect(metrics()[1]).not.toHaveProperty("SweepFailed");
});

test("a lease that fails for a day is counted by every sweep, also between the tries", async () => {
  const { sweep, metrics, leaseOf } = setUp([{ host: "refuses", dueAt: start }]);
  const failing = () => metrics().at(-1).FailingForADay;
  await sweep();
  vi.setSystemTime(start + 24 * hour - 1);
  await sweep();
  expect(failing()).toBeUndefined();
  const lease = leaseOf("refuses");
  vi.setSystemTime(Math.max(lease.dueAt ?? 0, start + 24 * hour) + 1);
  await sweep();
  expect(failing()).toBe(1);
  // The clock has moved by half a minute; the next try comes later.
  expect((await sweep()).body).toMatchObject({ due: 0, failingForADay: 1 });
  expect(failing()).toBe(1);
  vi.setSystemTime(start + 25 * hour);
  await sweep();
  expect(failing()).toBe(1);
});

test("without the gauges, a sweep ends what is due", async () => {
  const { sweep, metrics, store } = setUp([{ host: "one", dueAt: start }]);
  store.later = () => Promise.reject(new Error("The index is throttled"));
  expect((await sweep()).body).toMatchObject({ outcome: "swept", finished: 1 });
  expect(metrics()[0]).not.toHaveProperty("OpenLeases");
});
