// The transitions of a lease, rule by rule.
import { expect, test } from "vitest";
import type { Lease, Run } from "./lease.ts";
import { access, someLease } from "./some-lease.test-support.ts";
import { clockSkewMs } from "./states.ts";
import {
  afterLock,
  closingRuns,
  confirm,
  dropRuns,
  dropUnopened,
  end,
  endAbandoned,
  fail,
  type Holder,
  isLocked,
  isOpen,
  lock,
  markReported,
  orphansOf,
  removeClosedRuns,
  unheld,
  unlock,
  withRun,
  write,
} from "./transitions.ts";

const hour = 3_600_000;
const now = 1_800_000_000_000;
const graceMs = 60_000;
let writes = 0;
const holder: Holder = { owner: "me", deadline: now + 30_000, now, graceMs, writes: () => ++writes };
const open: Run = { state: "open", wanted: "member", expiresAt: now };
const pending: Run = { ...open, state: "pending", intent: { state: "member", until: now + 1_000 } };
const closing: Run = { ...open, state: "closing" };
const othersLock = { owner: "another", until: now };

/** An unlocked lease with these runs. */
const leaseOf = (runs: Record<string, Run>, changes: Partial<Lease> = {}) =>
  someLease({ runs: new Map(Object.entries(runs)), ended: new Map(), lock: null, ...changes });
const dueAtOf = (lease: Lease) => write(lease, holder).dueAt;

test("a lease that no run has held has version 0, and is empty", () => {
  expect(unheld("key", access)).toEqual({
    ...{ key: "key", version: 0, writeId: "", access, standing: null, ours: [], begun: false },
    ...{ runs: new Map(), ended: new Map(), lock: null, changedAt: null, touchedAt: 0, dueAt: null },
  });
});

test("a lock excludes other invocations until its end, and never its holder", () => {
  const locked = leaseOf({}, { lock: othersLock });
  expect(isLocked(locked, { owner: "me", now: now - 1 })).toBe(true);
  expect(isLocked(locked, { owner: "me", now })).toBe(false);
  expect(isLocked(locked, { owner: "another", now: now - 1 })).toBe(false);
  expect(isLocked(leaseOf({}), { owner: "me", now })).toBe(false);
});

test("a lock outlasts its holder's Lambda deadline by the clock skew", () => {
  const locked = lock(leaseOf({}), holder);
  expect(locked.lock).toEqual({ owner: "me", until: now + 30_000 + clockSkewMs });
  expect(unlock(locked, holder).lock).toBeNull();
  expect(unlock(locked, { owner: "another" })).toBe(locked);
  const free = leaseOf({});
  expect(unlock(free, holder)).toBe(free);
});

test("a dead holder may have changed the target system until the end of its lock", () => {
  expect(afterLock(leaseOf({}, { lock: othersLock, changedAt: null }))).toMatchObject({
    ...{ lock: null, changedAt: now },
  });
  expect(afterLock(leaseOf({}, { lock: othersLock, changedAt: now + 1 })).changedAt).toBe(now + 1);
  const free = leaseOf({});
  expect(afterLock(free)).toBe(free);
});

test("a run that ends is closing if the lease lists it, and a tombstone if not", () => {
  expect(end(leaseOf({ "run-1": open }), "run-1", now)).toEqual(leaseOf({ "run-1": closing }));
  const buried = end(leaseOf({ "run-1": open }), "run-2", now);
  expect(buried).toEqual(leaseOf({ "run-1": open }, { ended: new Map([["run-2", now]]) }));
  expect(end(buried, "run-2", now + 1).ended).toEqual(new Map([["run-2", now + 1]]));
});

test("withRun replaces a run, and keeps the other runs and the given lease", () => {
  const lease = leaseOf({ "run-1": open, "run-2": open });
  expect(withRun(lease, "run-2", closing)).toEqual(leaseOf({ "run-1": open, "run-2": closing }));
  expect(lease).toEqual(leaseOf({ "run-1": open, "run-2": open }));
});

test("isOpen is true for open runs only", () => {
  const lease = leaseOf({ "run-1": open, "run-2": pending, "run-3": closing });
  expect(["run-1", "run-2", "run-3", "run-4"].map((id) => isOpen(lease, id))).toEqual([
    ...[true, false, false, false],
  ]);
});

test("a confirmed run is open, its state is ours, and the lock is free", () => {
  const lease = lock(leaseOf({ "run-1": pending }, { ours: [], changedAt: 1 }), holder);
  expect(confirm(lease, "run-1", holder)).toEqual(
    leaseOf({ "run-1": open }, { ours: ["member"], changedAt: now }),
  );
});

test("a run that needed no change is confirmed without a change", () => {
  const run: Run = { ...pending, intent: { until: now } };
  const lease = lock(leaseOf({ "run-1": run }, { ours: [], changedAt: 1 }), holder);
  expect(confirm(lease, "run-1", holder)).toEqual(leaseOf({ "run-1": open }, { ours: [], changedAt: 1 }));
  const again = confirm(lock(leaseOf({ "run-1": open }, { changedAt: 1 }), holder), "run-1", holder);
  expect(again).toEqual(leaseOf({ "run-1": open }, { changedAt: 1 }));
});

test("a run that was closed or removed since its intent is not confirmed", () => {
  const lease = lock(leaseOf({ "run-1": closing }), holder);
  expect(confirm(lease, "run-1", holder)).toBe(lease);
  expect(confirm(lease, "run-2", holder)).toBe(lease);
});

test("the sweep ends the runs of dead invocations, and orphans unless it only reports them", () => {
  const orphan = { ...open, expiresAt: now - graceMs };
  const lease = leaseOf({ dead: pending, orphan, open });
  const dead: Run = { ...pending, state: "closing" };
  expect(endAbandoned(lease, holder, "end").runs).toEqual(
    new Map<string, Run>([
      ["dead", dead],
      ["orphan", { ...orphan, state: "closing" }],
      ["open", open],
    ]),
  );
  expect(endAbandoned(lease, holder, "report").runs).toEqual(
    new Map<string, Run>([
      ["dead", dead],
      ["orphan", orphan],
      ["open", open],
    ]),
  );
});

test("a run is an orphan from its end plus grace; only an open run with an end can be an orphan", () => {
  const orphan: Run = { ...open, expiresAt: now - graceMs };
  const runs: Record<string, Run> = {
    orphan,
    early: { ...orphan, expiresAt: now - graceMs + 1 },
    endless: { ...orphan, expiresAt: null },
    closing: { ...orphan, state: "closing" },
    pending: { ...orphan, state: "pending" },
  };
  expect(orphansOf(leaseOf(runs), holder)).toEqual(["orphan"]);
});

test("an orphan is reported again an hour after the last time", () => {
  const orphan = { ...open, expiresAt: now - graceMs };
  const runs = {
    due: { ...orphan, reportedAt: now - hour },
    early: { ...orphan, reportedAt: now - hour + 1 },
  };
  expect(orphansOf(leaseOf(runs), holder)).toEqual(["due"]);
  expect(markReported(leaseOf(runs), ["due"], now).runs).toEqual(
    new Map(Object.entries({ ...runs, due: { ...orphan, reportedAt: now } })),
  );
});

test("closed runs are removed with the recorded failure; their states stay ours", () => {
  const lease = leaseOf(
    { "run-1": { ...pending, state: "closing" }, "run-2": open },
    { ours: [], failure: { code: "refused", sentence: "No", since: 1, times: 1, retryAt: 2 } },
  );
  expect(closingRuns(lease)).toEqual(["run-1"]);
  expect(removeClosedRuns(lease, holder)).toEqual(
    leaseOf({ "run-2": open }, { ours: ["member"], ended: new Map([["run-1", now]]) }),
  );
});

test("a run that was never opened is dropped with the lock of its invocation, which hides no change", () => {
  const ended = new Map([["run-1", now]]);
  const theirs = { owner: "dead", until: now + 1_000 };
  const stored = leaseOf({ "run-1": pending }, { lock: theirs, changedAt: 5 });
  expect(dropUnopened(stored, ["run-1"], stored, holder)).toEqual(leaseOf({}, { ended, changedAt: 5 }));
  // Our own lock has counted the end of their lock as a change.
  const held = lock(afterLock(stored), holder);
  expect(dropUnopened(held, ["run-1"], stored, holder)).toEqual(
    leaseOf({}, { ended, changedAt: 5, lock: held.lock }),
  );
  const others = leaseOf({ "run-1": pending }, { lock: othersLock, changedAt: 5 });
  expect(dropUnopened(others, ["run-1"], others, holder)).toEqual(
    leaseOf({}, { ended, changedAt: 5, lock: othersLock }),
  );
});

test("dropping several runs releases the lock of one of them, and a run without an intent releases no lock", () => {
  const theirs = { owner: "dead", until: now + 1_000 };
  const later: Run = { ...pending, intent: { state: "member", until: now + 2_000 } };
  const two = leaseOf({ "run-1": later, "run-2": pending }, { lock: theirs, changedAt: 5 });
  expect(dropUnopened(two, ["run-1", "run-2"], two, holder)).toMatchObject({ lock: null, changedAt: 5 });
  for (const lease of [leaseOf({ "run-1": closing }, { lock: theirs }), leaseOf({}, { lock: theirs })])
    expect(dropUnopened(lease, ["run-1"], lease, holder).lock).toEqual(theirs);
  const unlocked = leaseOf({ "run-1": pending }, { changedAt: 5 });
  expect(dropUnopened(unlocked, ["run-1"], unlocked, holder)).toMatchObject({ lock: null, changedAt: 5 });
});

test("runs are dropped with their intents, and leave tombstones for an hour", () => {
  const ended = new Map([
    ["just now", now - hour + 1],
    ["an hour ago", now - hour],
  ]);
  const lease = leaseOf({ "run-1": pending, "run-2": open }, { ours: [], ended });
  expect(dropRuns(lease, ["run-1"], holder)).toEqual(
    leaseOf(
      { "run-2": open },
      {
        ours: [],
        ended: new Map([
          ["just now", now - hour + 1],
          ["run-1", now],
        ]),
      },
    ),
  );
});

test("after failures the sweep retries in 1, 2, 4 minutes, and in an hour at the latest", () => {
  const failed = { code: "refused", sentence: "No" };
  let lease = fail(leaseOf({}), failed, now);
  expect(lease.failure).toEqual({ ...failed, since: now, times: 1, retryAt: now + 60_000 });
  const waits = [1, 2, 3, 4, 5, 6].map((later) => {
    lease = fail(lease, failed, now + later);
    expect(lease.failure).toMatchObject({ since: now, times: later + 1 });
    return ((lease.failure?.retryAt ?? 0) - now - later) / 60_000;
  });
  expect(waits).toEqual([2, 4, 8, 16, 32, 60]);
});

test("each write has the next version and its own id", () => {
  writes = 0;
  const lease = leaseOf({ "run-1": open }, { version: 7 });
  expect(write(lease, holder)).toMatchObject({ version: 8, writeId: "me/1", touchedAt: now });
  expect(write(lease, holder)).toMatchObject({ version: 8, writeId: "me/2" });
});

test.for<[when: string, runs: Record<string, Run>, changes: Partial<Lease>, dueAt: number | null]>([
  ["never, if no run holds the lease", {}, {}, null],
  ["never, if no run has an end", { a: { ...open, expiresAt: null } }, {}, null],
  ["at the end of an open run plus grace", { a: open }, {}, now + graceMs],
  ["an hour after a report of its orphan", { a: { ...open, reportedAt: now } }, {}, now + hour],
  ["at the end plus grace, if a report was long ago", { a: { ...open, reportedAt: 1 } }, {}, now + graceMs],
  ["when the invocation of a pending run is dead", { a: pending }, {}, now + 1_000],
  ["at once, if a run is pending without an intent", { a: { ...open, state: "pending" } }, {}, now],
  ["at once, if a run is closing", { a: closing }, {}, now],
  ["at the time of the next try", { a: closing }, { failure: failedUntil(now + 5) }, now + 5],
  ["at once, if the time of the next try is past", { a: closing }, { failure: failedUntil(now - 5) }, now],
  ["for the first of its runs", { a: open, b: pending, c: { ...open, expiresAt: null } }, {}, now + 1_000],
  [
    "at the end of its lock at the earliest",
    { a: closing },
    { lock: { owner: "me", until: now + 9 } },
    now + 9,
  ],
  [
    "after its lock, if a run is due later",
    { a: pending },
    { lock: { owner: "me", until: now + 9 } },
    now + 1_000,
  ],
])("a lease is due %s", ([, runs, changes, dueAt]) => {
  expect(dueAtOf(leaseOf(runs, changes))).toBe(dueAt);
});

function failedUntil(retryAt: number) {
  return { code: "refused", sentence: "No", since: now - 60_000, times: 1, retryAt };
}
