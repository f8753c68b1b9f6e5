import type { Person } from "./person.ts";
import type { AccessRequest, Status } from "./request.ts";

/** Requests by one of the indexes, which were asked at `from` or later, and before `to`, in milliseconds since the epoch. */
export type RequestQuery = (
  | { person: Person }
  | { target: string }
  | { status: Status }
  /** The requests that the watchman must look at. */
  | { open: true }
) & { from?: number; to?: number; limit: number };

/** Whether a write took effect. After a write without effect, `current` is the stored record. */
type Written = { won: true } | { won: false; current: AccessRequest | undefined };

/**
 * Stores requests. Every write concerns one record, is atomic, and is visible to every later read. A failed call throws, and may
 * or may not have taken effect.
 */
export type RequestStore = {
  read(id: string): Promise<AccessRequest | undefined>;
  /** Writes the next version of a record. Changes nothing unless the stored version is the previous version. */
  write(request: AccessRequest): Promise<Written>;
  /** The ids, the newest request first. May lag behind writes, so a record may no longer fit the query. */
  ids(query: RequestQuery): Promise<string[]>;
};
