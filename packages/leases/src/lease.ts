import { createHash } from "node:crypto";
import { type Access, hashOfId, type State, type SymRequest } from "@sym/lambda-core";

/**
 * - `pending`: the intent is written; no answer has confirmed the grant.
 * - `open`: granted and recorded.
 * - `closing`: the run has ended, and the lease still lists the run.
 */
export type RunState = "pending" | "open" | "closing";

/** All times are in milliseconds since the epoch. */
export type Run = {
  state: RunState;
  /** The state that the run requests. */
  wanted: State;
  /** The end of the approved time; null in flows without a duration. */
  expiresAt: number | null;
  /** A change that began for this run, and has no recorded result. Its invocation is dead after `until`. */
  intent?: { state?: State; until: number };
  /** When a sweep reported this run as an orphan. */
  reportedAt?: number;
};

/** The failure of the last end, for people, and the time when the sweep tries again. The sentence holds no secret. */
export type Failure = { code: string; sentence: string; since: number; times: number; retryAt: number };

/** The record of a subject's access to a resource, and of the runs that hold the access. Stored as a single item. */
export type Lease<A extends Access = Access> = {
  key: string;
  /** Each write increments the version, and succeeds only over the version before. */
  version: number;
  /** The id of the last write: a writer whose answer was lost recognises its own write. */
  writeId: string;
  access: A;
  /** The state before our first change, or the state that others have set since. Null until a run has held the lease. */
  standing: State | null;
  /** The states that our invocations have set, or may have set, since the lease was last unheld; see `intent`, too. */
  ours: State[];
  /** Whether `ours` had states before others changed the access, so that the target system may keep leftovers of ours. */
  begun: boolean;
  /** The runs that hold this lease, by run id. */
  runs: Map<string, Run>;
  /** Tombstones: the recently ended runs with the time of their end, for escalates still under way. */
  ended: Map<string, number>;
  /** The only invocation that may change the target system, until its Lambda deadline plus clock skew. */
  lock: { owner: string; until: number } | null;
  /** Our last recorded change of the target system. */
  changedAt: number | null;
  /** The last write of this record. */
  touchedAt: number;
  /** When the lease is due for the sweep; null for never. */
  dueAt: number | null;
  failure?: Failure;
  /** The last time that a person ended all holds by hand, and the person's ARN in AWS. For people. */
  forgotten?: { by: string; at: number };
};

const longestPart = 400;

/**
 * The key of a subject's access to a resource in a target system. A long part is hashed, since DynamoDB takes 2,048
 * bytes. An e-mail is hashed, since keys are logged. An encoded part has no colon, so no part can pass for a hash.
 */
export function leaseKey(system: string, { host, resource, subject }: Access): string {
  return [system, host, resource, subject].map(partOfKey).join("|");
}

/** A hash of the requester and the wanted state. Both stay the same for the whole life of a run. */
export function wishOf({ requester }: SymRequest, wanted: State): string {
  return createHash("sha256")
    .update(JSON.stringify([requester.toLowerCase(), wanted]))
    .digest("base64url");
}

/** Whether a key belongs to a lease of this handler. */
export function isKeyOf(system: string, key: string): boolean {
  return key.startsWith(`${partOfKey(system)}|`);
}

function partOfKey(part: string): string {
  const encoded = encodeURIComponent(part.toWellFormed());
  if (encoded.length <= longestPart && part.isWellFormed() && !part.includes("@")) return encoded;
  return hashOfId(part);
}
