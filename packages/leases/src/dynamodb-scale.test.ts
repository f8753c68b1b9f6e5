// Leases in DynamoDB with rival writers, and with more due items than a page holds.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { BatchWriteItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, expect, test } from "vitest";
import { dynamoDbStore } from "./dynamodb-store.ts";
import { leaseItem } from "./items.ts";
import { someLease } from "./some-lease.test-support.ts";
import { closeAll, dynamoDbs } from "./stores.test-support.ts";

afterAll(closeAll);

const rivals = ["first", "second", "third"];
const versions = 30;

test.for(dynamoDbs)("$name: of rival processes, exactly one writes each version", async ({ openTable }) => {
  const { url, table, store } = await openTable();
  const started = await Promise.all(rivals.map((name) => startRival([url, table, name, String(versions)])));
  const won = await Promise.all(started.map((rival) => rival()));
  const all = won.flat().sort((a, b) => a - b);
  expect(all).toEqual(Array.from({ length: versions }, (_, index) => index + 1));
  const winner = rivals[won.findIndex((own) => own.includes(versions))];
  expect(await store.read(someLease().key)).toMatchObject({ version: versions, writeId: winner });
});

/** A process that is ready to write. The call of the result starts the writes, and returns the versions that the process won. */
async function startRival(args: string[]): Promise<() => Promise<number[]>> {
  const script = fileURLToPath(new URL("rival.test-support.ts", import.meta.url));
  const rival = spawn(process.execPath, [script, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  const gone = once(rival, "exit");
  let output = "";
  rival.stdout.on("data", (text) => {
    output += text;
  });
  await Promise.race([once(rival.stdout, "data"), gone]);
  return async () => {
    rival.stdin.write("start\n");
    await gone;
    return JSON.parse(output.replace("ready\n", ""));
  };
}

test.for(dynamoDbs)("$name: all due items are read, over several pages", async ({ openTable }) => {
  const { client, table } = await openTable();
  // A page of DynamoDB has 1 MB at most.
  const long = "x".repeat(1_900);
  const leases = Array.from({ length: 1_200 }, (_, index) =>
    someLease({ key: `${index}${long}`, dueAt: index }),
  );
  while (leases.length > 0) {
    const requests = leases.splice(-25).map((lease) => ({ PutRequest: { Item: leaseItem(lease) } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
  }
  const pages: number[] = [];
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      pages.push((result.output as unknown as { Count: number }).Count);
      return result;
    },
    { step: "initialize" },
  );
  const store = dynamoDbStore(table, client);
  const due = await store.due(1_149, 1_200);
  expect(due.map(({ lease }) => Number.parseInt(lease, 10))).toEqual(
    Array.from({ length: 1_150 }, (_, index) => index),
  );
  expect(pages.length).toBeGreaterThan(1);
  expect(await store.due(1_149, 1_000)).toHaveLength(1_000);
});
