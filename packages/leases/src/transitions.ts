// The protocol as pure functions of a lease: no input or output, no clock, no randomness.
import type { Access, Reading, State } from "@sym/lambda-core";
import type { Lease, Run } from "./lease.ts";

/** Two clocks in one AWS region differ by far less: Lambda keeps its clocks by NTP. */
export const clockSkewMs = 5_000;
/** How long a lease lists an ended run: longer than any invocation can live. */
const keepEndedRunsMs = 60 * 60 * 1_000;

/** The sweep reports the same orphan again after this time. */
const reportAgainAfterMs = 60 * 60 * 1_000;

/** The invocation that wants to change the target system. Times in milliseconds since the epoch. */
export type Holder = {
  owner: string;
  /** Lambda kills the invocation at this time. */
  deadline: number;
  now: number;
  /** A run without a deescalate is an orphan this long after its end. */
  graceMs: number;
  /** Counts the holder's writes, so that each gets a name of its own. */
  writes: () => number;
};

/** A lease without the fields that `write` adds. */
type Draft = Omit<Lease, "writeId" | "touchedAt" | "dueAt">;

/** `found` was read while no other invocation held the lock, and not before `lookedAt`. */
type Claim = {
  key: string;
  runId: string;
  expiresAt: number | null;
  found: Reading<Access>;
  lookedAt: number;
  staleReadMs: number;
};

/**
 * The lease with the intent of an escalate and the state found before the change. `locked`: another invocation is
 * changing this access. `ended`: the run must not get access any more.
 */
export function claim(
  lease: Lease | undefined,
  { key, runId, expiresAt, found, lookedAt, staleReadMs }: Claim,
  holder: Holder,
): { is: "ended" } | { is: "locked" } | { is: "claimed"; lease: Lease } {
  if (lease && (lease.ended[runId] || lease.runs[runId]?.state === "closing")) return { is: "ended" };
  // While the lock was held, its holder could change the state after the reading, even if the holder is dead by now.
  if (lease && isLocked(lease, { owner: holder.owner, now: lookedAt })) return { is: "locked" };
  const known = lease?.runs[runId];
  const run: Run = known?.state === "open" ? known : { state: "pending", expiresAt };
  return {
    is: "claimed",
    lease: write(
      {
        ...(lease ?? unheld(key, found.access)),
        access: found.access,
        standing: standingBefore(lease, found, staleReadMs, lookedAt),
        runs: { ...lease?.runs, [runId]: run },
        lock: { owner: holder.owner, until: holder.deadline + clockSkewMs },
      },
      holder,
    ),
  };
}

/**
 * The state before the first run of the lease, or the state to which others have changed it since. Within the
 * eventual-consistency window after our own change, a contradicting reading counts as a stale read.
 */
function standingBefore(
  lease: Lease | undefined,
  found: Reading<Access>,
  staleReadMs: number,
  lookedAt: number,
): Lease["standing"] {
  const isKnown = lease && (Object.keys(lease.runs).length > 0 || mayBeStale(lease, lookedAt, staleReadMs));
  if (isKnown && lease.standing && !isChangedByOthers(lease, found.state)) return lease.standing;
  return { state: found.state, sufficient: found.sufficient };
}

/** Whether a reading may be a stale read of the state before our last change. */
export function mayBeStale({ touchedAt }: Lease, lookedAt: number, staleReadMs: number): boolean {
  return staleReadMs > 0 && lookedAt < touchedAt + staleReadMs + clockSkewMs;
}

/**
 * The lease with a tombstone: a run ends that the lease does not list. The target system does not change, so an old
 * standing state is dropped: with the new `touchedAt` it would pass for a recent one, and changes by others for stale reads.
 */
export function addTombstone(lease: Lease, runId: string, now: number, staleReadMs: number): Draft {
  const isHeld = Object.keys(lease.runs).length > 0;
  const standing = isHeld || mayBeStale(lease, now, staleReadMs) ? lease.standing : null;
  return end({ ...lease, standing }, runId, now);
}

/** A lease that no run holds, before its first version. */
export function unheld(key: string, access: Access): Draft {
  return { schema: 1, key, version: 0, access, standing: null, runs: {}, ended: {}, lock: null };
}

/** The run is granted and becomes open, unless it was closed meanwhile; `isOpen` tells which. */
export function confirm(lease: Lease, runId: string): Lease {
  const run = lease.runs[runId];
  if (run?.state !== "pending") return lease;
  return { ...lease, runs: { ...lease.runs, [runId]: { ...run, state: "open" } } };
}

export function isOpen(lease: Lease, runId: string): boolean {
  return lease.runs[runId]?.state === "open";
}

/** A run has ended. Every invocation may record this at any time, also while another one holds the lock. */
export function end<L extends Draft>(lease: L, runId: string, now: number): L {
  const run = lease.runs[runId];
  if (!run) return { ...lease, ended: { ...lease.ended, [runId]: lease.ended[runId] ?? now } };
  return { ...lease, runs: { ...lease.runs, [runId]: { ...run, state: "closing" } } };
}

/** Ends the grants of dead invocations, and with `end` also the orphans. */
export function endAbandoned(lease: Lease, { now, graceMs }: Holder, expired: "end" | "report"): Lease {
  const abandoned = Object.entries(lease.runs).filter(
    ([, run]) => run.state === "pending" || (expired === "end" && isOrphan(run, now, graceMs)),
  );
  return abandoned.reduce((ended, [runId]) => end(ended, runId, now), lease);
}

/** Whether a run is past its end and the grace period, and its deescalate never came. */
function isOrphan(run: Run, now: number, graceMs: number): boolean {
  return run.state === "open" && run.expiresAt !== null && now >= run.expiresAt + graceMs;
}

/** The orphans that were not reported recently. */
export function orphansOf({ runs }: Lease, { now, graceMs }: Holder): string[] {
  return Object.entries(runs)
    .filter(([, run]) => isOrphan(run, now, graceMs) && now >= (run.reportedAt ?? 0) + reportAgainAfterMs)
    .map(([runId]) => runId);
}

/** The sweep has reported these orphans. Those that stay open are due again after the next reporting interval. */
export function markReported(lease: Lease, orphans: string[], now: number): Lease {
  const reported = orphans.map((runId) => [runId, { ...lease.runs[runId], reportedAt: now }] as const);
  return { ...lease, runs: { ...lease.runs, ...(Object.fromEntries(reported) as Lease["runs"]) } };
}

/** The work that is left when the closing runs end. */
export type Ending =
  /** Other runs hold the access; `until` is the latest of their ends. */
  | { is: "held"; until: number | null }
  /** The standing state was sufficient, so nothing was ever changed. */
  | { is: "standing" }
  /** The standing state must be restored. */
  | { is: "restore" };

export function endingOf(lease: Lease): Ending {
  const holding = Object.values(lease.runs).filter((run) => run.state !== "closing");
  if (holding.length > 0) {
    const ends = holding.map((run) => run.expiresAt);
    return { is: "held", until: ends.includes(null) ? null : Math.max(...ends.map(Number)) };
  }
  return { is: lease.standing?.sufficient ? "standing" : "restore" };
}

/** Whether others changed the state since the grant: it is neither granted by us nor the standing state. */
export function isChangedByOthers(lease: Lease, state: State): boolean {
  return state !== lease.standing?.state && !lease.access.granted.includes(state);
}

export function isLocked(lease: Lease, { owner, now }: Pick<Holder, "owner" | "now">): boolean {
  return lease.lock !== null && lease.lock.owner !== owner && now < lease.lock.until;
}

export function lock(lease: Lease, holder: Holder): Lease {
  return { ...lease, lock: { owner: holder.owner, until: holder.deadline + clockSkewMs } };
}

/** Drops the closing runs, whose end is finished, and frees the lock. `left` is the state that remains. */
export function removeClosedRuns(lease: Lease, holder: Holder, left = lease.standing): Lease {
  const closing = Object.keys(lease.runs).filter((runId) => lease.runs[runId]?.state === "closing");
  const recent = Object.entries(lease.ended).filter(([, at]) => holder.now < at + keepEndedRunsMs);
  return {
    ...lease,
    lock: isLocked(lease, holder) ? lease.lock : null,
    standing: left,
    runs: Object.fromEntries(Object.entries(lease.runs).filter(([runId]) => !closing.includes(runId))),
    ended: Object.fromEntries([...recent, ...closing.map((runId) => [runId, holder.now])]),
  };
}

/** Releases the lock, if this invocation still holds it. */
export function unlock(lease: Lease, { owner }: Pick<Holder, "owner">): Lease {
  return lease.lock?.owner === owner ? { ...lease, lock: null } : lease;
}

/** The next version of a lease, as the store gets it. */
export function write(lease: Draft, holder: Holder): Lease {
  const version = lease.version + 1;
  const writeId = `${holder.owner}/${holder.writes()}`;
  return { ...lease, version, writeId, touchedAt: holder.now, dueAt: dueAt(lease, holder) };
}

/**
 * When the sweep must look at the lease: unfinished work when its lock ends, a closing run at once, an open run at its
 * end plus grace and again at each reporting interval.
 */
function dueAt({ lock, runs }: Pick<Lease, "lock" | "runs">, { now, graceMs }: Holder): number | null {
  const moments = Object.values(runs).map((run) => {
    if (run.state !== "open") return lock?.until ?? now;
    if (run.expiresAt === null) return Number.POSITIVE_INFINITY;
    return Math.max(
      run.expiresAt + graceMs,
      run.reportedAt === undefined ? 0 : run.reportedAt + reportAgainAfterMs,
    );
  });
  const first = Math.min(...moments, lock?.until ?? Number.POSITIVE_INFINITY);
  return Number.isFinite(first) ? first : null;
}
