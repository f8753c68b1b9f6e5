// The answer of an end while other requests hold the access, and the record of a failed end.
import { expect, test } from "vitest";
import { invocation, request, targetSystem } from "../bench/rounds.ts";
import { leasedAccess } from "./leased-access.ts";
import { memoryStore } from "./memory-store.ts";

const start = 1_800_000_000_000;

function setUp() {
  const members = new Set<string>();
  const store = memoryStore();
  let isDown = false;
  let now = start;
  const clock = { now: () => now, sleep: () => Promise.reject(new Error("This test must not wait")) };
  const system = targetSystem((_, work) => {
    if (isDown) throw new Error("The target system is down");
    return work();
  }, members);
  const act = leasedAccess("example", system, { store, clock, graceMs: 60_000, expired: "end" });
  return {
    ...{ members, store },
    send(type: "escalate" | "deescalate", runId: string, duration?: number) {
      const asked = { ...request(type, "robin"), runId, duration };
      return act[type](asked, invocation(now, asked));
    },
    later(milliseconds: number) {
      now += milliseconds;
    },
    fail(down: boolean) {
      isDown = down;
    },
  };
}

test("an end that keeps the access for other requests names the latest of their ends", async () => {
  const { send, members } = setUp();
  for (const [runId, duration] of [
    ["run-1", 600],
    ["run-2", 1_200],
    ["run-3", 900],
    ["run-4", 9_999],
  ] as const)
    await send("escalate", runId, duration);
  const until = (seconds: number) => ({
    outcome: "kept-for-other-request",
    expiresAt: new Date(start + seconds * 1_000),
  });
  expect(await send("deescalate", "run-4")).toMatchObject(until(1_200));
  expect(await send("deescalate", "run-2")).toMatchObject(until(900));
  expect([...members]).toEqual(["robin"]);
});

test("an end that keeps the access for a request without a duration names no time", async () => {
  const { send } = setUp();
  await send("escalate", "run-1", 600);
  await send("escalate", "run-2");
  const answer = await send("deescalate", "run-1");
  expect(answer.outcome).toBe("kept-for-other-request");
  expect(answer).not.toHaveProperty("expiresAt");
});

test("the lease records a failed end, and is due at the time of the next try", async () => {
  const { send, store, fail, later, members } = setUp();
  await send("escalate", "run-1", 1_800);
  later(300_000);
  fail(true);
  await expect(send("deescalate", "run-1")).rejects.toThrow("The target system is down");
  expect([...store.leases.values()]).toMatchObject([
    {
      ...{ lock: null, dueAt: start + 300_000 + 60_000 },
      runs: new Map([["run-1", expect.objectContaining({ state: "closing" })]]),
      failure: { code: "unexpected", times: 1 },
    },
  ]);
  expect([...members]).toEqual(["robin"]);
  fail(false);
  expect(await send("deescalate", "run-1")).toMatchObject({ outcome: "revoked" });
  expect([...members]).toEqual([]);
});

test("a repeated end renews its tombstone, so that no escalate under way outlives the tombstone", async () => {
  const { send, store, later } = setUp();
  await send("escalate", "run-1");
  await send("deescalate", "run-1");
  later(59 * 60_000);
  expect(await send("deescalate", "run-1")).toMatchObject({ outcome: "nothing-to-revoke" });
  later(2 * 60_000);
  await send("escalate", "run-2");
  await send("deescalate", "run-2");
  expect([...store.leases.values()].map(({ ended }) => [...ended.keys()])).toEqual([["run-1", "run-2"]]);
});
