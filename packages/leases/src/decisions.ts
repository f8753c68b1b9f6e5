// Decides how an event changes a lease: pure functions of the lease, of the reading of the target system, and of the time.
import type { Access, Change, Reading, State } from "@sym/lambda-core";
import type { Lease, Run } from "./lease.ts";
import {
  follow,
  hasBegun,
  hasLeftovers,
  latestEnd,
  mayBeStale,
  openRuns,
  openWishes,
  oursOf,
  type ReadState,
  type Rules,
  shouldBe,
} from "./states.ts";
import {
  afterLock,
  closingRuns,
  endAbandoned,
  type Holder,
  isLocked,
  isOpen,
  lock,
  lockEnd,
  markReported,
  orphansOf,
  unheld,
  withRun,
} from "./transitions.ts";

/** A run that asks for access. No other invocation held the lock while `found` was read; the read began at `at` or later. */
type Asking<A extends Access> = {
  key: string;
  runId: string;
  wanted: State;
  expiresAt: number | null;
  found: Reading<A>;
  at: number;
};

export type EscalateDecision<A extends Access> =
  /** The run has ended, and gets no access. */
  | { is: "ended" }
  /** Another invocation is changing this access. */
  | { is: "locked" }
  /** The lease already lists the run with another wish. */
  | { is: "other-wish" }
  /** No state satisfies the wishes of both the open runs and this run. */
  | { is: "conflicting" }
  /** The run already holds the access. */
  | { is: "open"; lease: Lease<A> }
  /** The lease with the intent, and the change of the target system. `change` is undefined if the target system stays unchanged. */
  | { is: "intent"; lease: Lease<A>; change: Change | undefined; others: boolean; release: boolean };

export function decideEscalate<A extends Access>(
  stored: Lease<A> | undefined,
  { key, runId, wanted, expiresAt, found, at }: Asking<A>,
  holder: Holder,
  rules: Rules,
): EscalateDecision<A> {
  const known = stored?.runs.get(runId);
  if (stored?.ended.has(runId) || known?.state === "closing") return { is: "ended" };
  if (known && known.wanted !== wanted) return { is: "other-wish" };
  // A holder could change the state after the reading, until its lock ended, even if the holder is dead by now.
  if (stored && isLocked(stored, { owner: holder.owner, now: at })) return { is: "locked" };
  if (stored && isOpen(stored, runId) && rules.satisfies(found.state, wanted))
    return { is: "open", lease: stored };

  const { lease, others } = follow(
    stored ? afterLock(stored) : unheld(key, found.access),
    { state: found.state, at },
    rules,
  );
  const standing = lease.standing ?? found.state;
  const wishes = [...openWishes(lease, runId), wanted];
  const state = shouldBe(rules, standing, wishes);
  if (state === undefined) return { is: "conflicting" };
  const run: Run = known ?? { state: "pending", wanted, expiresAt };
  const until = latestEnd([...openRuns(lease, runId), run]);
  // The standing state can satisfy the wish while the present state is still in `ours`: an earlier end has failed.
  const now = mayBeStale(lease, at, rules.staleReadMs) ? oursOf(lease) : [found.state];
  const suffices = [standing, ...now].every((one) => rules.satisfies(one, wanted));
  const change = found.effect === "anyway" || suffices ? undefined : { state, until, afterwards: standing };
  const intent = { ...(change && { state }), until: lockEnd(holder) };
  const claimed = { ...lease, access: found.access };
  const release = hasLeftovers(lease);
  return {
    is: "intent",
    lease: lock(withRun(claimed, runId, { ...run, intent }), holder),
    change,
    others,
    release,
  };
}

/** How the closing runs end. */
export type EndDecision<A extends Access> = {
  /** The lease after the changes by others. */
  lease: Lease<A>;
  /** The change of the target system; undefined if the target system stays unchanged. */
  change: Change | undefined;
  /** Others have changed the state, so the end leaves their state. */
  others: boolean;
  /** The target system may keep a leftover of our changes, such as a scheduled removal, that no run needs. */
  release: boolean;
};

/** `read` is undefined if the subject or the resource no longer exists. An end never raises a state. */
export function decideEnd<A extends Access>(
  stored: Lease<A>,
  read: ReadState | undefined,
  rules: Rules,
): EndDecision<A> {
  if (!read || stored.standing === null)
    return { lease: stored, change: undefined, others: false, release: false };
  const { lease, others } = follow(stored, read, rules);
  const standing = lease.standing ?? read.state;
  const left = openRuns(lease);
  const isLast = left.length === 0;
  const should = shouldAtEnd(lease, standing, rules);
  const ours = oursOf(lease);
  const isStale = mayBeStale(lease, read.at, rules.staleReadMs);
  // A reading that may be stale shows only that no other administrator or system has changed the state.
  const isThere = (isStale ? ours : [read.state]).every((state) => rules.satisfies(should, state));
  const isOurs = isStale || ours.some((state) => rules.satisfies(state, read.state));
  const release = isLast ? hasBegun(lease) : hasLeftovers(lease);
  if (others || isThere || !isOurs) return { lease, change: undefined, others, release };
  const change = { state: should, until: isLast ? null : latestEnd(left), afterwards: standing };
  return { lease: isLast ? lease : { ...lease, ours: [...lease.ours, should] }, change, others, release };
}

/** Whether the closing runs end without a change for every possible reading of the target system. */
export function endsWithoutLook(lease: Lease, rules: Rules): boolean {
  if (lease.standing === null || hasLeftovers(lease)) return false;
  if (openRuns(lease).length === 0 && hasBegun(lease)) return false;
  const should = shouldAtEnd(lease, lease.standing, rules);
  return oursOf(lease).every((state) => rules.satisfies(should, state));
}

function shouldAtEnd(lease: Lease, standing: State, rules: Rules): State {
  return shouldBe(rules, standing, openWishes(lease)) ?? standing;
}

/** How the sweep treats orphans: `end` revokes their access, `report` only counts and logs the orphans. */
export type ExpiredRuns = "end" | "report";

/** The lease with the runs that the sweep closes, and the orphans to report. Undefined if the sweep has no work now. */
export function decideSweep<A extends Access>(
  stored: Lease<A> | undefined,
  holder: Holder,
  expired: ExpiredRuns,
): { lease: Lease<A>; orphans: string[]; closing: string[] } | undefined {
  // The index of due items may lag behind the lease.
  if (!stored || stored.dueAt === null || stored.dueAt > holder.now) return undefined;
  const orphans = orphansOf(stored, holder);
  const lease = markReported(endAbandoned(afterLock(stored), holder, expired), orphans, holder.now);
  const closing = closingRuns(lease);
  if (closing.length === 0 && orphans.length === 0) return undefined;
  return { lease: closing.length > 0 ? lock(lease, holder) : lease, orphans, closing };
}
