import { createHash } from "node:crypto";
import type { Access, State } from "@sym/lambda-core";

/**
 * - `pending`: the intent is written; no answer has said that the access is there.
 * - `open`: granted and recorded.
 * - `closing`: the run has ended, and the lease still lists it.
 */
export type RunState = "pending" | "open" | "closing";

/** All times are in milliseconds since the epoch. */
export type Run = {
  state: RunState;
  /** The state that the run asks for. */
  wanted: State;
  /** The end of the approved time; null in flows without an end. */
  expiresAt: number | null;
  /** A change that began for this run, and has no recorded result. Its invocation lives until `until` at the latest. */
  intent?: { state?: State; until: number };
  /** When a sweep reported this run as an orphan. */
  reportedAt?: number;
};

/** Why the last end failed, for people; and when the sweep tries again. The sentence holds no secret. */
export type Failure = { code: string; sentence: string; since: number; times: number; retryAt: number };

/** The record of one subject's access to one resource through us. Stored as one item. */
export type Lease<A extends Access = Access> = {
  key: string;
  /** Each write adds one; a write succeeds only over the version that it was made from. */
  version: number;
  /** Names the write that made this version, so that a writer whose answer was lost recognises its own. */
  writeId: string;
  access: A;
  /** The state before our first change, or what others have made of it since. Null until a run has held the lease. */
  standing: State | null;
  /** The states that we have set, or may have, since the lease was last unheld; see `intent` for changes under way. */
  ours: State[];
  /** Whether `ours` had states before others changed them, so that the target system may keep something of ours. */
  begun: boolean;
  /** The runs that hold this lease, by run id. */
  runs: Map<string, Run>;
  /** Tombstones: the runs that ended recently, with the time, for escalates that are still under way. */
  ended: Map<string, number>;
  /** The only invocation that may change the target system, until its Lambda deadline plus clock skew. */
  lock: { owner: string; until: number } | null;
  /** Our last recorded change of the target system. */
  changedAt: number | null;
  /** The last write of this record. */
  touchedAt: number;
  /** When the sweep must look at the lease; null for never. */
  dueAt: number | null;
  failure?: Failure;
};

const longestPart = 400;

/**
 * The key of one subject's access to one resource in one target system. A long part is hashed, since DynamoDB takes 2,048
 * bytes, and so is an e-mail, since keys are logged. No part that is not hashed has a colon.
 */
export function leaseKey(system: string, { host, resource, subject }: Access): string {
  return [system, host, resource, subject].map(partOfKey).join("|");
}

/** Whether a key is that of a lease in this target system. */
export function isKeyOf(system: string, key: string): boolean {
  return key.startsWith(`${partOfKey(system)}|`);
}

function partOfKey(part: string): string {
  const encoded = encodeURIComponent(part.toWellFormed());
  if (encoded.length <= longestPart && part.isWellFormed() && !part.includes("@")) return encoded;
  return `sha256:${createHash("sha256").update(JSON.stringify(part)).digest("hex")}`;
}
