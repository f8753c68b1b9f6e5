// What the end of runs does to a lease, rule by rule.
import { expect, test } from "vitest";
import { closing, leaseOf, maintaining, now, open, rules, slow, toggle } from "./decisions.test-support.ts";
import { decideEnd, endsWithoutLook } from "./decisions.ts";
import type { Lease } from "./lease.ts";

const seen = (state: string, at = now) => ({ state, at });

test("the end of the last run puts the standing state back, and releases what is ours", () => {
  const lease = leaseOf({ "run-1": closing });
  expect(decideEnd(lease, seen("member"), rules)).toEqual({
    lease,
    change: { state: "absent", until: null, afterwards: "absent" },
    others: false,
    release: true,
  });
});

test("the end of the stronger of two runs leaves the weaker one what it asked for", () => {
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
  ["nobody has held the lease", leaseOf({ "run-1": closing }, { standing: null }), seen("member")],
] as const)("an end changes nothing, and releases nothing, if %s", ([, lease, found]) => {
  expect(decideEnd(lease, found, rules)).toEqual({
    ...{ lease, change: undefined, others: false, release: false },
  });
});

test.for([
  ["what should be there is there", { "run-1": closing }, {}, "absent", false],
  ["the subject has lowered itself", { "run-1": closing }, { standing: "guest" }, "absent", false],
  ["another run needs it", { "run-1": closing, "run-2": open }, {}, "member", false],
  ["others have given more", { "run-1": closing }, {}, "maintainer", true],
] as const)("an end changes nothing if %s", ([, runs, changes, state, others]) => {
  expect(decideEnd(leaseOf(runs, changes), seen(state), rules)).toMatchObject({ change: undefined, others });
});

test("an end leaves what others gave before it, though it is not standing by an old reading", () => {
  const lease = leaseOf({ "run-1": closing }, { ours: ["red"], standing: "off" });
  expect(decideEnd(lease, seen("blue"), toggle)).toMatchObject({
    ...{ change: undefined, others: true, release: true, lease: { standing: "blue" } },
  });
});

test("an end without ours takes nothing, and releases nothing", () => {
  const lease = leaseOf({ "run-1": closing }, { ours: [], standing: "member" });
  expect(decideEnd(lease, seen("member"), rules)).toEqual({
    ...{ lease, change: undefined, others: false, release: false },
  });
});

test("an end releases what others have replaced, also if other runs are open", () => {
  const lease = leaseOf({ "run-1": closing, "run-2": open }, { ours: [], begun: true, standing: "member" });
  expect(decideEnd(lease, seen("member"), rules)).toMatchObject({ change: undefined, release: true });
  const ours = leaseOf({ "run-1": closing, "run-2": open });
  expect(decideEnd(ours, seen("member"), rules)).toMatchObject({ change: undefined, release: false });
});

test("an end that sees the state before our change puts the standing state back all the same", () => {
  const lease = leaseOf({ "run-1": closing }, { changedAt: now - 1_000 });
  expect(decideEnd(lease, seen("absent"), slow).change).toMatchObject({ state: "absent" });
  expect(decideEnd(lease, seen("absent", now + 60_000), slow).change).toBeUndefined();
  const enough = leaseOf({ "run-1": closing }, { changedAt: now - 1_000, standing: "member" });
  expect(decideEnd(enough, seen("absent"), slow).change).toBeUndefined();
});

test("an end that sees one of ours, within the window of stale reads, lowers the other", () => {
  const lease = leaseOf(
    { "run-1": { ...maintaining, state: "closing" }, "run-2": open },
    { ours: ["maintainer", "member"], changedAt: now - 1_000 },
  );
  expect(decideEnd(lease, seen("member"), slow).change).toMatchObject({ state: "member" });
});

test("an end within the window of stale reads takes the standing state that it sees for the state before", () => {
  const lease = leaseOf({ "run-1": closing }, { ours: ["on"], standing: "off", changedAt: now - 1_000 });
  const stale = { ...toggle, staleReadMs: 10_000 };
  expect(decideEnd(lease, seen("off"), stale)).toMatchObject({ change: { state: "off" }, others: false });
});

test.for([
  ["needs a look, if ours must go", { "run-1": closing }, {}, false],
  ["needs no look, if another run needs ours", { "run-1": closing, "run-2": open }, {}, true],
  [
    "needs a look, if ours is more than the other run needs",
    { a: closing, b: open },
    {
      ours: ["maintainer"],
    },
    false,
  ],
  ["needs no look, if nothing is ours", { "run-1": closing }, { ours: [] }, true],
  ["needs a look, if nothing is ours any more", { a: closing, b: open }, { ours: [], begun: true }, false],
  [
    "needs a look, if it is the last and ours is standing, too",
    { a: closing },
    {
      standing: "member",
    },
    false,
  ],
  ["needs a look, if nobody has held the lease", { "run-1": closing }, { ours: [], standing: null }, false],
] as const)("an end %s", ([, runs, changes, expected]) => {
  expect(endsWithoutLook(leaseOf(runs, { ...changes } as Partial<Lease>), rules)).toBe(expected);
});
