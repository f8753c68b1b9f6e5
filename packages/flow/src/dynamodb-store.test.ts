// What only a DynamoDB table can do: be missing, and hold broken records.
import { DeleteTableCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, expect, test } from "vitest";
import { someRequest } from "./flow.test-support.ts";
import { requestItem } from "./items.ts";
import { closeAll, dynamoDbs } from "./stores.test-support.ts";

afterAll(closeAll);

test.for(dynamoDbs)(
  "$name: a broken record is an error of its read, and is still listed",
  async ({ openTable }) => {
    const { client, table, store } = await openTable();
    const item = { ...requestItem(someRequest(), 400), record: { S: "{}" } };
    await client.send(new PutItemCommand({ TableName: table, Item: item }));
    const { id } = someRequest();
    await expect(store.read(id)).rejects.toThrow(`The record ${id} in the table of requests makes no sense`);
    await expect(store.write(someRequest())).rejects.toThrow("makes no sense");
    expect(await store.ids({ open: true, limit: 1 })).toEqual([id]);
  },
);

test.for(dynamoDbs)("$name: a missing table is an error with a remedy", async ({ openTable }) => {
  const { client, table, store } = await openTable();
  await client.send(new DeleteTableCommand({ TableName: table }));
  const sentence = `DynamoDB table ${table} does not exist in this account and region; create the table`;
  await expect(store.read("flow-1")).rejects.toThrow(sentence);
  await expect(store.write(someRequest())).rejects.toThrow(sentence);
  await expect(store.ids({ open: true, limit: 1 })).rejects.toThrow(sentence);
});
