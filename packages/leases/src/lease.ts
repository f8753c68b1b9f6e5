import type { Access, State } from "@sym/lambda-core";

/**
 * How far one run has come.
 * - `pending`: its grant has begun, and nobody was told that it succeeded.
 * - `open`: its requester was told that the access is there.
 * - `closing`: it has ended, and its hold on the access is still to be taken away.
 */
export type RunState = "pending" | "open" | "closing";

export type Run = {
  state: RunState;
  /** When the approved time is over, in milliseconds since the epoch; null in flows without an end. */
  expiresAt: number | null;
  /** When a sweep that only reports told of this run, whose deescalate never came. In milliseconds since the epoch. */
  reportedAt?: number;
};

/** Everything that is known about one subject's access to one resource through us. Stored as one item. */
export type Lease = {
  /** The version of this shape. A newer build must be able to read the records of older ones. */
  schema: 1;
  key: string;
  /** Goes up by one with each write; a write succeeds only over the version that it was made from. */
  version: number;
  /** Names the write that made this version, so that a writer who lost the answer can recognise its own. */
  writeId: string;
  access: Access;
  /**
   * What was there before our first change; while nobody holds the lease, what was left behind. Null if a run ended
   * before anything was ever found.
   */
  standing: { state: State; sufficient: boolean } | null;
  /** The runs that hold this lease, by run id. */
  runs: Record<string, Run>;
  /** Runs that have ended lately, with the time, so that an escalate still under way learns of it. */
  ended: Record<string, number>;
  /** Who may change the target system, and until when: the end of that invocation's life, and clock skew. */
  lock: { owner: string; until: number } | null;
  /** When the record was last written, in milliseconds since the epoch. */
  touchedAt: number;
  /** When the sweep has something to do, or null. */
  dueAt: number | null;
};

/** Names one subject's access to one resource in one target system. */
export function leaseKey(system: string, access: Access): string {
  return [system, access.resource, access.subject].map(encodeURIComponent).join("|");
}

/** The resource that a lease's key names. */
export function resourceIn(key: string): string {
  return decodeURIComponent(key.split("|")[1] ?? "");
}
