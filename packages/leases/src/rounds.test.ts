// The rounds of an action, and the races between its parallel steps.
import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { countRounds, invocation, request, type Step, targetSystem, traced } from "../bench/rounds.ts";
import { leasedAccess } from "./leased-access.ts";
import { memoryStore } from "./memory-store.ts";

const start = 1_800_000_000_000;
const day = 24 * 60 * 60_000;

function setUp({ afterFind = (_members: Set<string>) => {} } = {}) {
  const rounds = countRounds();
  // Answers arrive a turn of the event loop later, as from a network.
  const step: Step = (name, work) =>
    rounds.step(name, async () => {
      await turn();
      const result = await work();
      if (name === "find") afterFind(members);
      return result;
    });
  const members = new Set<string>();
  const store = memoryStore();
  const clock = { now: () => at, sleep: () => Promise.reject(new Error("This test must not wait")) };
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

test("a first request waits for four rounds, without a read of the lease", async () => {
  const { send, rounds, members } = setUp();
  expect(await send("escalate", "run-1")).toMatchObject({ outcome: "granted" });
  expect(rounds()).toEqual([["find"], ["openRun", "write"], ["set"], ["write", "leaveToLease"]]);
  expect([...members]).toEqual(["robin"]);
});

test("a request on an old lease waits for another write, and its reading still counts", async () => {
  const { send, rounds, members, later } = setUp();
  await send("escalate", "run-1");
  await send("deescalate", "run-1");
  later(day);
  expect(await send("escalate", "run-2")).toMatchObject({ outcome: "granted" });
  expect(rounds()).toEqual([["find"], ["openRun", "write"], ["write"], ["set"], ["write", "leaveToLease"]]);
  await send("deescalate", "run-2");
  expect([...members]).toEqual([]);
});

test("a reading made during another change does not count", async () => {
  const { send, rounds, members, later } = setUp();
  await send("escalate", "run-1");
  // As standing access, the access would never end.
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

test("a run that ended before it began gets no access, and leaves no work for the sweep", async () => {
  const { send, members, leases } = setUp();
  expect(await send("deescalate", "run-1")).toMatchObject({ outcome: "nothing-to-revoke" });
  expect(leases()).toEqual([]);
  await expect(send("escalate", "run-1")).rejects.toThrow("This request has already ended");
  expect([...members]).toEqual([]);
  expect(leases()).toMatchObject([{ runs: new Map(), lock: null, dueAt: null }]);
});

test("an escalate of a closed run leaves a grant that another administrator made in the meantime", async () => {
  const { send, close, members, leases } = setUp({ afterFind: (all) => all.add("robin") });
  await close("run-1"); // The deescalate died before the write of its tombstone.
  await expect(send("escalate", "run-1")).rejects.toThrow("This request has already ended");
  expect([...members]).toEqual(["robin"]);
  expect(leases()).toMatchObject([{ runs: new Map(), lock: null, dueAt: null }]);
  expect(await send("escalate", "run-2")).toMatchObject({ outcome: "already-had-access" });
  expect(await send("deescalate", "run-2")).toMatchObject({ outcome: "kept-standing" });
  expect([...members]).toEqual(["robin"]);
});

test("a deescalate needs only the run's id", async () => {
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
