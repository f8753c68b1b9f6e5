import { type AttributeValue, DeleteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { scan } from "@sym/stand-ins/dynamodb";
import type { LeasesTable } from "./leases-table.ts";

type Table = Pick<LeasesTable, "client" | "table">;
type Item = Record<string, AttributeValue>;
type LeaseRecord = {
  touchedAt: number;
  lock: { until: number } | null;
  changedAt: number | null;
  runs: [string, AgedRun][];
  ended: [string, number][];
  failure?: { since: number; retryAt: number };
};
type AgedRun = { expiresAt: number | null; reportedAt?: number; intent?: { until: number } };

/** Deletes every lease and run. */
export async function emptyTable({ client, table }: Table): Promise<void> {
  for (const { pk } of await scan(client, table))
    if (pk) await client.send(new DeleteItemCommand({ TableName: table, Key: { pk } }));
}

/** Lets time pass for the leases: moves all their times into the past by these milliseconds. */
export async function passTime({ client, table }: Table, milliseconds: number): Promise<void> {
  for (const item of await scan(client, table))
    await client.send(new PutItemCommand({ TableName: table, Item: aged(item, milliseconds) }));
}

/** Adds copies of the table's only lease, as if other subjects had the same access since the same time. */
export async function copyLease({ client, table }: Table, copies: number): Promise<void> {
  const lease = (await scan(client, table)).find(({ pk }) => pk?.S?.startsWith("lease#"));
  for (let copy = 1; copy <= copies; copy += 1) {
    const Item = { ...lease, pk: { S: `${lease?.["pk"]?.S}-${copy}` } };
    await client.send(new PutItemCommand({ TableName: table, Item }));
  }
}

/** Rewrites the record of each lease, as a person with write access to the table could. */
export function forgeLeases(table: Table, forge: (record: object) => object): Promise<void> {
  return forgeItems(table, (item) => {
    const record = JSON.stringify(forge(JSON.parse(item["record"]?.S ?? "{}")));
    return { ...item, record: { S: record }, due: { S: "due" }, due_at: { N: "1" } };
  });
}

/** Rewrites the item of each lease. */
export async function forgeItems({ client, table }: Table, forge: (item: Item) => Item): Promise<void> {
  for (const item of await scan(client, table))
    if (item["pk"]?.S?.startsWith("lease#"))
      await client.send(new PutItemCommand({ TableName: table, Item: forge(item) }));
}

function aged(item: Item, by: number): Item {
  const older: Item = { ...item };
  for (const name of ["due_at", "closed", "failing_since"]) {
    const moment = item[name]?.N;
    if (moment !== undefined) older[name] = { N: String(Number(moment) - by) };
  }
  const record = item["record"]?.S;
  if (record !== undefined) older["record"] = { S: JSON.stringify(agedRecord(JSON.parse(record), by)) };
  return older;
}

function agedRecord(record: LeaseRecord, by: number): LeaseRecord {
  const { failure } = record;
  return {
    ...record,
    touchedAt: record.touchedAt - by,
    changedAt: record.changedAt === null ? null : record.changedAt - by,
    lock: record.lock && { ...record.lock, until: record.lock.until - by },
    runs: record.runs.map(([id, run]) => [id, agedRun(run, by)]),
    ended: record.ended.map(([id, at]) => [id, at - by]),
    ...(failure && { failure: { ...failure, since: failure.since - by, retryAt: failure.retryAt - by } }),
  };
}

function agedRun({ expiresAt, reportedAt, intent, ...run }: AgedRun, by: number): AgedRun {
  return {
    ...run,
    expiresAt: expiresAt === null ? null : expiresAt - by,
    ...(reportedAt !== undefined && { reportedAt: reportedAt - by }),
    ...(intent && { intent: { ...intent, until: intent.until - by } }),
  };
}
