// Two handlers that share a table by mistake: each function should have its own table.
import { expect, test } from "vitest";
import { countRounds, invocation, request, targetSystem } from "../bench/rounds.ts";
import { leasedAccess } from "./leased-access.ts";
import { memoryStore } from "./memory-store.ts";

const start = 1_800_000_000_000;

function setUp() {
  const store = memoryStore();
  const clock = { now: () => start, sleep: () => Promise.reject(new Error("This test must not wait")) };
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

test("a run id that another handler has used is refused, and the first run keeps its record and its end", async () => {
  const { store, first, second } = setUp();
  expect(await first.send("escalate")).toMatchObject({ outcome: "granted" });
  const run = await store.readRun("run-1");
  await expect(second.send("escalate")).rejects.toThrow(
    "The id of this request belongs to another access, person or role",
  );
  expect([[...first.members], [...second.members]]).toEqual([["robin"], []]);
  expect(await store.readRun("run-1")).toEqual(run);
  expect(await first.send("deescalate")).toMatchObject({ outcome: "revoked" });
  expect([...first.members]).toEqual([]);
});

test("a handler does not end the request of another handler, and leaves the request due", async () => {
  const { store, first, second } = setUp();
  await first.send("escalate");
  const leases = structuredClone(store.leases);
  await expect(second.send("deescalate")).rejects.toMatchObject({
    message: expect.stringMatching(
      /^This function is misconfigured: The record of this access belongs to the handler groups, so this function leaves the access as it is; give each function its own table/,
    ),
  });
  expect([...first.members]).toEqual(["robin"]);
  expect(store.leases).toEqual(leases);
  expect(await store.due(start + 60_000, 10)).toMatchObject([{ run: "run-1" }]);
  expect(await first.send("deescalate")).toMatchObject({ outcome: "revoked" });
  expect([...first.members]).toEqual([]);
});
