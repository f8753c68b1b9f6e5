// The same run id in the leases of two people: a write for the first person must leave the record of the second.
import { noCounts, SymError } from "@sym/lambda-core";
import { expect, test } from "vitest";
import { countRounds, invocation, request, targetSystem } from "../bench/rounds.ts";
import { leasedAccess } from "./leased-access.ts";
import { memoryStore } from "./memory-store.ts";
import type { LeaseStore } from "./store.ts";

test("a sweep of an intent with a used id leaves the first person's run due, and ends this run, too", async () => {
  const memory = memoryStore();
  let now = 1_800_000_000_000;
  const failing = new Set<keyof LeaseStore>();
  const lost = () => Promise.reject(new SymError("The table is unreachable", { reason: "unavailable" }));
  const store: LeaseStore = {
    ...memory,
    readRun: (runId) => (failing.has("readRun") ? lost() : memory.readRun(runId)),
    read: (key) => (failing.has("read") ? lost() : memory.read(key)),
    write: (lease) => (failing.has("write") && lease.version > 1 ? lost() : memory.write(lease)),
  };
  const members = new Set<string>();
  const clock = { now: () => now, sleep: lost };
  const system = targetSystem(countRounds().step, members);
  const act = leasedAccess("groups", system, { store, clock, graceMs: 60_000, expired: "end" });
  const send = (type: "escalate" | "deescalate", person: string) => {
    const asked = { ...request(type, person), runId: "run-1" };
    return act[type](asked, invocation(now, asked));
  };

  expect(await send("escalate", "robin")).toMatchObject({ outcome: "granted" });
  failing.add("write"); // The refused request cannot withdraw its intent.
  await expect(send("escalate", "sam")).rejects.toThrow("The id of this request belongs to another access");
  failing.add("read");
  await expect(send("deescalate", "robin")).rejects.toThrow("the end of the request is recorded");
  failing.clear();

  // Both sweeps come before the run's own end.
  now += 5 * 60_000;
  failing.add("readRun");
  await act.sweep(invocation(now), noCounts());
  failing.clear();
  now += 20 * 60_000;
  await act.sweep(invocation(now), noCounts());
  expect([...members]).toEqual([]);
  expect(await memory.due(now + 24 * 3_600_000, 10)).toEqual([]);
});
