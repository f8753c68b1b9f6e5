// The checks of the table of leases.
import { SymError } from "@sym/lambda-core";
import { expect, test } from "vitest";
import { invocation, request, targetSystem } from "../bench/rounds.ts";
import { leasedAccess } from "./leased-access.ts";
import { memoryStore } from "./memory-store.ts";
import type { LeaseStore } from "./store.ts";

const start = 1_800_000_000_000;

function setUp(broken: Partial<LeaseStore> = {}) {
  let now = start;
  const store = memoryStore();
  const clock = { now: () => now, sleep: () => Promise.reject(new Error("This test must not wait")) };
  const members = new Set<string>();
  const system = targetSystem((_, work) => work(), members);
  const options = { store: { ...store, ...broken }, clock, graceMs: 60_000, expired: "end" } as const;
  const act = leasedAccess("example", system, options);
  return {
    act,
    members,
    later(milliseconds: number) {
      now += milliseconds;
    },
    async check() {
      const before = structuredClone(store.leases);
      const checks = await act.check([], invocation(now));
      expect(store.leases).toEqual(before);
      return checks;
    },
  };
}

const table = "The function can read its table of leases; that it can write there is not checked";

test("a check says that the table can be read, and whether leases are due for the sweep", async () => {
  const { act, check, later } = setUp();
  expect(await check()).toEqual([
    { check: "table of leases", level: "ok", message: table },
    { check: "index of due leases", level: "ok", message: "No lease is due for the sweep" },
    { check: "targets", level: "not-checked", message: "This handler has no check of its targets" },
  ]);
  const sent = request("escalate", "robin");
  await act.escalate(sent, invocation(start, sent));
  later(10_000_000);
  expect((await check())[1]).toMatchObject({ level: "ok", message: "Leases are due for the sweep" });
});

test("a check warns of an end that fails, until the end succeeds, due or not", async () => {
  const { act, check, later, members } = setUp();
  const [sent, end] = [request("escalate", "robin"), request("deescalate", "robin")];
  await act.escalate(sent, invocation(start, sent));
  members.delete = () => {
    throw new SymError("The system is down", { reason: "unavailable", retryable: false });
  };
  await expect(act.deescalate(end, invocation(start, end))).rejects.toThrow("The system is down");
  const warning = {
    check: "index of due leases",
    level: "warning",
    message:
      "The end of a request has failed at every try since 2027-01-15 08:00 UTC, so the access may remain; npm run leases -- list --failed shows the reason",
  };
  expect((await check())[1]).toEqual(warning);
  later(10_000_000);
  expect((await check())[1]).toEqual(warning);
  Reflect.deleteProperty(members, "delete");
  await act.deescalate(end, invocation(start, end));
  expect((await check())[1]).toMatchObject({ level: "ok" });
});

test("a table or an index that cannot be read is an error with the sentence of the store", async () => {
  const fail = (sentence: string) => () =>
    Promise.reject(new SymError(sentence, { reason: "unavailable", retryable: false }));
  const { check } = setUp({ readRun: fail("There is no table"), due: fail("There is no index") });
  expect(await check()).toMatchObject([
    { check: "table of leases", level: "error", message: "There is no table" },
    { check: "index of due leases", level: "error", message: "There is no index" },
    { check: "targets" },
  ]);
});
