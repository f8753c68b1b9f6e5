// What an event does to a lease: pure functions of the lease, of what the target system showed, and of the time.
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

/** A run that asks for access. `found` was read while nobody held the lock, and not before `at`. */
type Asking<A extends Access> = {
  key: string;
  runId: string;
  wanted: State;
  expiresAt: number | null;
  found: Reading<A>;
  at: number;
};

export type EscalateDecision<A extends Access> =
  /** The run must not get access any more. */
  | { is: "ended" }
  /** Another invocation is changing this access. */
  | { is: "locked" }
  /** The run asked for another state before. */
  | { is: "other-wish" }
  /** Open runs hold a state that goes with no state that would satisfy this run, too. */
  | { is: "conflicting" }
  /** The run holds the access already. */
  | { is: "open"; lease: Lease<A> }
  /** The lease with the intent, and what to do to the target system; `change` is undefined if nothing. */
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
  // While the lock was held, its holder could change the state after the reading, even if the holder is dead by now.
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
  // What is there can be ours still, though the standing state would be enough: its end has failed.
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

/** What the end of the closing runs comes to. */
export type EndDecision<A extends Access> = {
  /** The lease with what others have made of it. */
  lease: Lease<A>;
  /** What to do to the target system; undefined if nothing. */
  change: Change | undefined;
  /** Others have changed the state, so it is left as it is. */
  others: boolean;
  /** Something of ours may be left that no run needs. */
  release: boolean;
};

/** `read` is undefined if the subject or the resource does not exist any more. An end never raises a state. */
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
  // A reading that may be out of date shows nothing but that nobody else has changed the state.
  const isThere = (isStale ? ours : [read.state]).every((state) => rules.satisfies(should, state));
  const isOurs = isStale || ours.some((state) => rules.satisfies(state, read.state));
  const release = isLast ? hasBegun(lease) : hasLeftovers(lease);
  if (others || isThere || !isOurs) return { lease, change: undefined, others, release };
  const change = { state: should, until: isLast ? null : latestEnd(left), afterwards: standing };
  return { lease: isLast ? lease : { ...lease, ours: [...lease.ours, should] }, change, others, release };
}

/** Whether the closing runs end without a change, whatever the target system would show. */
export function endsWithoutLook(lease: Lease, rules: Rules): boolean {
  if (lease.standing === null || hasLeftovers(lease)) return false;
  if (openRuns(lease).length === 0 && hasBegun(lease)) return false;
  const should = shouldAtEnd(lease, lease.standing, rules);
  return oursOf(lease).every((state) => rules.satisfies(should, state));
}

function shouldAtEnd(lease: Lease, standing: State, rules: Rules): State {
  return shouldBe(rules, standing, openWishes(lease)) ?? standing;
}

/** What the sweep does with orphans: `end` revokes their access, `report` only counts and logs them. */
export type ExpiredRuns = "end" | "report";

/** The lease with what the sweep ends, and the orphans to report. Undefined if there is nothing to do now. */
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
