// Two handlers that were given one table by mistake, since each function has a table of its own.
import { expect, test } from "vitest";
import { countRounds, invocation, request, targetSystem } from "../bench/rounds.ts";
import { leasedAccess } from "./leased-access.ts";
import { memoryStore } from "./memory-store.ts";

const start = 1_800_000_000_000;

function setUp() {
  const store = memoryStore();
  const clock = { now: () => start, sleep: () => Promise.reject(new Error("Nothing here needs to wait")) };
  const handler = (name: string) => {
    const members = new Set<string>();
    const { step } = countRounds();
    const options = { store, clock, graceMs: 60_000, expired: "end" } as const;
    const act = leasedAccess(name, targetSystem(step, members), options);
    const send = (type: "escalate" | "deescalate") => {
      const asked = { ...request(type, "robin"), runId: "run-1" };
      return act[type](asked, invocation(start, asked));
    };
    return { send, members };
  };
  return { store, first: handler("groups"), second: handler("flags") };
}

test("a run id that another handler has used is refused, and the first one keeps its record and its end", async () => {
  const { store, first, second } = setUp();
  expect(await first.send("escalate")).toMatchObject({ outcome: "granted" });
  const run = await store.readRun("run-1");
  await expect(second.send("escalate")).rejects.toThrow(
    "The id of this request belongs to another access, person or role already",
  );
  expect([[...first.members], [...second.members]]).toEqual([["robin"], []]);
  expect(await store.readRun("run-1")).toEqual(run);
  expect(await first.send("deescalate")).toMatchObject({ outcome: "revoked" });
  expect([...first.members]).toEqual([]);
});

test("a request of another handler is not ended by this one, and stays due for the other", async () => {
  const { store, first, second } = setUp();
  await first.send("escalate");
  const leases = structuredClone(store.leases);
  await expect(second.send("deescalate")).rejects.toThrow(
    /^This function is misconfigured: The record of this access is one of the handler groups, so this function leaves the access as it is; give each function a table of its own/,
  );
  expect([...first.members]).toEqual(["robin"]);
  expect(store.leases).toEqual(leases);
  expect(await store.due(start + 60_000, 10)).toMatchObject([{ run: "run-1" }]);
  expect(await first.send("deescalate")).toMatchObject({ outcome: "revoked" });
  expect([...first.members]).toEqual([]);
});
