// The layout of leases and runs as items of the table. Pure functions, which the store and its tools share.
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { type Access, SymError } from "@sym/lambda-core";
import type { Lease } from "./lease.ts";
import type { Due } from "./store.ts";

export type TableItem = Record<string, AttributeValue>;

/** The record of one run. Times in milliseconds since the epoch; `dueAt` is null if the sweep need not look at the run. */
export type StoredRun = { id: string; access?: Access; closedAt: number | null; dueAt: number | null };

/** The newest layout that this build can read. It refuses an item with a higher one. */
export const knownSchema = 1;

const daySeconds = 24 * 60 * 60;
// Items are kept after their last use, so that people can look at them.
const keepUnheldLeaseSeconds = 30 * daySeconds;
const keepClosedRunSeconds = 400 * daySeconds;

/**
 * A lease as an item. The fields that conditions and the index need are attributes; the rest is JSON in `record`, so that
 * a newer build can add fields and still read older items.
 */
export function leaseItem({ schema, key, version, dueAt, ...record }: Lease, system: string): TableItem {
  const isHeld = Object.keys(record.runs).length > 0;
  return {
    ...leaseKeyOf(key),
    schema: number(schema),
    version: number(version),
    record: { S: JSON.stringify(record) },
    ...(dueAt !== null && { due: { S: system }, due_at: number(dueAt) }),
    // For DynamoDB's time to live, which deletes the item within days of it. Nothing else reads the attribute.
    ...(!isHeld && { expires: number(seconds(record.touchedAt) + keepUnheldLeaseSeconds) }),
  };
}

export function readLease(item: TableItem): Lease {
  refuseNewer(item);
  return {
    ...JSON.parse(item["record"]?.S ?? ""),
    schema: 1,
    key: nameOf(item),
    version: Number(item["version"]?.N),
    dueAt: dueAtOf(item),
  };
}

/**
 * An opened run as an item. It has the partition key of the index but enters the index only when `closeRun` adds `due_at`:
 * one update makes a run due, and only if the run was opened.
 */
export function openRunItem(runId: string, access: Access, system: string): TableItem {
  const due = { S: system };
  return { ...runKeyOf(runId), schema: number(knownSchema), access: { S: JSON.stringify(access) }, due };
}

export function readRun(item: TableItem): StoredRun {
  refuseNewer(item);
  const { access, closed } = item;
  return {
    id: nameOf(item),
    ...(access?.S !== undefined && { access: JSON.parse(access.S) }),
    closedAt: closed?.N === undefined ? null : Number(closed.N),
    dueAt: dueAtOf(item),
  };
}

/** The lease or the run that an item of the table or the index is. */
export function readDue(item: TableItem): Due {
  return isRun(item) ? { run: nameOf(item) } : { lease: nameOf(item) };
}

export function leaseKeyOf(key: string): TableItem {
  return { pk: { S: `lease#${key}` } };
}

export function runKeyOf(runId: string): TableItem {
  return { pk: { S: `run#${runId}` } };
}

export function isRun(item: TableItem): boolean {
  return item["pk"]?.S?.startsWith("run#") ?? false;
}

/** When a closed run may be deleted, in seconds since the epoch. */
export function closedRunExpiry(now: number): AttributeValue {
  return number(seconds(now) + keepClosedRunSeconds);
}

export function number(value: number): AttributeValue.NMember {
  return { N: String(value) };
}

export function newerRecord(what: string): SymError {
  return new SymError(
    `The record of ${what} was written by a newer version of this function; deploy that version, or a later one, again`,
    { reason: "unavailable", retryable: false },
  );
}

/** A write by an older build would drop the fields that it does not know. */
function refuseNewer(item: TableItem): void {
  if (Number(item["schema"]?.N ?? knownSchema) > knownSchema) throw newerRecord(item["pk"]?.S ?? "");
}

function nameOf(item: TableItem): string {
  const id = item["pk"]?.S ?? "";
  return id.slice(id.indexOf("#") + 1);
}

function dueAtOf({ due, due_at: dueAt }: TableItem): number | null {
  return due && dueAt?.N !== undefined ? Number(dueAt.N) : null;
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1_000);
}
