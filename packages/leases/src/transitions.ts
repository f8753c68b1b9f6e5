// The steps of a lease as pure functions: no input or output, no clock, no randomness.
import type { Access } from "@sym/lambda-core";
import type { Failure, Lease, Run } from "./lease.ts";
import { clockSkewMs, oursOf } from "./states.ts";

/** How long a lease keeps a tombstone: longer than any invocation can live. */
const keepEndedRunsMs = 60 * 60 * 1_000;
/** The sweep reports the same orphan again after this time. */
const reportAgainAfterMs = 60 * 60 * 1_000;
/** After a failure the sweep retries in this time, then in twice the time, and so on. */
const retryAfterMs = { first: 60_000, longest: 60 * 60_000 };

/** The invocation that wants to change the target system. Points in time are in milliseconds since the epoch. */
export type Holder = {
  /** The invocation's own id. Another delivery of the same event has another id. */
  owner: string;
  /** Lambda kills the invocation at this time. */
  deadline: number;
  now: number;
  /** A run without a deescalate is an orphan this long after its end. */
  graceMs: number;
  /** Counts the holder's writes, so that each write gets its own id. */
  writes: () => number;
};

/** A lease that no run holds, before its first version. `write` adds the version, the id and the times. */
export function unheld<A extends Access>(key: string, access: A): Lease<A> {
  const never = { changedAt: null, touchedAt: 0, dueAt: null };
  const nothing = { standing: null, ours: [], begun: false, runs: new Map(), ended: new Map(), lock: null };
  return { key, version: 0, writeId: "", access, ...nothing, ...never };
}

export function isLocked(lease: Lease, { owner, now }: Pick<Holder, "owner" | "now">): boolean {
  return lease.lock !== null && lease.lock.owner !== owner && now < lease.lock.until;
}

export function lock<L extends Lease>(lease: L, holder: Pick<Holder, "owner" | "deadline">): L {
  return { ...lease, lock: { owner: holder.owner, until: lockEnd(holder) } };
}

/** Lambda kills the holder at its deadline, which is the fence. */
export function lockEnd({ deadline }: Pick<Holder, "deadline">): number {
  return deadline + clockSkewMs;
}

/** The lease without the lock of a dead invocation, which may have changed the target system until the end of the lock. */
export function afterLock<L extends Lease>(lease: L): L {
  if (lease.lock === null) return lease;
  return { ...lease, lock: null, changedAt: Math.max(lease.changedAt ?? 0, lease.lock.until) };
}

/** Releases the lock, if this invocation is the holder. */
export function unlock<L extends Lease>(lease: L, { owner }: Pick<Holder, "owner">): L {
  return lease.lock?.owner === owner ? { ...lease, lock: null } : lease;
}

/** The lease with a run replaced. */
export function withRun<L extends Lease>(lease: L, runId: string, run: Run): L {
  return { ...lease, runs: new Map(lease.runs).set(runId, run) };
}

/** Records that a run has ended. Any invocation may do so at any time, even while another invocation holds the lock. */
export function end<L extends Lease>(lease: L, runId: string, now: number): L {
  const run = lease.runs.get(runId);
  if (run) return withRun(lease, runId, { ...run, state: "closing" });
  return { ...lease, ended: new Map(lease.ended).set(runId, now) };
}

export function isOpen(lease: Lease, runId: string): boolean {
  return lease.runs.get(runId)?.state === "open";
}

/** Marks the run `open` and releases the lock. For a run that has been closed, keeps the lock for the rollback. */
export function confirm<L extends Lease>(lease: L, runId: string, holder: Holder): L {
  const run = lease.runs.get(runId);
  if (!run || run.state === "closing") return lease;
  const { intent, ...rest } = run;
  const confirmed = {
    ...lease,
    ours: oursOf(lease),
    changedAt: intent?.state ? holder.now : lease.changedAt,
  };
  return unlock(withRun(confirmed, runId, { ...rest, state: "open" }), holder);
}

/** Ends the pending runs of dead invocations, and with `end` also the orphans. */
export function endAbandoned<L extends Lease>(
  lease: L,
  { now, graceMs }: Holder,
  expired: "end" | "report",
): L {
  const abandoned = [...lease.runs].filter(
    ([, run]) => run.state === "pending" || (expired === "end" && isOrphan(run, now, graceMs)),
  );
  return abandoned.reduce((ended, [runId]) => end(ended, runId, now), lease);
}

/** Whether a run is past its end and the grace period, and its deescalate never arrived. */
function isOrphan(run: Run, now: number, graceMs: number): boolean {
  return run.state === "open" && run.expiresAt !== null && now >= run.expiresAt + graceMs;
}

/** The orphans that no sweep has reported in the last reporting interval. */
export function orphansOf({ runs }: Lease, { now, graceMs }: Holder): string[] {
  return [...runs]
    .filter(([, run]) => isOrphan(run, now, graceMs) && now >= (run.reportedAt ?? 0) + reportAgainAfterMs)
    .map(([runId]) => runId);
}

/** Records that the sweep has reported these orphans. An orphan that stays open is due again after the reporting interval. */
export function markReported<L extends Lease>(lease: L, orphans: string[], now: number): L {
  const runs = [...lease.runs].map(
    ([runId, run]) => [runId, orphans.includes(runId) ? { ...run, reportedAt: now } : run] as const,
  );
  return { ...lease, runs: new Map(runs) };
}

/** The ended runs that the lease still lists. */
export function closingRuns({ runs }: Lease): string[] {
  return [...runs].flatMap(([runId, { state }]) => (state === "closing" ? [runId] : []));
}

/** Drops the closing runs, whose end is finished, and the recorded failure. The states that were set for the runs stay ours. */
export function removeClosedRuns<L extends Lease>(lease: L, holder: Holder): L {
  const { failure: _, ...rest } = lease;
  return dropRuns({ ...(rest as L), ours: oursOf(lease) }, closingRuns(lease), holder);
}

/** Drops runs with their intents, and adds their tombstones. */
export function dropRuns<L extends Lease>(lease: L, dropped: string[], { now }: Pick<Holder, "now">): L {
  const recent = [...lease.ended].filter(([, at]) => now < at + keepEndedRunsMs);
  return {
    ...lease,
    runs: new Map([...lease.runs].filter(([runId]) => !dropped.includes(runId))),
    ended: new Map([...recent, ...dropped.map((runId) => [runId, now] as const)]),
  };
}

/**
 * Drops runs that were never opened for the lease. Their invocations have set no state, so a lock that such an invocation left
 * hides no change. `stored` is the lease before this invocation's own lock.
 */
export function dropUnopened<L extends Lease>(
  lease: L,
  dropped: string[],
  stored: L,
  holder: Pick<Holder, "now">,
): L {
  const left = dropped.some((runId) => stored.runs.get(runId)?.intent?.until === stored.lock?.until);
  const lock = lease === stored ? null : lease.lock;
  return dropRuns(left ? { ...lease, lock, changedAt: stored.changedAt } : lease, dropped, holder);
}

/** The lease with another failed end. */
export function fail<L extends Lease>(
  lease: L,
  { code, sentence }: Pick<Failure, "code" | "sentence">,
  now: number,
): L {
  const { since = now, times = 0 } = lease.failure ?? {};
  const wait = Math.min(retryAfterMs.first * 2 ** times, retryAfterMs.longest);
  return { ...lease, failure: { code, sentence, since, times: times + 1, retryAt: now + wait } };
}

/** The next version of a lease, for the store. */
export function write<L extends Lease>(lease: L, holder: Holder): L {
  const writeId = `${holder.owner}/${holder.writes()}`;
  return {
    ...lease,
    version: lease.version + 1,
    writeId,
    touchedAt: holder.now,
    dueAt: dueAt(lease, holder),
  };
}

/**
 * When the lease is due for the sweep: for a pending run, when its invocation is dead; for a closing run, at once or, after a
 * failure, at the time of the next try; for an open run, at its end plus grace and again at each reporting interval. Never
 * while an invocation holds the lock. Null if no run makes the lease due.
 */
function dueAt({ lock, runs, failure }: Lease, { now, graceMs }: Holder): number | null {
  const moments = [...runs.values()].map((run) => {
    if (run.state === "pending") return run.intent?.until ?? now;
    if (run.state === "closing") return Math.max(now, failure?.retryAt ?? 0);
    if (run.expiresAt === null) return Number.POSITIVE_INFINITY;
    const again = run.reportedAt === undefined ? 0 : run.reportedAt + reportAgainAfterMs;
    return Math.max(run.expiresAt + graceMs, again);
  });
  const first = Math.min(...moments);
  return Number.isFinite(first) ? Math.max(first, lock?.until ?? 0) : null;
}
