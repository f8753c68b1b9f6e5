// The rules of states, one by one.
import { ranked } from "@sym/lambda-core";
import { expect, test } from "vitest";
import type { Run } from "./lease.ts";
import { someLease } from "./some-lease.test-support.ts";
import {
  clockSkewMs,
  follow,
  hasBegun,
  hasLeftovers,
  latestEnd,
  mayBeStale,
  openRuns,
  openWishes,
  oursOf,
  type Rules,
  shouldBe,
} from "./states.ts";

const roles = ranked("absent", "guest", "member", "maintainer");
const rules: Rules = { satisfies: roles, staleReadMs: 0 };
const slow: Rules = { satisfies: roles, staleReadMs: 10_000 };
const toggle: Rules = { satisfies: (state, wanted) => state === wanted, staleReadMs: 0 };
const open: Run = { state: "open", wanted: "member", expiresAt: 1_000 };
const held = { runs: new Map([["run-1", open]]) };
const unheld = { runs: new Map<string, Run>() };
const intending = (state?: string, until = 5_000): Run => ({
  ...open,
  state: "pending",
  intent: { until, ...(state !== undefined && { state }) },
});

test.for([
  ["the standing state, if it satisfies every wish", rules, "maintainer", ["member"], "maintainer"],
  ["the standing state, if no run has a wish", rules, "guest", [], "guest"],
  ["the only wish", rules, "absent", ["member"], "member"],
  ["the wish that satisfies all others", rules, "guest", ["member", "maintainer", "member"], "maintainer"],
  ["nothing, if no wish satisfies all others", toggle, "off", ["on", "blue"], undefined],
  ["not the standing state, if it satisfies only one of the wishes", toggle, "off", ["off", "on"], undefined],
] as const)("shouldBe returns %s", ([, by, standing, wishes, expected]) => {
  expect(shouldBe(by, standing, [...wishes])).toBe(expected);
});

test("open runs hold the access; pending and closing runs, and the given run, do not", () => {
  const maintaining: Run = { ...open, wanted: "maintainer" };
  const runs = new Map<string, Run>([
    ["run-1", open],
    ["run-2", { ...open, state: "closing" }],
    ["run-3", intending("member")],
    ["run-4", maintaining],
  ]);
  expect(openRuns({ runs })).toEqual([open, maintaining]);
  expect(openRuns({ runs }, "run-1")).toEqual([maintaining]);
  expect(openWishes({ runs })).toEqual(["member", "maintainer"]);
  expect(openWishes({ runs }, "run-4")).toEqual(["member"]);
});

test("the latest end is the end of the run that ends last, or null if a run has no end", () => {
  expect(latestEnd([{ expiresAt: 2 }, { expiresAt: 3 }, { expiresAt: 1 }])).toBe(3);
  expect(latestEnd([{ expiresAt: 2 }, { expiresAt: null }])).toBeNull();
});

test("our states are the states that were set, and the states of the intents", () => {
  const runs = new Map([
    ["run-1", open],
    ["run-2", intending("maintainer")],
    ["run-3", intending()],
  ]);
  expect(oursOf({ ours: ["member"], runs })).toEqual(["member", "maintainer"]);
});

test.for([
  ["no change has begun", { begun: false, ours: [] }, false, false],
  ["a state is ours", { begun: false, ours: ["member"] }, true, false],
  ["others have replaced our states", { begun: true, ours: [] }, true, true],
  ["both", { begun: true, ours: ["member"] }, true, false],
] as const)("whether one of our states may remain: %s", ([, { begun, ours }, isBegun, isLeft]) => {
  const lease = { begun, ours: [...ours], runs: held.runs };
  expect(hasBegun(lease)).toBe(isBegun);
  expect(hasLeftovers(lease)).toBe(isLeft);
});

const ours = { ours: ["member"], begun: false };

test("no reading is stale while no change of ours has begun, because a dead lock then hides no change", () => {
  const lease = { changedAt: 1_000, ...unheld, ours: [], begun: false };
  expect(mayBeStale(lease, 1_000, 10_000)).toBe(false);
  expect(mayBeStale({ ...lease, begun: true }, 1_000, 10_000)).toBe(true);
  const claimed = someLease({ ...lease, standing: "guest" });
  expect(follow(claimed, { state: "absent", at: 1_000 }, slow).lease.standing).toBe("absent");
});

test("a target system without a window has no stale reads", () => {
  expect(mayBeStale({ changedAt: 1_000, ...unheld, ...ours }, 1_000, 0)).toBe(false);
});

test("a reading may be stale until the window and the clock skew after a change are over", () => {
  const lease = { changedAt: 1_000, ...unheld, ...ours };
  const over = 1_000 + 10_000 + clockSkewMs;
  expect(mayBeStale(lease, over - 1, 10_000)).toBe(true);
  expect(mayBeStale(lease, over, 10_000)).toBe(false);
  expect(mayBeStale({ ...lease, changedAt: null }, 0, 10_000)).toBe(false);
});

test("an intended change counts until its invocation is dead; an intent without a change does not", () => {
  const over = 5_000 + 10_000 + clockSkewMs;
  const lease = (run: Run) => ({ changedAt: 1_000, ...ours, runs: new Map([["run-1", run]]) });
  expect(mayBeStale(lease(intending("member")), over - 1, 10_000)).toBe(true);
  expect(mayBeStale(lease(intending("member")), over, 10_000)).toBe(false);
  expect(mayBeStale(lease(intending()), over - 1, 10_000)).toBe(false);
});

test("a reading before any run holds the lease is standing", () => {
  const first = someLease({ ...unheld, standing: null, ours: ["member"], begun: true, changedAt: 1_000 });
  expect(follow(first, { state: "guest", at: 2_000 }, slow)).toEqual({
    lease: { ...first, standing: "guest", ours: [], begun: false },
    others: false,
  });
  const again = someLease({ ...unheld, standing: "guest", begun: true });
  expect(follow(again, { state: "maintainer", at: 0 }, rules)).toEqual({
    lease: { ...again, standing: "maintainer", ours: [], begun: false },
    others: false,
  });
});

test("a reading while other runs hold the lease is not standing", () => {
  const lease = someLease({ ...held, standing: "absent", ours: ["member"] });
  expect(follow(lease, { state: "member", at: 0 }, rules)).toEqual({ lease, others: false });
});

test("a reading just after the end of the last run may still show our state", () => {
  const lease = someLease({ ...unheld, standing: "absent", ours: ["member"], changedAt: 1_000 });
  expect(follow(lease, { state: "member", at: 2_000 }, slow)).toEqual({ lease, others: false });
  expect(follow(lease, { state: "member", at: 60_000 }, slow).lease.standing).toBe("member");
});

test("a state of others above all our states becomes standing, and no state is ours any more", () => {
  const lease = someLease({
    ...{ standing: "absent", ours: ["member"] },
    runs: new Map([
      ["run-1", open],
      ["run-2", intending("member")],
    ]),
  });
  expect(follow(lease, { state: "maintainer", at: 0 }, rules)).toEqual({
    lease: {
      ...{ ...lease, standing: "maintainer", ours: [], begun: true },
      runs: new Map([
        ["run-1", open],
        ["run-2", intending()],
      ]),
    },
    others: true,
  });
});

test("a state that others set on a lease without runs becomes standing, without a report", () => {
  const lease = someLease({ ...unheld, standing: "absent", ours: ["member"], changedAt: 1_000 });
  const { lease: next, others } = follow(lease, { state: "maintainer", at: 2_000 }, slow);
  expect(next).toMatchObject({ standing: "maintainer", ours: [], begun: true });
  expect(others).toBe(false);
});

test("a state of others above the standing state of a lease without our states leaves no leftovers", () => {
  const lease = someLease({ ...held, standing: "guest", ours: [] });
  const { lease: next, others } = follow(lease, { state: "member", at: 0 }, rules);
  expect(next).toMatchObject({ standing: "member", begun: false });
  expect(others).toBe(true);
});

test("if others lower standing access, the lower state becomes standing", () => {
  const lease = someLease({ ...held, standing: "maintainer", ours: [] });
  expect(follow(lease, { state: "guest", at: 0 }, rules)).toEqual({
    lease: { ...lease, standing: "guest" },
    others: false,
  });
});

test("a state of ours that the requester lowers leaves the standing state as it is", () => {
  const lease = someLease({ ...held, standing: "absent", ours: ["maintainer"] });
  expect(follow(lease, { state: "member", at: 0 }, rules)).toEqual({ lease, others: false });
});

test("a reading that may be stale lowers nothing", () => {
  const lease = someLease({ ...held, standing: "maintainer", ours: ["member"], changedAt: 1_000 });
  expect(follow(lease, { state: "guest", at: 2_000 }, slow)).toEqual({ lease, others: false });
  expect(follow(lease, { state: "guest", at: 60_000 }, slow).lease.standing).toBe("guest");
});
