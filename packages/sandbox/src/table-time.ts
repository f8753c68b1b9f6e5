import { type AttributeValue, DeleteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { type DynamoDb, scan } from "./dynamodb.ts";

type Item = Record<string, AttributeValue>;
type LeaseRecord = {
  touchedAt: number;
  lock: { until: number } | null;
  runs: Record<string, { expiresAt: number | null }>;
  ended: Record<string, number>;
};

/** Forgets every lease and run. */
export async function emptyTable({ client, table }: DynamoDb): Promise<void> {
  for (const { pk } of await scan(client, table))
    if (pk) await client.send(new DeleteItemCommand({ TableName: table, Key: { pk } }));
}

/** Lets time pass for the leases: moves every moment that they hold so many milliseconds into the past. */
export async function passTime({ client, table }: DynamoDb, milliseconds: number): Promise<void> {
  for (const item of await scan(client, table))
    await client.send(new PutItemCommand({ TableName: table, Item: aged(item, milliseconds) }));
}

function aged(item: Item, by: number): Item {
  const older: Item = { ...item };
  for (const name of ["due_at", "closed"]) {
    const moment = item[name]?.N;
    if (moment !== undefined) older[name] = { N: String(Number(moment) - by) };
  }
  const record = item["record"]?.S;
  if (record !== undefined) older["record"] = { S: JSON.stringify(agedRecord(JSON.parse(record), by)) };
  return older;
}

function agedRecord(record: LeaseRecord, by: number): LeaseRecord {
  const runs = Object.entries(record.runs).map(([id, run]) => [
    id,
    { ...run, expiresAt: run.expiresAt === null ? null : run.expiresAt - by },
  ]);
  return {
    ...record,
    touchedAt: record.touchedAt - by,
    lock: record.lock && { ...record.lock, until: record.lock.until - by },
    runs: Object.fromEntries(runs),
    ended: Object.fromEntries(Object.entries(record.ended).map(([id, at]) => [id, at - by])),
  };
}
