// The rules of states: which state is standing, which states are ours, which state should be set. Pure functions.
import type { State } from "@sym/lambda-core";
import type { Lease, Run } from "./lease.ts";

/** Two clocks in an AWS region differ by far less: Lambda synchronises its clocks by NTP. */
export const clockSkewMs = 5_000;

/** The properties of a target system that the rules need. */
export type Rules = { satisfies(state: State, wanted: State): boolean; staleReadMs: number };

/** The state of a reading, and the time when the read began, in milliseconds since the epoch. */
export type ReadState = { state: State; at: number };

/** The standing state if the standing state satisfies every wish, else the wish that satisfies all others, else undefined. */
export function shouldBe({ satisfies }: Rules, standing: State, wishes: State[]): State | undefined {
  const satisfiesAll = (state: State) => wishes.every((wish) => satisfies(state, wish));
  return [standing, ...wishes].find(satisfiesAll);
}

/** The wishes of the open runs. A pending run of another invocation does not count: its invocation is dead. */
export function openWishes({ runs }: Pick<Lease, "runs">, except?: string): State[] {
  return openRuns({ runs }, except).map(({ wanted }) => wanted);
}

export function openRuns({ runs }: Pick<Lease, "runs">, except?: string): Run[] {
  return [...runs].flatMap(([id, run]) => (run.state === "open" && id !== except ? [run] : []));
}

/** The latest end of these runs; null if a run has no end. */
export function latestEnd(runs: { expiresAt: number | null }[]): number | null {
  const ends = runs.map(({ expiresAt }) => expiresAt);
  return ends.includes(null) ? null : Math.max(...ends.map(Number));
}

/** The states that our invocations have set, or may be setting. */
export function oursOf({ ours, runs }: Pick<Lease, "ours" | "runs">): State[] {
  return [...new Set([...ours, ...[...runs.values()].flatMap(({ intent }) => intent?.state ?? [])])];
}

/** Whether a change of ours began since the lease was last unheld, so that the target system may keep leftovers of the change. */
export function hasBegun(lease: Pick<Lease, "begun" | "ours" | "runs">): boolean {
  return lease.begun || oursOf(lease).length > 0;
}

/** Whether the target system may keep leftovers of ours although the state is not ours. */
export function hasLeftovers(lease: Pick<Lease, "begun" | "ours" | "runs">): boolean {
  return lease.begun && oursOf(lease).length === 0;
}

/** Whether others must have set a state: neither the standing state nor any of ours satisfies the state. */
function isOthers(lease: Lease, standing: State, state: State, { satisfies }: Rules): boolean {
  const known = [standing, ...oursOf(lease)];
  return !known.some((one) => satisfies(one, state));
}

/**
 * Whether a reading may still show the state before our last change. If no change of ours began since the lease was last
 * unheld, `changedAt` is the end of a lock that hid no change.
 */
export function mayBeStale(
  lease: Pick<Lease, "begun" | "changedAt" | "ours" | "runs">,
  at: number,
  staleReadMs: number,
): boolean {
  if (staleReadMs === 0 || !hasBegun(lease)) return false;
  const { changedAt, runs } = lease;
  const begun = [...runs.values()].flatMap(({ intent }) => (intent?.state === undefined ? [] : intent.until));
  return at < Math.max(changedAt ?? Number.NEGATIVE_INFINITY, ...begun) + staleReadMs + clockSkewMs;
}

/**
 * The lease after a reading of the target system, with the standing state that others have set since. `others`: another
 * administrator or system gave more than the standing state, or another state. The new state is standing from now on.
 */
export function follow<L extends Lease>(
  lease: L,
  read: ReadState,
  rules: Rules,
): { lease: L; others: boolean } {
  const { standing } = lease;
  const { state } = read;
  const isUncertain = mayBeStale(lease, read.at, rules.staleReadMs);
  if (standing === null || (lease.runs.size === 0 && !isUncertain))
    return { lease: { ...lease, standing: state, ours: [], begun: false }, others: false };
  if (isOthers(lease, standing, state, rules))
    return { lease: { ...withoutOurs(lease), standing: state }, others: lease.runs.size > 0 };
  if (!isUncertain && rules.satisfies(standing, state))
    return { lease: { ...lease, standing: state }, others: false };
  return { lease, others: false };
}

function withoutOurs<L extends Lease>(lease: L): L {
  const runs = new Map(
    [...lease.runs].map(([id, run]) => {
      const { intent, ...rest } = run;
      return [id, intent ? { ...rest, intent: { until: intent.until } } : rest] as const;
    }),
  );
  return { ...lease, ours: [], begun: hasBegun(lease), runs };
}
