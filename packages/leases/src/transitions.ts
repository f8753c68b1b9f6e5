// The protocol: what may follow what, as pure functions of a lease. No input or output, no clock, no chance.
import type { Access, State } from "@sym/lambda-core";
import type { Lease, Run } from "./lease.ts";

/** Two clocks in one AWS region differ by far less; Lambda's are kept by NTP. In milliseconds. */
export const clockSkew = 5_000;
/** For how long an ended run is remembered in its lease: longer than any invocation can live. In milliseconds. */
const remembrance = 60 * 60 * 1_000;

/** How often people are told of the same run whose deescalate never came. In milliseconds. */
const reminder = 60 * 60 * 1_000;

/** Who wants to change the target system, and when it is dead for certain. Times in milliseconds since the epoch. */
export type Holder = {
  owner: string;
  deadline: number;
  now: number;
  /** How long after the end of its time a run is taken for abandoned. */
  grace: number;
  /** Counts the holder's writes, so that each has a name of its own. */
  writes: () => number;
};

/** A lease without what `write` adds. */
type Draft = Omit<Lease, "writeId" | "touchedAt" | "dueAt">;

/** What was found in the target system, while nobody of us was changing it. */
type Found = { state: State; sufficient: boolean; access: Access };

/** `lookedAt`: not later than the reading of the target system. */
type Claim = {
  key: string;
  runId: string;
  expiresAt: number | null;
  found: Found;
  lookedAt: number;
  staleReadMs: number;
};

/**
 * An escalate begins: records the intent, with what was found, before anything is changed. `locked` means that
 * another invocation is changing this access until then; `ended`, that the run may not have access any more.
 */
export function claim(
  lease: Lease | undefined,
  { key, runId, expiresAt, found, lookedAt, staleReadMs }: Claim,
  holder: Holder,
): { is: "ended" } | { is: "locked" } | { is: "claimed"; lease: Lease } {
  if (lease && (lease.ended[runId] || lease.runs[runId]?.state === "closing")) return { is: "ended" };
  // While the lock was held, the reading could go out of date, also at the hands of a dead invocation.
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
        lock: { owner: holder.owner, until: holder.deadline + clockSkew },
      },
      holder,
    ),
  };
}

/**
 * What was there before the first of the runs that hold the lease, or what somebody else has made of it since. A
 * reading that contradicts what we left behind a moment ago is taken for a late echo of our own change, where the
 * target system is known to have such echoes.
 */
function standingBefore(
  lease: Lease | undefined,
  found: Found,
  staleReadMs: number,
  lookedAt: number,
): Lease["standing"] {
  const isKnown = lease && (Object.keys(lease.runs).length > 0 || mayEcho(lease, lookedAt, staleReadMs));
  if (isKnown && lease.standing && !isChangedByOthers(lease, found.state)) return lease.standing;
  return { state: found.state, sufficient: found.sufficient };
}

/** Whether a reading may still show what our last change replaced. */
export function mayEcho({ touchedAt }: Lease, lookedAt: number, staleReadMs: number): boolean {
  return staleReadMs > 0 && lookedAt < touchedAt + staleReadMs + clockSkew;
}

/**
 * A run ends of which the lease knows nothing. This changes nothing in the target system, so what was left behind long
 * ago is forgotten: the write must not make it look recent, and explain away what somebody else has made of it since.
 */
export function bury(lease: Lease, runId: string, now: number, staleReadMs: number): Draft {
  const isHeld = Object.keys(lease.runs).length > 0;
  const standing = isHeld || mayEcho(lease, now, staleReadMs) ? lease.standing : null;
  return end({ ...lease, standing }, runId, now);
}

/** A lease that no run holds, before its first version. */
export function unheld(key: string, access: Access): Draft {
  return { schema: 1, key, version: 0, access, standing: null, runs: {}, ended: {}, lock: null };
}

/** The grant is there: the run is open, unless it was ended meanwhile, which `isOpen` then tells. */
export function confirm(lease: Lease, runId: string): Lease {
  const run = lease.runs[runId];
  if (run?.state !== "pending") return lease;
  return { ...lease, runs: { ...lease.runs, [runId]: { ...run, state: "open" } } };
}

export function isOpen(lease: Lease, runId: string): boolean {
  return lease.runs[runId]?.state === "open";
}

/** A run has ended. Anybody may say so at any time, also while another invocation holds the lock. */
export function end<L extends Draft>(lease: L, runId: string, now: number): L {
  const run = lease.runs[runId];
  if (!run) return { ...lease, ended: { ...lease.ended, [runId]: lease.ended[runId] ?? now } };
  return { ...lease, runs: { ...lease.runs, [runId]: { ...run, state: "closing" } } };
}

/** The sweep ends what nobody else will: grants that were begun by a dead invocation, and runs past their time. */
export function endAbandoned(lease: Lease, { now, grace }: Holder, expired: "end" | "report"): Lease {
  const abandoned = Object.entries(lease.runs).filter(
    ([, run]) => run.state === "pending" || (expired === "end" && isOrphan(run, now, grace)),
  );
  return abandoned.reduce((ended, [runId]) => end(ended, runId, now), lease);
}

/** A run whose deescalate never came: its time and the grace period are over, both in milliseconds. */
function isOrphan(run: Run, now: number, grace: number): boolean {
  return run.state === "open" && run.expiresAt !== null && now >= run.expiresAt + grace;
}

/** The runs whose deescalate never came, and of which nobody was told lately. */
export function orphansOf({ runs }: Lease, { now, grace }: Holder): string[] {
  return Object.entries(runs)
    .filter(([, run]) => isOrphan(run, now, grace) && now >= (run.reportedAt ?? 0) + reminder)
    .map(([runId]) => runId);
}

/** People are told of these runs. Those that stay as they are wait for the next time behind all that is due by then. */
export function tell(lease: Lease, orphans: string[], now: number): Lease {
  const told = orphans.map((runId) => [runId, { ...lease.runs[runId], reportedAt: now }] as const);
  return { ...lease, runs: { ...lease.runs, ...(Object.fromEntries(told) as Lease["runs"]) } };
}

/** What the end of the closing runs asks for. */
export type Ending =
  /** Other runs hold the access; the latest of them ends then. */
  | { is: "held"; until: number | null }
  /** The access was there before, and nothing was ever changed. */
  | { is: "standing" }
  /** Put back what was there before. */
  | { is: "restore" };

export function endingOf(lease: Lease): Ending {
  const holding = Object.values(lease.runs).filter((run) => run.state !== "closing");
  if (holding.length > 0) {
    const ends = holding.map((run) => run.expiresAt);
    return { is: "held", until: ends.includes(null) ? null : Math.max(...ends.map(Number)) };
  }
  return { is: lease.standing?.sufficient ? "standing" : "restore" };
}

/** Somebody else changed the state since the grant: it is neither what we made nor what was there before. */
export function isChangedByOthers(lease: Lease, state: State): boolean {
  return state !== lease.standing?.state && !lease.access.granted.includes(state);
}

export function isLocked(lease: Lease, { owner, now }: Pick<Holder, "owner" | "now">): boolean {
  return lease.lock !== null && lease.lock.owner !== owner && now < lease.lock.until;
}

export function lock(lease: Lease, holder: Holder): Lease {
  return { ...lease, lock: { owner: holder.owner, until: holder.deadline + clockSkew } };
}

/** What the end of the closing runs asked for is done: they are over, the lock is free, and `left` is what remains. */
export function settle(lease: Lease, holder: Holder, left = lease.standing): Lease {
  const closing = Object.keys(lease.runs).filter((runId) => lease.runs[runId]?.state === "closing");
  const recent = Object.entries(lease.ended).filter(([, at]) => holder.now < at + remembrance);
  return {
    ...lease,
    lock: isLocked(lease, holder) ? lease.lock : null,
    standing: left,
    runs: Object.fromEntries(Object.entries(lease.runs).filter(([runId]) => !closing.includes(runId))),
    ended: Object.fromEntries([...recent, ...closing.map((runId) => [runId, holder.now])]),
  };
}

/** Gives the lock back, if it is still ours. */
export function unlock(lease: Lease, { owner }: Pick<Holder, "owner">): Lease {
  return lease.lock?.owner === owner ? { ...lease, lock: null } : lease;
}

/** The next version of a lease, as it goes to the store. */
export function write(lease: Draft, holder: Holder): Lease {
  const version = lease.version + 1;
  const writeId = `${holder.owner}/${holder.writes()}`;
  return { ...lease, version, writeId, touchedAt: holder.now, dueAt: dueAt(lease, holder) };
}

/**
 * Work in progress is due when its lock ends, an ended run at once, an open one when its time and grace are over, and
 * again for each reminder.
 */
function dueAt({ lock, runs }: Pick<Lease, "lock" | "runs">, { now, grace }: Holder): number | null {
  const moments = Object.values(runs).map((run) => {
    if (run.state !== "open") return lock?.until ?? now;
    if (run.expiresAt === null) return Number.POSITIVE_INFINITY;
    return Math.max(run.expiresAt + grace, run.reportedAt === undefined ? 0 : run.reportedAt + reminder);
  });
  const first = Math.min(...moments, lock?.until ?? Number.POSITIVE_INFINITY);
  return Number.isFinite(first) ? first : null;
}
