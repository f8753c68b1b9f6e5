// What is special about leases in DynamoDB: how they are laid out, and what can go wrong on the way there.
import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { clientDefaults } from "@sym/aws";
import { SymError } from "@sym/lambda-core";
import { connectTo } from "@sym/stand-ins/dynamodb";
import { afterAll, expect, test } from "vitest";
import { dynamoDbStore } from "./dynamodb-store.ts";
import { type Mishap, startFaultyProxy } from "./faulty-proxy.test-support.ts";
import type { TableItem } from "./items.ts";
import { access, someLease } from "./some-lease.test-support.ts";
import { closeAll, dynamoDbs } from "./stores.test-support.ts";

type Table = Awaited<ReturnType<(typeof dynamoDbs)[0]["openTable"]>>;

afterAll(closeAll);

const day = 24 * 60 * 60;

async function get({ client, table }: Table, pk: string): Promise<TableItem | undefined> {
  const key = { pk: { S: pk } };
  return (await client.send(new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true }))).Item;
}

async function put({ client, table }: Table, item: TableItem): Promise<void> {
  await client.send(new PutItemCommand({ TableName: table, Item: item }));
}

/** The table through a proxy that spoils requests. */
async function behindProxy({ url, table }: Table) {
  const proxy = await startFaultyProxy(url);
  return { ...proxy, store: dynamoDbStore(table, "example", connectTo(proxy.url, clientDefaults)) };
}

test.for(dynamoDbs)("$name: a lease is laid out so that a later build can read it", async ({ openTable }) => {
  const table = await openTable();
  const lease = someLease({ runs: {}, dueAt: 1_799_000_030_000 });
  await table.store.write(lease);
  // As the first build wrote it. Do not change this item: change the code until it can read it.
  const item = {
    pk: { S: "lease#iam-group|AGPA1|AIDA1" },
    schema: { N: "1" },
    version: { N: "1" },
    record: {
      S: '{"writeId":"request-1/1","access":{"subject":"AIDA1","resource":"AGPA1","names":{"subject":"IAM user robin.requester@example.com","resource":"IAM group prod-admins"},"granted":["member"]},"standing":{"state":"absent","sufficient":false},"runs":{},"ended":{"run-0":1799000000000},"lock":{"owner":"request-1","until":1799000030000},"touchedAt":1799000000999}',
    },
    due: { S: "example" },
    due_at: { N: "1799000030000" },
    expires: { N: String(1_799_000_000 + 30 * day) },
  };
  expect(await get(table, "lease#iam-group|AGPA1|AIDA1")).toEqual(item);
  await put(table, { ...item, added_later: { S: "by a later build" } });
  expect(await table.store.read(lease.key)).toEqual(lease);
});

test.for(dynamoDbs)(
  "$name: handlers that share a table find only their own due items",
  async ({ openTable }) => {
    const { table, client, store } = await openTable();
    const other = dynamoDbStore(table, "other", client);
    await store.write(someLease({ dueAt: 1 }));
    await other.openRun("run-1", someLease().access);
    await other.closeRun("run-1", 1);
    expect(await store.due(1_000_000, 10)).toEqual([{ lease: someLease().key }]);
    expect(await other.due(1_000_000, 10)).toEqual([{ run: "run-1" }]);
  },
);

test.for(dynamoDbs)(
  "$name: what nobody holds is cleaned away later, and nothing else",
  async ({ openTable }) => {
    const table = await openTable();
    const expires = async (pk: string) => (await get(table, pk))?.["expires"]?.N;
    await table.store.write(someLease());
    expect(await expires("lease#iam-group|AGPA1|AIDA1")).toBeUndefined();
    await table.store.write(someLease({ version: 2, runs: {} }));
    expect(await expires("lease#iam-group|AGPA1|AIDA1")).toBe(String(1_799_000_000 + 30 * day));
    await table.store.write(someLease({ version: 3 }));
    expect(await expires("lease#iam-group|AGPA1|AIDA1")).toBeUndefined();

    await table.store.openRun("run-1", access);
    expect(await expires("run#run-1")).toBeUndefined();
    for (const run of ["run-1", "never-opened"]) {
      await table.store.closeRun(run, 1_799_000_000_999);
      expect(await expires(`run#${run}`)).toBe(String(1_799_000_000 + 400 * day));
    }
    await table.store.forgetRun("never-known");
    expect(await get(table, "run#never-known")).toBeUndefined();
  },
);

test.for(dynamoDbs)(
  "$name: what a newer build wrote is neither read nor overwritten",
  async ({ openTable }) => {
    const table = await openTable();
    const { store } = table;
    const lease = { pk: { S: `lease#${someLease().key}` }, schema: { N: "2" }, version: { N: "1" } };
    const run = { pk: { S: "run#run-1" }, schema: { N: "2" }, access: { S: "in another way" } };
    await put(table, lease);
    await put(table, run);
    const newer = { reason: "unavailable", retryable: false, message: /written by a newer version/ };
    await expect(store.read(someLease().key)).rejects.toMatchObject(newer);
    await expect(store.write(someLease({ version: 2 }))).rejects.toMatchObject(newer);
    await expect(store.openRun("run-1", access)).rejects.toMatchObject(newer);
    await expect(store.closeRun("run-1", 0)).rejects.toMatchObject(newer);
    expect(await get(table, lease.pk.S)).toEqual(lease);
    expect(await get(table, run.pk.S)).toEqual(run);
  },
);

test("a read sees every write before it", async () => {
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

test.for(dynamoDbs)("$name: a missing table is told with its name", async ({ openTable }) => {
  const { client } = await openTable();
  const store = dynamoDbStore("no-such-table", "example", client);
  const calls = await Promise.allSettled([
    store.openRun("run-1", access),
    store.closeRun("run-1", 0),
    store.forgetRun("run-1"),
    store.read("key"),
    store.write(someLease()),
    store.due(0, 1),
  ]);
  const message = /^There is no DynamoDB table no-such-table in this account and region/;
  const reason = { reason: "unavailable", retryable: false, message: expect.stringMatching(message) };
  for (const call of calls) expect(call).toMatchObject({ status: "rejected", reason });
});

test("throttling and broken connections are told with the call and the table", async () => {
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
  expect(await fail("throttled", () => store.openRun("run-1", access))).toBe(throttled("PutItem"));
  expect(await fail("throttled", () => store.closeRun("run-1", 0))).toBe(throttled("UpdateItem"));
  expect(await fail("throttled", () => store.forgetRun("run-1"))).toBe(throttled("UpdateItem"));
  expect(await fail("throttled", () => store.due(0, 1))).toBe(throttled("Query"));
  expect(await fail("reset", () => store.read("key"))).toMatch(
    new RegExp(`^AWS did not complete dynamodb:GetItem ${on} `),
  );
});

test.for(dynamoDbs)(
  "$name: a call whose answer was lost is the same when the SDK repeats it",
  async ({ name, openTable }) => {
    const { store, mishaps, requests } = await behindProxy(await openTable());
    const repeated = async <T>(call: () => Promise<T>) => {
      mishaps.push("answer-lost");
      const result = await call();
      expect(new Set(requests.splice(0, 2)).size).toBe(1);
      return result;
    };
    expect(await repeated(() => store.openRun("run-1", access))).toBe(true);
    expect(await repeated(() => store.closeRun("run-1", 0))).toEqual(access);
    await repeated(() => store.forgetRun("run-1"));
    expect(await repeated(() => store.closeRun("run-2", 0))).toBeUndefined();
    expect(await repeated(() => store.due(1e15, 10))).toEqual([]);
    // The repetition came too late for its own first attempt; the write is recognised by its name.
    expect(await repeated(() => store.write(someLease({ writeId: "mine" })))).toEqual({
      won: false,
      current: someLease({ writeId: "mine" }),
    });
    // DynamoDB tells with the refusal what is stored instead, as moto does; dynalite has to be asked.
    expect(requests).toEqual(name === "dynalite" ? ["GetItem"] : []);
    expect((await store.read(someLease().key))?.writeId).toBe("mine");
  },
);
