// The contract of every store of leases.
import { afterAll, expect, test } from "vitest";
import { access, someLease, someRun } from "./some-lease.test-support.ts";
import { runDueAfterMs } from "./store.ts";
import { closeAll, python, stores } from "./stores.test-support.ts";

afterAll(closeAll);

const { host } = access;
const opened = { was: "opened", key: someLease().key, access };
const runDue = (run: string) => ({ lease: someLease().key, host, run });

test.runIf(process.env["CI"])("moto is installed where no test may be skipped", () => {
  expect(python, "install Python with moto[server], or set PYTHON to one that has it").toBeDefined();
});

test.for(stores)("$name: a read returns the lease as it was written, or undefined", async ({ open }) => {
  const store = await open();
  expect(await store.read(someLease().key)).toBeUndefined();
  const lease = someLease({ dueAt: 1_800_003_600_000 });
  expect(await store.write(lease)).toEqual({ won: true });
  expect(await store.read(lease.key)).toEqual(lease);
  const bare = someLease({
    version: 2,
    standing: null,
    runs: new Map(),
    ended: new Map(),
    lock: null,
    changedAt: null,
  });
  expect(await store.write(bare)).toEqual({ won: true });
  expect(await store.read(lease.key)).toEqual(bare);
});

test.for(stores)(
  "$name: a write succeeds only over the version before, and else changes nothing",
  async ({ open }) => {
    const store = await open();
    const write = (version: number) => store.write(someLease({ version, writeId: `attempt at ${version}` }));
    const stored = async () => (await store.read(someLease().key))?.version;
    const lost = (version: number) => ({
      won: false,
      current: someLease({ version, writeId: `attempt at ${version}` }),
    });
    expect(await write(2)).toEqual({ won: false, current: undefined });
    expect(await stored()).toBeUndefined();
    expect(await write(1)).toEqual({ won: true });
    expect(await store.write(someLease({ writeId: "another's first" }))).toEqual(lost(1));
    expect(await write(3)).toEqual(lost(1));
    expect((await store.read(someLease().key))?.writeId).toBe("attempt at 1");
    expect(await write(2)).toEqual({ won: true });
    expect(await write(2)).toEqual(lost(2));
    expect(await write(1)).toEqual(lost(2));
    expect(await stored()).toBe(2);
  },
);

test.for(stores)("$name: of many writes of the same version, a single write wins", async ({ open }) => {
  const store = await open();
  for (let version = 1; version <= 5; version += 1) {
    const writeIds = Array.from({ length: 10 }, (_, index) => `writer-${index}`);
    const won = await Promise.all(writeIds.map((writeId) => store.write(someLease({ version, writeId }))));
    const winners = writeIds.filter((_, index) => won[index]?.won);
    expect(winners).toEqual([(await store.read(someLease().key))?.writeId]);
  }
});

test.for(stores)("$name: keys and values may hold any character, and stay distinct", async ({ open }) => {
  const store = await open();
  const names = [
    "a|b",
    "a%7Cb",
    "run#1",
    "lease#1",
    "A|B",
    "\u00e9",
    "e\u0301",
    "🦊",
    ' "\\\u0000\n',
    "x".repeat(1_000),
  ];
  const leases = names.map((key) =>
    someLease({ key, access: { ...access, names: { subject: key, resource: "" } }, dueAt: 5 }),
  );
  for (const lease of leases) expect(await store.write(lease)).toEqual({ won: true });
  for (const name of names) expect(await store.openRun(someRun(name), 1e15)).toBe("opened");
  for (const lease of leases) expect(await store.read(lease.key)).toEqual(lease);
  expect(await store.closeRun("run#1", 0)).toEqual(opened);
  const due = await store.due(runDueAfterMs, 100);
  expect(due).toHaveLength(names.length + 1);
  expect(due).toEqual(expect.arrayContaining([...names.map((lease) => ({ lease, host })), runDue("run#1")]));
});

test.for(stores)("$name: hundreds of runs may hold a lease", async ({ open }) => {
  const store = await open();
  const run = { state: "open", wanted: "member", expiresAt: 1.8e12 } as const;
  const ids = Array.from({ length: 500 }, (_, index) => `run-${index}-${"0".repeat(36)}`);
  const lease = someLease({ runs: new Map(ids.map((id) => [id, run])) });
  await store.write(lease);
  expect(await store.read(lease.key)).toEqual(lease);
});

test.for(stores)(
  "$name: a run can be opened until its close, and the close returns its access",
  async ({ open }) => {
    const store = await open();
    const robin = { ...access, names: { subject: "Robin by a new name", resource: "prod" } };
    expect(await store.openRun(someRun("run-1"), 1e15)).toBe("opened");
    expect(await store.openRun({ ...someRun("run-1"), access: robin }, 1e15)).toBe("opened");
    expect(await store.closeRun("run-1", 1_000)).toEqual(opened);
    expect(await store.openRun(someRun("run-1"), 1e15)).toBe("closed");
    expect(await store.closeRun("run-1", 2_000)).toEqual(opened);
    await store.forgetRun("run-1");
    expect(await store.openRun(someRun("run-1"), 1e15)).toBe("closed");
    expect(await store.openRun(someRun("run-2"), 1e15)).toBe("opened");
  },
);

test.for(stores)("$name: a run belongs to a single access and a single wish, for good", async ({ open }) => {
  const store = await open();
  const others = [
    { ...someRun("run-1"), key: "another lease" },
    { ...someRun("run-1"), wish: "Robin's, for maintainer" },
  ];
  expect(await store.openRun(someRun("run-1"), 1e15)).toBe("opened");
  for (const other of others) expect(await store.openRun(other, 1e15)).toBe("other");
  expect(await store.closeRun("run-1", 0, "another lease")).toEqual({ was: "other" });
  expect(await store.readRun("run-1")).toEqual({
    ...{ id: "run-1", opened: { key: someLease().key, access }, wish: someRun("run-1").wish },
    ...{ closedAt: null, dueAt: 1e15 },
  });
  expect(await store.closeRun("run-1", 0, someLease().key)).toEqual(opened);
  for (const other of others) expect(await store.openRun(other, 1e15)).toBe("other");
});

test.for(stores)(
  "$name: a run that is closed first can never be opened, and is not due",
  async ({ open }) => {
    const store = await open();
    for (const key of [undefined, "a lease"]) {
      expect(await store.closeRun("run-1", 0, key)).toEqual({ was: "never-opened" });
      expect(await store.openRun(someRun("run-1"), 1e15)).toBe("closed");
    }
    expect(await store.due(10 * runDueAfterMs, 10)).toEqual([]);
    expect(await store.readRun("run-1")).toEqual({ id: "run-1", closedAt: 0, dueAt: null });
    expect(await store.readRun("run-2")).toBeUndefined();
  },
);

test.for(stores)("$name: an opened run is due when its invocation is dead", async ({ open }) => {
  const store = await open();
  await store.openRun(someRun("run-1"), 5_000);
  expect(await store.due(4_999, 10)).toEqual([]);
  expect(await store.due(5_000, 10)).toEqual([runDue("run-1")]);
  await store.openRun(someRun("run-1"), 7_000);
  expect(await store.due(6_999, 10)).toEqual([runDue("run-1")]);
  await store.leaveToLease("run-1");
  expect(await store.due(1e15, 10)).toEqual([]);
  await store.closeRun("run-1", 8_000);
  await store.leaveToLease("run-1");
  expect(await store.due(1e15, 10)).toEqual([runDue("run-1")]);
});

test.for(stores)("$name: a closed run is due until forgetRun", async ({ open }) => {
  const store = await open();
  await store.openRun(someRun("run-1"), 1e15);
  await store.closeRun("run-1", 5_000);
  expect(await store.due(5_000 + runDueAfterMs - 1, 10)).toEqual([]);
  expect(await store.due(5_000 + runDueAfterMs, 10)).toEqual([runDue("run-1")]);
  await store.closeRun("run-1", 6_000);
  expect(await store.due(6_000 + runDueAfterMs - 1, 10)).toEqual([]);
  await store.forgetRun("run-1");
  expect(await store.due(1e15, 10)).toEqual([]);
  await store.forgetRun("run-1");
  expect(await store.closeRun("run-1", 7_000)).toEqual(opened);
  expect(await store.due(7_000 + runDueAfterMs, 10)).toEqual([runDue("run-1")]);
});

test.for(stores)("$name: forgetRun of an unknown run creates no item", async ({ open }) => {
  const store = await open();
  await store.forgetRun("run-1");
  await store.leaveToLease("run-1");
  await store.postpone(runDue("run-1"), 0, 0);
  expect(await store.due(1e15, 10)).toEqual([]);
  expect(await store.openRun(someRun("run-1"), 1e15)).toBe("opened");
  expect(await store.closeRun("run-1", 0)).toEqual(opened);
});

test.for(stores)("$name: only a due item can be postponed", async ({ open }) => {
  const store = await open();
  await store.write(someLease({ dueAt: 1_000 }));
  await store.write(someLease({ key: "held" }));
  await store.openRun(someRun("run-1"), 1_000);
  const items = [{ lease: someLease().key, host }, runDue("run-1")];
  for (const item of [...items, { lease: "held", host }]) await store.postpone(item, 9_000, 1_500);
  expect(await store.due(8_999, 10)).toEqual([]);
  const failing = items.map((item) => ({ ...item, failingSince: 1_500 }));
  expect(await store.due(9_000, 10)).toEqual(expect.arrayContaining(failing));
  expect(await store.read(someLease().key)).toEqual(someLease({ dueAt: 9_000 }));
  expect(await store.due(1e15, 10)).toHaveLength(2);
});

test.for(stores)("$name: the longest due items come first, up to the limit", async ({ open }) => {
  const store = await open();
  for (const dueAt of [70_000, 9, 100_000, 61_000, 1_000.5]) {
    await store.write(someLease({ key: `due at ${dueAt}`, dueAt }));
    await store.write(someLease({ key: `held ${dueAt}` }));
  }
  await store.openRun(someRun("run-1"), 1e15);
  await store.closeRun("run-1", 0);
  const all = [
    { lease: "due at 9", host },
    { lease: "due at 1000.5", host },
    runDue("run-1"),
    { lease: "due at 61000", host },
    { lease: "due at 70000", host },
  ];
  expect(await store.due(70_000, 10)).toEqual(all);
  expect(await store.due(70_000, 5)).toEqual(all);
  expect(await store.due(70_000, 2)).toEqual(all.slice(0, 2));
  expect(await store.due(70_000, 0)).toEqual([]);
  expect(await store.due(1_000, 10)).toEqual(all.slice(0, 1));
  expect(await store.due(8, 10)).toEqual([]);
});

test.for(stores)("$name: the latest version of a lease sets its due time", async ({ open }) => {
  const store = await open();
  const key = "moving";
  await store.write(someLease({ key, dueAt: 1_000 }));
  await store.write(someLease({ key, version: 2, dueAt: 2_000 }));
  expect(await store.due(1_999, 10)).toEqual([]);
  expect(await store.due(2_000, 10)).toEqual([{ lease: key, host }]);
  await store.write(someLease({ key, version: 3, dueAt: null }));
  expect(await store.due(1e15, 10)).toEqual([]);
});

test.for(stores)("$name: an item fails since its first failure, until a success", async ({ open }) => {
  const store = await open();
  const { key } = someLease();
  const failure = { code: "refused", sentence: "No", since: 500, times: 1, retryAt: 1_000 };
  await store.write(someLease({ dueAt: 1_000, failure }));
  await store.openRun(someRun("run-1"), 1_000);
  const all = [{ lease: key, host, failingSince: 500 }, runDue("run-1")];
  expect(await store.due(1_000, 10)).toEqual(expect.arrayContaining(all));
  for (const now of [600, 700]) for (const item of all) await store.postpone(item, 1_000, now);
  const failing = [all[0], { ...runDue("run-1"), failingSince: 600 }];
  expect(await store.due(1_000, 10)).toEqual(expect.arrayContaining(failing));
  await store.write(someLease({ version: 2, dueAt: 1_000 }));
  await store.forgetRun("run-1");
  await store.closeRun("run-1", 1_000 - runDueAfterMs);
  const healed = [{ lease: key, host }, runDue("run-1")];
  expect(await store.due(1_000, 10)).toEqual(expect.arrayContaining(healed));
});

test.for(stores)("$name: counts the leases due later, and the ends that have failed", async ({ open }) => {
  const store = await open();
  const failure = { code: "refused", sentence: "No", since: 500, times: 1, retryAt: 9_000 };
  expect(await store.later(0)).toEqual({ open: 0, failingSince: [] });
  await store.write(someLease({ key: "due now", dueAt: 1_000 }));
  await store.write(someLease({ key: "due later", dueAt: 1_001 }));
  await store.write(someLease({ key: "without an end" }));
  await store.write(someLease({ key: "failed", dueAt: 9_000, failure }));
  await store.openRun(someRun("run-1"), 9_000);
  await store.openRun(someRun("run-2"), 900);
  await store.postpone(runDue("run-2"), 9_000, 700);
  const { open: count, failingSince } = await store.later(1_000);
  expect([count, failingSince.sort()]).toEqual([1, [500, 700]]);
  expect(await store.later(9_000)).toEqual({ open: 0, failingSince: [] });
});
