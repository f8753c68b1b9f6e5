// The decision of an end, rule by rule.
import { expect, test } from "vitest";
import { closing, leaseOf, maintaining, now, open, rules, slow, toggle } from "./decisions.test-support.ts";
import { decideEnd, endsWithoutLook } from "./decisions.ts";
import type { Lease, Run } from "./lease.ts";

const seen = (state: string, at = now) => ({ state, at });

test("the end of the last run restores the standing state, and releases our leftovers", () => {
  const lease = leaseOf({ "run-1": closing });
  expect(decideEnd(lease, seen("member"), rules)).toEqual({
    lease,
    change: { state: "absent", until: null, afterwards: "absent" },
    others: false,
    release: true,
  });
});

test("the end of the stronger of two runs leaves the state of the weaker run", () => {
  const lease = leaseOf(
    { "run-1": { ...maintaining, state: "closing" }, "run-2": open, "run-3": { ...open, expiresAt: now } },
    { ours: ["maintainer"] },
  );
  expect(decideEnd(lease, seen("maintainer"), rules)).toEqual({
    lease: { ...lease, ours: ["maintainer", "member"] },
    change: { state: "member", until: open.expiresAt, afterwards: "absent" },
    others: false,
    release: false,
  });
});

test.for([
  ["the subject or the resource is gone", leaseOf({ "run-1": closing }), undefined],
  ["no run has held the lease", leaseOf({ "run-1": closing }, { standing: null }), seen("member")],
] as const)("an end changes nothing, and releases nothing, if %s", ([, lease, found]) => {
  expect(decideEnd(lease, found, rules)).toEqual({
    ...{ lease, change: undefined, others: false, release: false },
  });
});

test.for([
  ["the present state is the state to restore", { "run-1": closing }, {}, "absent", false],
  ["the subject has lowered its own access", { "run-1": closing }, { standing: "guest" }, "absent", false],
  ["another run needs the state", { "run-1": closing, "run-2": open }, {}, "member", false],
  ["others have given more", { "run-1": closing }, {}, "maintainer", true],
] as const)("an end changes nothing if %s", ([, runs, changes, state, others]) => {
  expect(decideEnd(leaseOf(runs, changes), seen(state), rules)).toMatchObject({ change: undefined, others });
});

test("an end leaves a state of others, although an old reading has not made the state standing", () => {
  const lease = leaseOf({ "run-1": closing }, { ours: ["red"], standing: "off" });
  expect(decideEnd(lease, seen("blue"), toggle)).toMatchObject({
    ...{ change: undefined, others: true, release: true, lease: { standing: "blue" } },
  });
});

test("an end does not set another run's state again after others have restored the standing state", () => {
  const on: Run = { ...open, wanted: "on" };
  const runs = { "run-1": { ...on, state: "closing" }, "run-2": on } as const;
  const lease = leaseOf(runs, { ours: ["on"], standing: "off" });
  expect(decideEnd(lease, seen("off"), toggle)).toMatchObject({ change: undefined, others: false });
});

test("an end without a state of ours changes nothing, and releases nothing", () => {
  const lease = leaseOf({ "run-1": closing }, { ours: [], standing: "member" });
  expect(decideEnd(lease, seen("member"), rules)).toEqual({
    ...{ lease, change: undefined, others: false, release: false },
  });
});

test("an end releases our leftovers after a change by others, even if other runs are open", () => {
  const lease = leaseOf({ "run-1": closing, "run-2": open }, { ours: [], begun: true, standing: "member" });
  expect(decideEnd(lease, seen("member"), rules)).toMatchObject({ change: undefined, release: true });
  const ours = leaseOf({ "run-1": closing, "run-2": open });
  expect(decideEnd(ours, seen("member"), rules)).toMatchObject({ change: undefined, release: false });
});

test("an end with a stale read of the state before our change still restores the standing state", () => {
  const lease = leaseOf({ "run-1": closing }, { changedAt: now - 1_000 });
  expect(decideEnd(lease, seen("absent"), slow).change).toMatchObject({ state: "absent" });
  expect(decideEnd(lease, seen("absent", now + 60_000), slow).change).toBeUndefined();
  const enough = leaseOf({ "run-1": closing }, { changedAt: now - 1_000, standing: "member" });
  expect(decideEnd(enough, seen("absent"), slow).change).toBeUndefined();
});

test("an end within the window of stale reads counts all our states, not only the state of the reading", () => {
  const lease = leaseOf(
    { "run-1": { ...maintaining, state: "closing" }, "run-2": open },
    { ours: ["maintainer", "member"], changedAt: now - 1_000 },
  );
  expect(decideEnd(lease, seen("member"), slow).change).toMatchObject({ state: "member" });
});

test("an end within the window of stale reads treats a reading of the standing state as stale", () => {
  const lease = leaseOf({ "run-1": closing }, { ours: ["on"], standing: "off", changedAt: now - 1_000 });
  const stale = { ...toggle, staleReadMs: 10_000 };
  expect(decideEnd(lease, seen("off"), stale)).toMatchObject({ change: { state: "off" }, others: false });
});

test.for([
  ["needs a reading, if our state must go", { "run-1": closing }, {}, false],
  ["needs no reading, if another run needs our state", { "run-1": closing, "run-2": open }, {}, true],
  [
    "needs a reading, if our state is more than the other run needs",
    { a: closing, b: open },
    {
      ours: ["maintainer"],
    },
    false,
  ],
  ["needs no reading, if no state is ours", { "run-1": closing }, { ours: [] }, true],
  [
    "needs a reading, if no state is ours any more",
    { a: closing, b: open },
    { ours: [], begun: true },
    false,
  ],
  [
    "needs a reading, if the run is the last and our state is standing, too",
    { a: closing },
    {
      standing: "member",
    },
    false,
  ],
  [
    "needs a reading, if no run has held the lease",
    { "run-1": closing },
    { ours: [], standing: null },
    false,
  ],
] as const)("an end %s", ([, runs, changes, expected]) => {
  expect(endsWithoutLook(leaseOf(runs, { ...changes } as Partial<Lease>), rules)).toBe(expected);
});
