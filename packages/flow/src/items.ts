// The layout of requests as items of the table. Pure functions.
import { createHash } from "node:crypto";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { SymError } from "@sym/lambda-core";
import * as v from "valibot";
import { type AccessRequest, isOpen } from "./request.ts";
import { requestShape } from "./request-shape.ts";
import type { RequestQuery } from "./store.ts";
import { type IndexName, indexAttributes, ttlAttribute } from "./table.ts";

export type TableItem = Record<string, AttributeValue>;

const daySeconds = 24 * 60 * 60;

/** A request as an item. The fields for conditions and indexes are attributes; the whole record is JSON in `record`. */
export function requestItem(request: AccessRequest, keepDays: number): TableItem {
  const { id, version, requester, target, status, times } = request;
  return {
    ...keyOf(id),
    version: number(version),
    [indexAttributes.person]: { S: hashOf(requester) },
    [indexAttributes.target]: { S: target },
    [indexAttributes.status]: { S: status },
    ...(isOpen(request) && { [indexAttributes.open]: open }),
    asked_at: number(times.asked),
    ...(hasEnded(request) && { [ttlAttribute]: number(expiry(request, keepDays)) }),
    record: { S: JSON.stringify(request) },
  };
}

/** Throws if the item is not a valid request: no step may act on a broken record, or on a record that the step would misread. */
export function readRequest(item: TableItem): AccessRequest {
  refuseOtherFormat(item);
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), requestShape), item["record"]?.S);
  if (!parsed.success) throw broken(item, v.getDotPath(parsed.issues[0]));
  const { id, version } = parsed.output;
  if (idIn(item) !== id || item["version"]?.N !== String(version)) throw broken(item, "id or version");
  return parsed.output;
}

export function keyOf(id: string): TableItem {
  return { pk: { S: id } };
}

export function idIn(item: TableItem): string {
  return item["pk"]?.S ?? "";
}

/** The index of a query, and the key of the query's partition. */
export function partitionOf(query: RequestQuery): { index: IndexName; key: AttributeValue } {
  if ("person" in query) return { index: "person", key: { S: hashOf(query.person) } };
  if ("target" in query) return { index: "target", key: { S: query.target } };
  if ("status" in query) return { index: "status", key: { S: query.status } };
  return { index: "open", key: open };
}

export function number(value: number): AttributeValue.NMember {
  return { N: String(value) };
}

const open: AttributeValue.SMember = { S: "open" };

/** A failed request has not ended: its access may still be there, so its record stays. */
function hasEnded({ status, times }: AccessRequest): boolean {
  return times.over !== null && status !== "failed";
}

function expiry({ times }: AccessRequest, keepDays: number): number {
  return Math.ceil((times.over ?? 0) / 1_000) + keepDays * daySeconds;
}

/** E-mails are no part of keys, which appear in AWS's logs. */
function hashOf(person: string): string {
  return createHash("sha256").update(person).digest("base64url");
}

/**
 * Throws for a record in the format of a newer version. Records of the first format have no attribute `record_format`. A
 * version whose records this code would misread or refuse writes 2 there; a new optional field, which this code may drop,
 * keeps the format.
 */
function refuseOtherFormat(item: TableItem): void {
  const { record_format: format } = item;
  if (format === undefined) return;
  if (!(Number(format.N) > 1)) throw broken(item, "record_format");
  throw new SymError(
    `The record ${idIn(item)} in the table of requests has the format ${format.N} of a newer version, so the flow changes nothing; deploy the newer version again, or end the request with the newer version before you go back`,
    { reason: "unavailable", retryable: false },
  );
}

function broken(item: TableItem, where: string | null): SymError {
  return new SymError(
    `The record ${idIn(item)} in the table of requests makes no sense${where ? ` (${where})` : ""}, so the flow changes nothing; revoke the access manually in the target system, then correct or delete the record`,
    { reason: "unavailable", retryable: false },
  );
}
