import type { Access, State } from "@sym/lambda-core";

/**
 * - `pending`: the intent is written; no answer has said that the grant succeeded.
 * - `open`: granted and recorded.
 * - `closing`: the run has ended, and the lease still lists it.
 */
export type RunState = "pending" | "open" | "closing";

export type Run = {
  state: RunState;
  /** The end of the approved time, in milliseconds since the epoch; null in flows without an end. */
  expiresAt: number | null;
  /** When a sweep reported this run as an orphan, in milliseconds since the epoch. */
  reportedAt?: number;
};

/** The record of one subject's access to one resource through us. Stored as one item. */
export type Lease = {
  /** The version of this shape. A newer build must be able to read the records of older ones. */
  schema: 1;
  key: string;
  /** Each write adds one; a write succeeds only over the version that it was made from. */
  version: number;
  /** Names the write that made this version, so that a writer whose answer was lost recognises its own. */
  writeId: string;
  access: Access;
  /**
   * The state before our first change; while no run holds the lease, the state that the last run left. Null if no state
   * was found yet.
   */
  standing: { state: State; sufficient: boolean } | null;
  /** The runs that hold this lease, by run id. */
  runs: Record<string, Run>;
  /** Tombstones: the runs that ended recently, with the time, for escalates that are still under way. */
  ended: Record<string, number>;
  /** The only invocation that may change the target system, until its Lambda deadline plus clock skew. */
  lock: { owner: string; until: number } | null;
  /** The last write, in milliseconds since the epoch. */
  touchedAt: number;
  /** When the sweep must look at the lease, in milliseconds since the epoch; null for never. */
  dueAt: number | null;
};

/** The key of one subject's access to one resource in one target system. */
export function leaseKey(system: string, access: Access): string {
  return [system, access.resource, access.subject].map(encodeURIComponent).join("|");
}

/** The resource in a lease's key. */
export function resourceIn(key: string): string {
  return decodeURIComponent(key.split("|")[1] ?? "");
}
