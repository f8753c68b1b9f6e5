// The decisions of an escalate and of a sweep, rule by rule.
import type { Effect } from "@sym/lambda-core";
import { expect, test } from "vitest";
import {
  closing,
  dead,
  graceMs,
  holder,
  leaseOf,
  maintaining,
  now,
  open,
  ownLock,
  rules,
  slow,
  toggle,
} from "./decisions.test-support.ts";
import { decideEscalate, decideSweep } from "./decisions.ts";
import type { Lease, Run } from "./lease.ts";
import { access } from "./some-lease.test-support.ts";

/** The run `run-1` requests `wanted`, and reads `state`. */
function escalate(
  stored: Lease | undefined,
  { wanted = "member", state = "absent", effect = "by-state" as Effect, at = now, by = rules } = {},
) {
  const asking = { key: "key", runId: "run-1", wanted, expiresAt: now + 1_000, at };
  return decideEscalate(stored, { ...asking, found: { access, state, effect } }, holder, by);
}

test("the first run of a lease records the state before, and its intent under a lock", () => {
  expect(escalate(undefined, { state: "guest" })).toEqual({
    is: "intent",
    lease: {
      ...leaseOf({}, { key: "key", version: 0, writeId: "", standing: "guest", ours: [], lock: ownLock }),
      ...{ touchedAt: 0, dueAt: null },
      runs: new Map([
        [
          "run-1",
          {
            ...{ state: "pending", wanted: "member", expiresAt: now + 1_000 },
            intent: { state: "member", until: ownLock.until },
          },
        ],
      ]),
    },
    change: { state: "member", until: now + 1_000, afterwards: "guest" },
    others: false,
    release: false,
  });
});

test.for([
  ["is enough", { state: "maintainer" }],
  ["does not matter, since the subject has the access anyway", { effect: "anyway" }],
] as const)("an escalate changes nothing and records no intent if the state %s", ([, found]) => {
  const decided = escalate(undefined, found);
  expect(decided).toMatchObject({ is: "intent", change: undefined });
  expect(decided.is === "intent" && decided.lease.runs.get("run-1")?.intent).toEqual({
    until: ownLock.until,
  });
});

test.for([
  ["has a tombstone", leaseOf({}, { ended: new Map([["run-1", now]]) })],
  ["is closing", leaseOf({ "run-1": closing })],
] as const)("a run that %s gets no access", ([, lease]) => {
  expect(escalate(lease)).toEqual({ is: "ended" });
});

test("a repeated escalate cannot request another state", () => {
  expect(escalate(leaseOf({ "run-1": open }), { wanted: "maintainer" })).toEqual({ is: "other-wish" });
});

test("a run waits for another invocation's lock, and rejects a reading made during the lock", () => {
  const lock = { owner: "another", until: now };
  const lease = leaseOf({ "run-2": open }, { lock });
  expect(escalate(lease, { at: now - 1 })).toEqual({ is: "locked" });
  expect(escalate(lease, { at: now }).is).toBe("intent");
  expect(escalate(leaseOf({ "run-2": open }, { lock: { ...lock, owner: "me" } }), { at: 0 }).is).toBe(
    "intent",
  );
});

test("an open run with the requested state stays as it is", () => {
  const lease = leaseOf({ "run-1": open });
  expect(escalate(lease, { state: "member" })).toEqual({ is: "open", lease });
});

test("an open run whose state was revoked gets the state again, and keeps its end", () => {
  const decided = escalate(leaseOf({ "run-1": open }), { state: "absent" });
  expect(decided).toMatchObject({ is: "intent", change: { state: "member", until: open.expiresAt } });
  expect(decided.is === "intent" && decided.lease.runs.get("run-1")).toEqual({
    ...open,
    intent: { state: "member", until: ownLock.until },
  });
});

test("a second run gets the state that satisfies both runs, until the later end", () => {
  const stronger = leaseOf({ "run-2": maintaining }, { ours: ["maintainer"] });
  expect(escalate(stronger, { state: "maintainer" })).toMatchObject({
    change: { state: "maintainer", until: maintaining.expiresAt, afterwards: "absent" },
  });
  const raised = escalate(leaseOf({ "run-2": open }), { state: "member", wanted: "maintainer" });
  expect(raised).toMatchObject({
    change: { state: "maintainer", until: open.expiresAt, afterwards: "absent" },
  });
});

test("a run that cannot be combined with the open runs is refused", () => {
  const lease = leaseOf({ "run-2": { ...open, wanted: "red" } }, { standing: "off", ours: ["red"] });
  expect(escalate(lease, { wanted: "blue", state: "red", by: toggle })).toEqual({ is: "conflicting" });
});

test("the state is set although the standing state suffices, if the present state is less", () => {
  const lease = leaseOf({ "run-2": closing }, { standing: "blue", ours: ["red"] });
  expect(escalate(lease, { wanted: "blue", state: "red", by: toggle })).toMatchObject({
    change: { state: "blue" },
  });
});

test("within the window of stale reads, our states count instead of the reading", () => {
  const lease = leaseOf({ "run-2": open }, { ours: ["member"], changedAt: now - 1_000 });
  const decide = (found: { state: string; wanted?: string }) => escalate(lease, { ...found, by: slow });
  expect(decide({ state: "absent" })).toMatchObject({ is: "intent" });
  const set = leaseOf({ "run-2": closing }, { standing: "blue", ours: ["red"], changedAt: now - 1_000 });
  const stale = { ...toggle, staleReadMs: 10_000 };
  expect(escalate(set, { wanted: "blue", state: "blue", by: stale })).toMatchObject({
    change: { state: "blue" },
  });
});

test("the intent has the present names, and replaces the lock of a dead invocation", () => {
  const lock = { owner: "another", until: now - 1 };
  const old = { ...access, names: { subject: "an old name", resource: "an old name" } };
  const decided = escalate(leaseOf({ "run-2": open }, { lock, access: old }), { state: "member" });
  expect(decided).toMatchObject({
    is: "intent",
    lease: { access, lock: ownLock, changedAt: now - 1 },
  });
});

test("a change by others is reported, and our leftovers are released first", () => {
  expect(escalate(leaseOf({ "run-2": open }), { state: "maintainer" })).toMatchObject({
    ...{ is: "intent", change: undefined, others: true, release: true },
    lease: { standing: "maintainer", ours: [] },
  });
  expect(escalate(leaseOf({ "run-2": open }), { state: "member" })).toMatchObject({
    ...{ others: false, release: false },
  });
});

const dueNow = { dueAt: now };
const orphan: Run = { ...open, expiresAt: now - graceMs };

test.for([
  ["the lease does not exist", undefined],
  ["the lease is due later", leaseOf({ "run-1": closing }, { dueAt: now + 1 })],
  ["the lease is not due", leaseOf({ "run-1": closing }, { dueAt: null })],
  ["its runs are open", leaseOf({ "run-1": open }, dueNow)],
] as const)("a sweep does nothing with a lease if %s", ([, lease]) => {
  expect(decideSweep(lease, holder, "end")).toBeUndefined();
});

test("a sweep finishes the runs of dead invocations, under a lock", () => {
  const lock = { owner: "another", until: now - 1 };
  const pending: Run = { ...dead, state: "pending" };
  const lease = leaseOf({ "run-1": pending, "run-2": open }, { ...dueNow, lock });
  expect(decideSweep(lease, holder, "end")).toEqual({
    lease: {
      ...lease,
      lock: ownLock,
      changedAt: now - 1,
      runs: new Map([
        ["run-1", dead],
        ["run-2", open],
      ]),
    },
    orphans: [],
    closing: ["run-1"],
  });
});

test("a sweep ends and reports orphans", () => {
  const lease = leaseOf({ "run-1": orphan }, dueNow);
  const ended: Run = { ...orphan, state: "closing", reportedAt: now };
  expect(decideSweep(lease, holder, "end")).toEqual({
    lease: { ...lease, lock: ownLock, runs: new Map([["run-1", ended]]) },
    orphans: ["run-1"],
    closing: ["run-1"],
  });
});

test("a sweep that only reports leaves orphans open, without a lock", () => {
  const lease = leaseOf({ "run-1": orphan }, dueNow);
  expect(decideSweep(lease, holder, "report")).toEqual({
    lease: { ...lease, runs: new Map([["run-1", { ...orphan, reportedAt: now }]]) },
    orphans: ["run-1"],
    closing: [],
  });
});
