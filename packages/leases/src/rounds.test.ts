// What is waited for, one after the other, and what may not go wrong while several things are under way at once.
import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { countRounds, invocation, request, type Step, targetSystem, traced } from "../bench/rounds.ts";
import { leasedAccess } from "./leased-access.ts";
import { memoryStore } from "./memory-store.ts";

const start = 1_800_000_000_000;
const day = 24 * 60 * 60_000;

function setUp({ afterFind = (_members: Set<string>) => {} } = {}) {
  const rounds = countRounds();
  // Answers come one turn of the event loop later, as if from a network.
  const step: Step = (name, work) =>
    rounds.step(name, async () => {
      await turn();
      const result = await work();
      if (name === "find") afterFind(members);
      return result;
    });
  const members = new Set<string>();
  const store = memoryStore();
  const clock = { now: () => at, sleep: () => Promise.reject(new Error("Nothing here needs to wait")) };
  let at = start;
  const options = { store: traced(store, step), clock, graceMs: day, expired: "end" } as const;
  const act = leasedAccess("example", targetSystem(step, members), options);
  return {
    members,
    close: (runId: string) => store.closeRun(runId, at),
    leases: () => [...store.leases.values()],
    later: (milliseconds: number) => {
      at += milliseconds;
    },
    async send(type: "escalate" | "deescalate", runId: string) {
      rounds.reset();
      const asked = { ...request(type, "robin"), runId };
      return act[type](asked, invocation(at, asked));
    },
    rounds: rounds.all,
  };
}

test("who never asked before waits for four things, and the lease is not read", async () => {
  const { send, rounds, members } = setUp();
  expect(await send("escalate", "run-1")).toMatchObject({ outcome: "granted" });
  expect(rounds()).toEqual([["find"], ["openRun", "write"], ["set"], ["write", "leaveToLease"]]);
  expect([...members]).toEqual(["robin"]);
});

test("who asked long ago waits for one write more, and what was found still counts", async () => {
  const { send, rounds, members, later } = setUp();
  await send("escalate", "run-1");
  await send("deescalate", "run-1");
  later(day);
  expect(await send("escalate", "run-2")).toMatchObject({ outcome: "granted" });
  expect(rounds()).toEqual([["find"], ["openRun", "write"], ["write"], ["set"], ["write", "leaveToLease"]]);
  await send("deescalate", "run-2");
  expect([...members]).toEqual([]);
});

test("what was found while others were at work does not count", async () => {
  const { send, rounds, members, later } = setUp();
  await send("escalate", "run-1");
  // Were its access taken for standing access, it would never end.
  expect(await send("escalate", "run-2")).toMatchObject({ outcome: "granted" });
  expect(rounds()).toEqual([
    ["find"],
    ["openRun", "write"],
    ["read system"],
    ["write"],
    ["set"],
    ["write", "leaveToLease"],
  ]);
  later(day);
  expect(await send("deescalate", "run-1")).toMatchObject({ outcome: "kept-for-other-request" });
  expect(await send("deescalate", "run-2")).toMatchObject({ outcome: "revoked" });
  expect([...members]).toEqual([]);
});

test("a run that has ended before it began gets nothing, and leaves nothing to be done", async () => {
  const { send, members, leases } = setUp();
  expect(await send("deescalate", "run-1")).toMatchObject({ outcome: "nothing-to-revoke" });
  expect(leases()).toEqual([]);
  await expect(send("escalate", "run-1")).rejects.toThrow("This request has ended already");
  expect([...members]).toEqual([]);
  expect(leases()).toMatchObject([{ runs: new Map(), lock: null, dueAt: null }]);
});

test("a run that could not begin takes nothing back that somebody else gave meanwhile", async () => {
  const { send, close, members, leases } = setUp({ afterFind: (all) => all.add("robin") });
  await close("run-1"); // And its deescalate died before it left a mark.
  await expect(send("escalate", "run-1")).rejects.toThrow("This request has ended already");
  expect([...members]).toEqual(["robin"]);
  expect(leases()).toMatchObject([{ runs: new Map(), lock: null, dueAt: null }]);
  expect(await send("escalate", "run-2")).toMatchObject({ outcome: "already-had-access" });
  expect(await send("deescalate", "run-2")).toMatchObject({ outcome: "kept-standing" });
  expect([...members]).toEqual(["robin"]);
});

test("a deescalate needs nothing but the run's id", async () => {
  const { send, rounds, later } = setUp();
  await send("escalate", "run-1");
  later(day);
  await send("deescalate", "run-1");
  expect(rounds()).toEqual([
    ["closeRun"],
    ["read lease", "read system"],
    ["write"],
    ["set", "forgetRun"],
    ["write"],
  ]);
});
