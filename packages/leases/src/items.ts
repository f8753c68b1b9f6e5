// The layout of leases and runs as items of the table. Pure functions, shared by the store and its tools.
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { type Access, SymError } from "@sym/lambda-core";
import * as v from "valibot";
import type { Lease } from "./lease.ts";
import type { Due, NewRun, StoredRun } from "./store.ts";

export type TableItem = Record<string, AttributeValue>;

const daySeconds = 24 * 60 * 60;
/** The table keeps items for this time after their last use: people can read the items, and no retry of an event comes later. */
const keepSeconds = 30 * daySeconds;

const brokenRecord = "broken-record";
const newerRecord = "newer-record";

const time = v.pipe(v.number(), v.finite());
const text = v.string();
const accessShape = v.looseObject({
  host: text,
  resource: text,
  subject: text,
  names: v.object({ subject: text, resource: text }),
});
const runShape = v.object({
  state: v.picklist(["pending", "open", "closing"]),
  wanted: text,
  expiresAt: v.nullable(time),
  intent: v.exactOptional(v.object({ state: v.exactOptional(text), until: time })),
  reportedAt: v.exactOptional(time),
});
const mapOf = <S extends v.GenericSchema>(shape: S) =>
  v.pipe(
    v.array(v.tuple([text, shape])),
    v.transform((entries) => new Map(entries)),
  );
const recordShape = v.pipe(
  v.object({
    writeId: text,
    access: accessShape,
    standing: v.nullable(text),
    ours: v.array(text),
    begun: v.boolean(),
    runs: mapOf(runShape),
    ended: mapOf(time),
    lock: v.nullable(v.object({ owner: text, until: time })),
    changedAt: v.nullable(time),
    touchedAt: time,
    failure: v.exactOptional(
      v.object({ code: text, sentence: text, since: time, times: time, retryAt: time }),
    ),
    forgotten: v.exactOptional(v.object({ by: text, at: time })),
  }),
  v.check(
    ({ runs, standing }) => runs.size === 0 || standing !== null,
    "a held lease without a standing state",
  ),
);
const versionShape = v.pipe(v.number(), v.integer(), v.minValue(1));

/**
 * A lease as an item. The fields for conditions and the index are attributes; the rest is JSON in `record`, with maps as
 * lists of entries.
 */
export function leaseItem({ key, version, dueAt, ...record }: Lease): TableItem {
  const isHeld = record.runs.size > 0;
  const json = { ...record, runs: [...record.runs], ended: [...record.ended] };
  return {
    ...leaseKeyOf(key),
    version: number(version),
    host: { S: record.access.host },
    record: { S: JSON.stringify(json) },
    ...(dueAt !== null && { due, due_at: number(dueAt) }),
    ...(record.failure && { failing_since: number(record.failure.since) }),
    // Only DynamoDB's time to live reads this attribute, and deletes the item within days of this time.
    ...(!isHeld && { expires: number(seconds(record.touchedAt) + keepSeconds) }),
  };
}

/** Throws if the item is not a valid lease: no invocation may act on a broken record, or on a record that it would misread. */
export function readLease(item: TableItem): Lease {
  refuseOtherFormat(item);
  const record = parsed(recordShape, jsonIn(item, "record"), item);
  const version = parsed(versionShape, Number(item["version"]?.N), item);
  return { ...record, key: nameOf(item), version, dueAt: dueAtOf(item) };
}

/**
 * An opened run as an item. Only opened runs have the attribute `due`, so a run that was never opened stays out of the
 * index, although the update of `closeRun` gives every run a `due_at`.
 */
export function runItem({ id, key, access, wish }: NewRun, dueAt: number): TableItem {
  const about = {
    lease_key: { S: key },
    host: { S: access.host },
    wish: { S: wish },
    access: { S: JSON.stringify(access) },
  };
  return { ...runKeyOf(id), ...about, due, due_at: number(dueAt) };
}

export function readRun(item: TableItem): StoredRun {
  refuseOtherFormat(item);
  const { closed, lease_key: key, wish } = item;
  const record = { id: nameOf(item), dueAt: dueAtOf(item) };
  const closedAt = closed === undefined ? null : parsed(time, Number(closed.N), item);
  if (key === undefined) return { ...record, closedAt };
  const access: Access = parsed(accessShape, jsonIn(item, "access"), item);
  return {
    ...record,
    closedAt,
    opened: { key: parsed(text, key.S, item), access, wish: parsed(text, wish?.S, item) },
  };
}

/** The due lease or run that an item of the table or the index stands for. */
export function readDue(item: TableItem): Due {
  const since = item["failing_since"]?.N;
  const about = { host: textIn(item, "host"), ...(since !== undefined && { failingSince: Number(since) }) };
  if (!isRun(item)) return { lease: nameOf(item), ...about };
  return { lease: textIn(item, "lease_key"), ...about, run: nameOf(item) };
}

export function keyOf({ lease, run }: Due): TableItem {
  return run === undefined ? leaseKeyOf(lease) : runKeyOf(run);
}

export function leaseKeyOf(key: string): TableItem {
  return { pk: { S: `lease#${key}` } };
}

export function runKeyOf(runId: string): TableItem {
  return { pk: { S: `run#${runId}` } };
}

export function isRun(item: TableItem): boolean {
  return textIn(item, "pk").startsWith("run#");
}

/** The time after which DynamoDB may delete a closed run, in seconds since the epoch. */
export function closedRunExpiry(now: number): AttributeValue {
  return number(seconds(now) + keepSeconds);
}

export function number(value: number): AttributeValue.NMember {
  return { N: String(value) };
}

/** The only partition of the index of due items: each function has its own table. */
export const due: AttributeValue.SMember = { S: "due" };

function parsed<S extends v.GenericSchema>(shape: S, value: unknown, item: TableItem): v.InferOutput<S> {
  const { success, output, issues } = v.safeParse(shape, value, { abortEarly: true });
  if (success) return output;
  throw broken(item, v.getDotPath(issues[0]));
}

/**
 * Throws for a record in the format of a newer version. Records of the first format have no attribute `record_format`. A
 * version whose records this code would misread or refuse writes 2 there; a new optional field, which this code may drop,
 * keeps the format.
 */
export function refuseOtherFormat(item: TableItem): void {
  const { record_format: format } = item;
  if (format === undefined) return;
  if (!(Number(format.N) > 1)) throw broken(item, "record_format");
  throw new SymError(
    `The record ${textIn(item, "pk")} in the table of leases has the format ${format.N} of a newer version, so this function changes nothing; deploy the newer version again, or end the access with the newer version before you go back`,
    { reason: "unavailable", retryable: false, kind: newerRecord },
  );
}

function jsonIn(item: TableItem, attribute: string): unknown {
  try {
    return JSON.parse(textIn(item, attribute));
  } catch {
    return undefined;
  }
}

/** The text of an attribute; empty if the item has none. */
function textIn(item: TableItem, attribute: string): string {
  return item[attribute]?.S ?? "";
}

function broken(item: TableItem, where: string | null): SymError {
  return new SymError(
    `The record ${textIn(item, "pk")} in the table of leases is invalid${where ? ` (${where})` : ""}, so this function changes nothing; read the record with npm run leases, restore the access manually in the target system, then forget the record`,
    { reason: "unavailable", retryable: false, kind: brokenRecord },
  );
}

/** Whether an error is that of an invalid record. */
export function isBrokenRecord(error: unknown): error is SymError {
  return error instanceof SymError && error.kind === brokenRecord;
}

/** Whether an error is that of a record that this code cannot read: an invalid record, or a record of a newer version. */
export function isUnreadableRecord(error: unknown): error is SymError {
  return isBrokenRecord(error) || (error instanceof SymError && error.kind === newerRecord);
}

function nameOf(item: TableItem): string {
  const id = textIn(item, "pk");
  return id.slice(id.indexOf("#") + 1);
}

function dueAtOf(item: TableItem): number | null {
  const { due, due_at: dueAt } = item;
  return due === undefined || dueAt === undefined ? null : parsed(time, Number(dueAt.N), item);
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1_000);
}
