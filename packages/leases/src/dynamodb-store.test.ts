// The store in DynamoDB: the layout of leases, and the failures of DynamoDB and of the network.
import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { clientDefaults } from "@sym/aws";
import { SymError } from "@sym/lambda-core";
import { connectTo } from "@sym/stand-ins/dynamodb";
import { afterAll, expect, test } from "vitest";
import { dynamoDbStore } from "./dynamodb-store.ts";
import { type Mishap, startFaultyProxy } from "./faulty-proxy.test-support.ts";
import type { TableItem } from "./items.ts";
import { access, someLease, someRun } from "./some-lease.test-support.ts";
import { closeAll, dynamoDbs } from "./stores.test-support.ts";

type Table = Awaited<ReturnType<(typeof dynamoDbs)[0]["openTable"]>>;

afterAll(closeAll);

const day = 24 * 60 * 60;
const leasePk = `lease#${someLease().key}`;

async function get({ client, table }: Table, pk: string): Promise<TableItem | undefined> {
  const key = { pk: { S: pk } };
  return (await client.send(new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true }))).Item;
}

async function put({ client, table }: Table, item: TableItem): Promise<void> {
  await client.send(new PutItemCommand({ TableName: table, Item: item }));
}

/** The store behind a proxy that injects faults. */
async function behindProxy({ url, table }: Table) {
  const proxy = await startFaultyProxy(url);
  return { ...proxy, store: dynamoDbStore(table, connectTo(proxy.url, clientDefaults)) };
}

test.for(dynamoDbs)("$name: people can read the item of a lease", async ({ openTable }) => {
  const table = await openTable();
  const failure = { code: "unavailable", sentence: "It was away", since: 1, times: 2, retryAt: 3 };
  const lease = someLease({ dueAt: 1_799_000_030_000, failure });
  await table.store.write(lease);
  const record = {
    ...{ writeId: "invocation-1/1", access, standing: "absent", ours: ["member"], begun: false },
    runs: [["run-1", { state: "open", wanted: "member", expiresAt: 1_800_000_000_000 }]],
    ended: [["run-0", 1_799_000_000_000]],
    lock: { owner: "invocation-1", until: 1_799_000_030_000 },
    ...{ changedAt: 1_799_000_000_500, touchedAt: 1_799_000_000_999, failure },
  };
  const item = await get(table, leasePk);
  expect(item).toEqual({
    ...{ pk: { S: leasePk }, version: { N: "1" }, host: { S: "123456789012" } },
    record: { S: expect.any(String) },
    ...{ due: { S: "due" }, due_at: { N: "1799000030000" }, failing_since: { N: "1" } },
  });
  expect(JSON.parse(item?.["record"]?.S ?? "")).toEqual(record);
});

const healthy = someLease({ dueAt: 5 });
const broken: Record<string, (item: TableItem) => TableItem> = {
  "no version": ({ version: _, ...rest }) => rest,
  "a version that is no number": (item) => ({ ...item, version: { S: "one" } }),
  "no record": ({ record: _, ...rest }) => rest,
  "half a record": (item) => ({ ...item, record: { S: '{"writeId":' } }),
  "a held lease without its standing state": (item) => changedRecord(item, { standing: null }),
  "runs as an object": (item) => changedRecord(item, { runs: {} }),
  "a run without its wish": (item) =>
    changedRecord(item, { runs: [["run-1", { state: "open", expiresAt: 1 }]] }),
  "a lock without an end": (item) => changedRecord(item, { lock: { owner: "invocation-1" } }),
  "an access without ids": (item) => changedRecord(item, { access: { names: access.names } }),
};

function changedRecord(item: TableItem, changes: object): TableItem {
  const record = JSON.parse(item["record"]?.S ?? "");
  return { ...item, record: { S: JSON.stringify({ ...record, ...changes }) } };
}

test.for(Object.entries(broken))("a broken record is an error: %s", async ([, spoil]) => {
  const table = await dynamoDbs[0]?.openTable();
  if (!table) throw new Error("dynalite is always there");
  const { store } = table;
  await store.write(healthy);
  await put(table, spoil((await get(table, leasePk)) ?? {}));
  const message = /^The record lease#.* in the table of leases is invalid.*forget the record$/;
  const reason = { reason: "unavailable", retryable: false, message: expect.stringMatching(message) };
  await expect(store.read(healthy.key)).rejects.toMatchObject(reason);
  await expect(store.write({ ...healthy, version: 7 })).rejects.toMatchObject(reason);
  expect(await store.due(10, 10)).toEqual([{ lease: healthy.key, host: access.host }]);
});

test.for(dynamoDbs)(
  "$name: a run in the format of a newer version is never opened again",
  async ({ openTable }) => {
    const table = await openTable();
    const { store } = table;
    await store.openRun(someRun("run-1"), 1e15);
    const { lease_key: _, ...newer } = (await get(table, "run#run-1")) ?? {};
    await put(table, { ...newer, record_format: { N: "2" } });
    const message = expect.stringContaining(
      "The record run#run-1 in the table of leases has the format 2 of a",
    );
    await expect(store.openRun(someRun("run-1"), 1e15)).rejects.toMatchObject({ message });
    // A run that is closed stays closed in every version.
    await expect(store.closeRun("run-1", 5)).rejects.toMatchObject({ message });
    expect(await get(table, "run#run-1")).toMatchObject({ closed: { N: "5" }, record_format: { N: "2" } });
  },
);

test.for(dynamoDbs)(
  "$name: only unheld leases and closed runs have a time to live",
  async ({ openTable }) => {
    const table = await openTable();
    const expires = async (pk: string) => (await get(table, pk))?.["expires"]?.N;
    await table.store.write(someLease());
    expect(await expires(leasePk)).toBeUndefined();
    await table.store.write(someLease({ version: 2, runs: new Map() }));
    expect(await expires(leasePk)).toBe(String(1_799_000_000 + 30 * day));
    await table.store.write(someLease({ version: 3 }));
    expect(await expires(leasePk)).toBeUndefined();

    await table.store.openRun(someRun("run-1"), 1e15);
    expect(await expires("run#run-1")).toBeUndefined();
    for (const run of ["run-1", "never-opened"]) {
      await table.store.closeRun(run, 1_799_000_000_999);
      expect(await expires(`run#${run}`)).toBe(String(1_799_000_000 + 30 * day));
    }
    await table.store.forgetRun("never-known");
    expect(await get(table, "run#never-known")).toBeUndefined();
  },
);

test("a read sees every earlier write", async () => {
  const table = await dynamoDbs[0]?.openTable();
  const inputs: unknown[] = [];
  table?.client.middlewareStack.add(
    (next) => async (args) => {
      inputs.push(args.input);
      return next(args);
    },
    { step: "initialize" },
  );
  await table?.store.read("key");
  expect(inputs).toMatchObject([{ ConsistentRead: true }]);
});

test.for(dynamoDbs)("$name: the error for a missing table names the table", async ({ openTable }) => {
  const { client } = await openTable();
  const store = dynamoDbStore("no-such-table", client);
  const calls = await Promise.allSettled([
    store.openRun(someRun("run-1"), 1e15),
    store.closeRun("run-1", 0),
    store.forgetRun("run-1"),
    store.leaveToLease("run-1"),
    store.readRun("run-1"),
    store.postpone({ lease: "key", host: "" }, 0, 0),
    store.later(0),
    store.read("key"),
    store.write(someLease()),
    store.due(0, 1),
  ]);
  const message =
    /^DynamoDB table no-such-table, or its index "due", does not exist in this account and region/;
  const reason = { reason: "unavailable", retryable: false, message: expect.stringMatching(message) };
  for (const call of calls) expect(call).toMatchObject({ status: "rejected", reason });
});

test("the errors for throttling and broken connections name the call and the table", async () => {
  const table = await dynamoDbs[0]?.openTable();
  if (!table) throw new Error("dynalite is always there");
  const { store, mishaps, requests } = await behindProxy(table);
  const fail = async (mishap: Mishap, call: () => Promise<unknown>) => {
    mishaps.push(mishap, mishap, mishap);
    const error = await call().catch((error: unknown) => error);
    expect(error).toBeInstanceOf(SymError);
    expect(requests.splice(0)).toHaveLength(3);
    return (error as SymError).message;
  };
  const on = `on DynamoDB table ${table.table}`;
  const throttled = (action: string) => `AWS is throttling dynamodb:${action} ${on}; try again in a minute`;
  expect(await fail("throttled", () => store.read("key"))).toBe(throttled("GetItem"));
  expect(await fail("throttled", () => store.write(someLease()))).toBe(throttled("PutItem"));
  expect(await fail("throttled", () => store.openRun(someRun("run-1"), 1e15))).toBe(throttled("PutItem"));
  expect(await fail("throttled", () => store.closeRun("run-1", 0))).toBe(throttled("UpdateItem"));
  expect(await fail("throttled", () => store.forgetRun("run-1"))).toBe(throttled("UpdateItem"));
  expect(await fail("throttled", () => store.due(0, 1))).toBe(throttled("Query"));
  expect(await fail("reset", () => store.read("key"))).toMatch(
    new RegExp(`^AWS did not complete dynamodb:GetItem ${on} `),
  );
});

test.for(dynamoDbs)(
  "$name: a repetition after a lost answer has the same result",
  async ({ name, openTable }) => {
    const { store, mishaps, requests } = await behindProxy(await openTable());
    let asked: string[] = [];
    const repeated = async <T>(call: () => Promise<T>) => {
      mishaps.push("answer-lost");
      const result = await call();
      expect(new Set(requests.splice(0, 2)).size).toBe(1);
      asked = requests.splice(0);
      return result;
    };
    expect(await repeated(() => store.openRun(someRun("run-1"), 1e15))).toBe("opened");
    expect(await repeated(() => store.closeRun("run-1", 0))).toEqual({
      ...{ was: "opened", key: someLease().key, access },
    });
    await repeated(() => store.forgetRun("run-1"));
    expect(await repeated(() => store.closeRun("run-2", 0))).toEqual({ was: "never-opened" });
    expect(await repeated(() => store.due(1e15, 10))).toEqual([]);
    // The repetition lost the race against its own first attempt; the store recognises the write by its id.
    expect(await repeated(() => store.write(someLease({ writeId: "mine" })))).toEqual({
      won: false,
      current: someLease({ writeId: "mine" }),
    });
    // DynamoDB and moto return the stored item with the failed condition; with dynalite, the store has to read the item.
    expect(asked).toEqual(name === "dynalite" ? ["GetItem"] : []);
    expect((await store.read(someLease().key))?.writeId).toBe("mine");
  },
);
