// A plan goes the way of an escalate up to the first write, and writes nothing.
import type { Invocation, State, SymRequest } from "@sym/lambda-core";
import { expect, test } from "vitest";
import { accessOf, invocation, request, targetSystem } from "../bench/rounds.ts";
import { leaseKey, wishOf } from "./lease.ts";
import { leasedAccess } from "./leased-access.ts";
import { memoryStore } from "./memory-store.ts";
import type { LeaseStore } from "./store.ts";
import { write } from "./transitions.ts";

const start = 1_800_000_000_000;
const minute = 60_000;
const writes = ["openRun", "closeRun", "leaveToLease", "forgetRun", "write", "postpone"] as const;

function setUp() {
  const members = new Set<string>();
  const store = memoryStore();
  let isPlanning = false;
  let wanted: State = "member";
  let now = start;
  /** Runs at each wait for a lock. */
  let meanwhile = (): Promise<void> => Promise.reject(new Error("This test must not wait"));
  const guarded = { ...store } as LeaseStore;
  for (const name of writes) {
    const call = store[name] as (...args: unknown[]) => Promise<never>;
    guarded[name] = async (...args: unknown[]) => {
      expect(isPlanning, `a plan calls ${name}`).toBe(false);
      return call(...args);
    };
  }
  const clock = {
    now: () => now,
    sleep: async (milliseconds: number) => {
      now += milliseconds;
      await meanwhile();
    },
  };
  const plain = targetSystem((name, work) => {
    expect(isPlanning && name === "set", "a plan changes the target system").toBe(false);
    return work();
  }, members);
  const system = {
    ...plain,
    async find(sent: SymRequest, within: Invocation) {
      const requester = sent.requester.replace(/\+.*/, ""); // robin+work is an alias of robin.
      return { ...(await plain.find({ ...sent, requester }, within)), wanted };
    },
    satisfies: (state: State, other: State) => state === other || other === "absent",
  };
  const options = { clock, graceMs: minute, expired: "end" } as const;
  const act = leasedAccess("example", system, { ...options, store: guarded });
  const other = leasedAccess("elsewhere", system, { ...options, store: guarded });
  const asked = (type: "escalate" | "deescalate", runId: string, duration?: number, person = "robin") => ({
    ...request(type, person),
    ...{ runId, duration },
  });
  return {
    ...{ members, store, other },
    send: (type: "escalate" | "deescalate", runId: string, duration?: number, person?: string) => {
      const sent = asked(type, runId, duration, person);
      return act[type](sent, invocation(now, sent));
    },
    async plan(runId: string, duration?: number, person?: string) {
      const sent = asked("escalate", runId, duration, person);
      isPlanning = true;
      try {
        return await act.plan(sent, invocation(now, sent));
      } finally {
        isPlanning = false;
      }
    },
    want(state: State) {
      wanted = state;
    },
    later(milliseconds: number) {
      now += milliseconds;
    },
    onWait(work: () => Promise<void>) {
      meanwhile = async () => {
        isPlanning = false;
        await work();
        isPlanning = true;
      };
    },
    now: () => now,
  };
}

const at = (seconds: number) => new Date(start + seconds * 1_000);

test("without a lease, the access would be granted until the request's end", async () => {
  const { plan } = setUp();
  expect(await plan("run-1", 600)).toEqual({
    access: accessOf("robin"),
    outcome: "would-grant",
    state: "absent",
    wanted: "member",
    others: { count: 0 },
    expiresAt: at(600),
  });
  expect(await plan("run-1")).not.toHaveProperty("expiresAt");
});

test("standing access stays, for a new request and for an open request", async () => {
  const { plan, send, members } = setUp();
  members.add("robin");
  expect(await plan("run-1")).toMatchObject({ outcome: "already-standing", state: "member" });
  await send("escalate", "run-1");
  expect(await plan("run-1")).toMatchObject({ outcome: "already-standing" });
  expect(await plan("run-2")).toMatchObject({ outcome: "already-standing", others: { count: 1 } });
});

test("the requests of others that hold the access are counted, with the latest of their ends", async () => {
  const { plan, send } = setUp();
  await send("escalate", "run-1", 600);
  await send("escalate", "run-2", 1_200);
  expect(await plan("run-3", 300)).toMatchObject({
    ...{ outcome: "held-by-other-requests", state: "member", expiresAt: at(300) },
    others: { count: 2, until: at(1_200) },
  });
  await send("escalate", "run-4");
  expect((await plan("run-3", 300)).others).toEqual({ count: 3 });
});

test("an open request holds the access already, until its first end", async () => {
  const { plan, send, later } = setUp();
  await send("escalate", "run-1", 600);
  later(minute);
  expect(await plan("run-1", 600)).toMatchObject({
    ...{ outcome: "already-granted", expiresAt: at(600), others: { count: 0 } },
  });
});

test("an open request whose access others have revoked would be granted again, until its first end", async () => {
  const { plan, send, later, members } = setUp();
  await send("escalate", "run-1", 600);
  later(minute);
  members.clear();
  expect(await plan("run-1", 600)).toMatchObject({ outcome: "would-grant", expiresAt: at(600) });
});

const used = "The id of this request belongs to another access, person or role";

test("a request that has ended would be refused", async () => {
  const { plan, send } = setUp();
  await send("deescalate", "run-1");
  await expect(plan("run-1")).rejects.toThrow("This request has already ended");
  await send("escalate", "run-2");
  await send("deescalate", "run-2");
  await expect(plan("run-2")).rejects.toThrow("This request has already ended");
});

test("the id of a request for another access, or for another role, would be refused", async () => {
  const { plan, send, want } = setUp();
  await send("escalate", "run-1");
  await expect(plan("run-1", 600, "sam")).rejects.toThrow(used);
  want("guest");
  await expect(plan("run-1")).rejects.toThrow(used);
});

test("the id of an opened request that its lease does not list would be refused for another role", async () => {
  const { plan, send, store, want } = setUp();
  await send("escalate", "run-1");
  const wish = wishOf(request("escalate", "robin"), "member");
  await store.openRun(
    { id: "run-2", key: leaseKey("example", accessOf("robin")), access: accessOf("robin"), wish },
    start,
  );
  await expect(plan("run-2")).resolves.toMatchObject({ outcome: "held-by-other-requests" });
  want("guest");
  await expect(plan("run-2")).rejects.toThrow(used);
  await expect(send("escalate", "run-2")).rejects.toThrow(used);
});

test("the id of another requester's request would be refused", async () => {
  const { plan, send, later, members } = setUp();
  const alias = "robin+work";
  await send("escalate", "run-1", 600, "robin");
  await expect(plan("run-1", 600, alias)).rejects.toThrow(used);
  await expect(send("escalate", "run-1", 600, alias)).rejects.toThrow(used);
  later(minute);
  members.clear();
  expect(await plan("run-1", 600, "robin")).toMatchObject({ outcome: "would-grant" });
  await expect(plan("run-1", 600, alias)).rejects.toThrow(used);
  await expect(send("escalate", "run-1", 600, alias)).rejects.toThrow(used);
});

test("a request for a state beside the state of an open request would be refused", async () => {
  const { plan, send, want } = setUp();
  await send("escalate", "run-1");
  want("guest");
  await expect(plan("run-2")).rejects.toThrow("cannot be granted while another approved request holds it");
});

test("a plan waits until another invocation has released the access, and answers with the new state", async () => {
  const { plan, send, store, onWait, now } = setUp();
  await send("escalate", "run-1", 600);
  const key = leaseKey("example", accessOf("robin"));
  const lock = async (until: number | null) => {
    const lease = await store.read(key);
    if (!lease) throw new Error("There is no lease");
    const holder = { owner: "other", deadline: 0, now: now(), graceMs: minute, writes: () => 1 };
    await store.write(write({ ...lease, lock: until === null ? null : { owner: "other", until } }, holder));
  };
  await lock(now() + minute);
  let waits = 0;
  onWait(async () => {
    waits += 1;
    if (waits === 2) await lock(null);
  });
  expect(await plan("run-2")).toMatchObject({ outcome: "held-by-other-requests", others: { count: 1 } });
  expect(waits).toBe(2);

  await lock(now() + minute);
  onWait(async () => undefined);
  await expect(plan("run-2")).rejects.toMatchObject({ reason: "unavailable" });
});

test("the record of another handler is an error", async () => {
  const { other, plan, store } = setUp();
  const sent = request("escalate", "robin");
  await other.escalate(sent, invocation(start, sent));
  await expect(plan(sent.runId)).rejects.toThrow(used);
  expect(store.leases.size).toBe(1);
});
