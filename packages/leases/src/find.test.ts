// Target systems that can look while they still resolve: what is waited for, and what may not go wrong.
import { setImmediate as turn } from "node:timers/promises";
import { type Access, SymError, type SymRequest } from "@sym/lambda-core";
import { expect, test } from "vitest";
import {
  accessOf,
  countRounds,
  invocation,
  request,
  type Step,
  targetSystem,
  traced,
} from "../bench/rounds.ts";
import { leasedAccess } from "./leased-access.ts";
import { memoryStore } from "./memory-store.ts";

const start = 1_800_000_000_000;
const day = 24 * 60 * 60_000;

/** Resolving takes three steps there, of which a person is the last. */
function setUp({ resolving = async () => {}, afterFind = (_members: Set<string>) => {} } = {}) {
  const rounds = countRounds();
  // Answers come one turn of the event loop later, as if from a network.
  const step: Step = (name, work) =>
    rounds.step(name, async () => {
      await turn();
      return work();
    });
  const members = new Set<string>();
  const store = memoryStore();
  const clock = { now: () => at, sleep: () => Promise.reject(new Error("Nothing here needs to wait")) };
  let at = start;
  const system = {
    ...targetSystem(step, members),
    async resolve({ requester }: SymRequest): Promise<Access> {
      for (const part of ["secret", "token", "person"]) await step(part, resolving);
      return accessOf(requester);
    },
    find: ({ requester }: SymRequest) =>
      step("find", async () => {
        await resolving();
        const sufficient = members.has(requester);
        afterFind(members);
        return { state: sufficient ? "member" : "absent", sufficient, access: accessOf(requester) };
      }),
  };
  const options = { store: traced(store, step), clock, graceMs: day, expired: "end" } as const;
  const act = leasedAccess("example", system, options);
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
  expect(rounds()).toEqual([["find"], ["openRun", "write"], ["grant"], ["write"]]);
  expect([...members]).toEqual(["robin"]);
});

test("who asked long ago waits for one write more, and what was found still counts", async () => {
  const { send, rounds, members, later } = setUp();
  await send("escalate", "run-1");
  await send("deescalate", "run-1");
  later(day);
  expect(await send("escalate", "run-2")).toMatchObject({ outcome: "granted" });
  expect(rounds()).toEqual([["find"], ["openRun", "write"], ["write"], ["grant"], ["write"]]);
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
    ["grant"],
    ["write"],
  ]);
  later(day);
  expect(await send("deescalate", "run-1")).toMatchObject({ outcome: "kept-for-other-request" });
  expect(await send("deescalate", "run-2")).toMatchObject({ outcome: "revoked" });
  expect([...members]).toEqual([]);
});

test("a run that has ended before it began gets nothing, and leaves nothing to be done", async () => {
  const { send, members, leases } = setUp();
  expect(await send("deescalate", "run-1")).toMatchObject({ outcome: "nothing-to-revoke" });
  await expect(send("escalate", "run-1")).rejects.toThrow("This request has ended already");
  expect([...members]).toEqual([]);
  expect(leases()).toMatchObject([{ runs: {}, lock: null, dueAt: null }]);
});

test("a run that could not begin takes nothing back that somebody else gave meanwhile", async () => {
  const { send, close, members, leases } = setUp({ afterFind: (members) => members.add("robin") });
  await close("run-1"); // And its deescalate died before it left a mark.
  await expect(send("escalate", "run-1")).rejects.toThrow("This request has ended already");
  expect([...members]).toEqual(["robin"]);
  expect(leases()).toMatchObject([{ runs: {}, standing: null, lock: null, dueAt: null }]);
  expect(await send("escalate", "run-2")).toMatchObject({ outcome: "already-had-access" });
  expect(await send("deescalate", "run-2")).toMatchObject({ outcome: "kept-standing" });
  expect([...members]).toEqual(["robin"]);
});

test("the end of a run that never began is recorded, unless it could not have begun", async () => {
  const unreachable = new SymError("The system does not answer", { reason: "unavailable" });
  const unknown = new SymError("Nobody of that name", { reason: "no-subject" });
  await expect(
    setUp({ resolving: () => Promise.reject(unreachable) }).send("deescalate", "run-1"),
  ).rejects.toThrow(
    "The system does not answer; no access is recorded for this request, but it may just have begun; try again",
  );
  const { send, leases } = setUp({ resolving: () => Promise.reject(unknown) });
  expect(await send("deescalate", "run-1")).toMatchObject({ outcome: "nothing-to-revoke" });
  expect(leases()).toEqual([]);
});

test("a deescalate looks as soon as closing the run tells where", async () => {
  const { send, rounds, later } = setUp();
  await send("escalate", "run-1");
  later(day);
  await send("deescalate", "run-1");
  expect(rounds()).toEqual([
    ["secret", "closeRun"],
    ["token", "read lease", "read system"],
    ["person"],
    ["write"],
    ["restore", "forgetRun"],
    ["write"],
  ]);
});
