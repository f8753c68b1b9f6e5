// How leases and runs are laid out as items of the table. Pure functions: the store and its tools share them.
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { type Access, SymError } from "@sym/lambda-core";
import type { Lease } from "./lease.ts";
import type { Due } from "./store.ts";

export type Item = Record<string, AttributeValue>;

/** What is known of one run. Times in milliseconds since the epoch; `dueAt` is null if the sweep need not look. */
export type StoredRun = { id: string; access?: Access; closedAt: number | null; dueAt: number | null };

/** The newest shape of an item that this build can read; an item with a higher one is refused. */
export const knownSchema = 1;

const day = 24 * 60 * 60;
// For how long items that nothing needs any more are kept, in seconds, so that people can look at them.
const keepUnheldLease = 30 * day;
const keepClosedRun = 400 * day;

/**
 * A lease as an item. What conditions and the index need are attributes of their own; the rest is JSON in `record`,
 * so that a newer build can read what an older one wrote, whatever else it adds.
 */
export function leaseItem({ schema, key, version, dueAt, ...record }: Lease, system: string): Item {
  const isHeld = Object.keys(record.runs).length > 0;
  return {
    ...leaseKeyOf(key),
    schema: number(schema),
    version: number(version),
    record: { S: JSON.stringify(record) },
    ...(dueAt !== null && { due: { S: system }, due_at: number(dueAt) }),
    // Only for cleaning: nothing reads it, and DynamoDB may take days to act on it.
    ...(!isHeld && { expires: number(seconds(record.touchedAt) + keepUnheldLease) }),
  };
}

export function readLease(item: Item): Lease {
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
 * A run that was opened. It names its partition of the index already, but enters the index only when `closeRun` adds
 * `due_at`: in this way one update makes a run due only if it was opened.
 */
export function openRunItem(runId: string, access: Access, system: string): Item {
  const due = { S: system };
  return { ...runKeyOf(runId), schema: number(knownSchema), access: { S: JSON.stringify(access) }, due };
}

export function readRun(item: Item): StoredRun {
  refuseNewer(item);
  const { access, closed } = item;
  return {
    id: nameOf(item),
    ...(access?.S !== undefined && { access: JSON.parse(access.S) }),
    closedAt: closed?.N === undefined ? null : Number(closed.N),
    dueAt: dueAtOf(item),
  };
}

/** What an item of the table or the index is, by its key. */
export function readDue(item: Item): Due {
  return isRun(item) ? { run: nameOf(item) } : { lease: nameOf(item) };
}

export function leaseKeyOf(key: string): Item {
  return { pk: { S: `lease#${key}` } };
}

export function runKeyOf(runId: string): Item {
  return { pk: { S: `run#${runId}` } };
}

export function isRun(item: Item): boolean {
  return item["pk"]?.S?.startsWith("run#") ?? false;
}

/** When a closed run may be deleted, in seconds since the epoch. */
export function closedRunExpiry(now: number): AttributeValue {
  return number(seconds(now) + keepClosedRun);
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

/** An older build would lose what it does not know of, so it must not even try. */
function refuseNewer(item: Item): void {
  if (Number(item["schema"]?.N ?? knownSchema) > knownSchema) throw newerRecord(item["pk"]?.S ?? "");
}

function nameOf(item: Item): string {
  const id = item["pk"]?.S ?? "";
  return id.slice(id.indexOf("#") + 1);
}

function dueAtOf({ due, due_at: dueAt }: Item): number | null {
  return due && dueAt?.N !== undefined ? Number(dueAt.N) : null;
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1_000);
}
