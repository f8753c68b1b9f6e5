// What states mean for a lease: which is standing, which are ours, which should be there. Pure functions.
import type { State } from "@sym/lambda-core";
import type { Lease, Run } from "./lease.ts";

/** Two clocks in one AWS region differ by far less: Lambda keeps its clocks by NTP. */
export const clockSkewMs = 5_000;

/** What the rules need to know of a target system. */
export type Rules = { satisfies(state: State, wanted: State): boolean; staleReadMs: number };

/** The state that a reading showed, and when the reading began, in milliseconds since the epoch. */
export type ReadState = { state: State; at: number };

/** The standing state if it satisfies every wish, else the wish that satisfies all others. Undefined if none does. */
export function shouldBe({ satisfies }: Rules, standing: State, wishes: State[]): State | undefined {
  const satisfiesAll = (state: State) => wishes.every((wish) => satisfies(state, wish));
  return [standing, ...wishes].find(satisfiesAll);
}

/** The wishes of the runs that hold the access. A pending run that is not this invocation's is a dead one. */
export function openWishes({ runs }: Pick<Lease, "runs">, except?: string): State[] {
  return openRuns({ runs }, except).map(({ wanted }) => wanted);
}

export function openRuns({ runs }: Pick<Lease, "runs">, except?: string): Run[] {
  return [...runs].flatMap(([id, run]) => (run.state === "open" && id !== except ? [run] : []));
}

/** The latest end of these runs; null if one has none. */
export function latestEnd(runs: { expiresAt: number | null }[]): number | null {
  const ends = runs.map(({ expiresAt }) => expiresAt);
  return ends.includes(null) ? null : Math.max(...ends.map(Number));
}

/** The states that we have set, or may be setting. */
export function oursOf({ ours, runs }: Pick<Lease, "ours" | "runs">): State[] {
  return [...new Set([...ours, ...[...runs.values()].flatMap(({ intent }) => intent?.state ?? [])])];
}

/** Whether a change began since the lease was last unheld, so that the target system may keep something of it. */
export function hasBegun(lease: Pick<Lease, "begun" | "ours" | "runs">): boolean {
  return lease.begun || oursOf(lease).length > 0;
}

/** Whether something of ours can be left in the target system, though the state is not ours. */
export function hasLeftovers(lease: Pick<Lease, "begun" | "ours" | "runs">): boolean {
  return lease.begun && oursOf(lease).length === 0;
}

/** Whether somebody else must have brought about a state: neither the standing state nor any of ours satisfies it. */
function isOthers(lease: Lease, standing: State, state: State, { satisfies }: Rules): boolean {
  const known = [standing, ...oursOf(lease)];
  return !known.some((one) => satisfies(one, state));
}

/** Whether a reading may still show the state before our last change. */
export function mayBeStale(
  { changedAt, runs }: Pick<Lease, "changedAt" | "runs">,
  at: number,
  staleReadMs: number,
): boolean {
  if (staleReadMs === 0) return false;
  const begun = [...runs.values()].flatMap(({ intent }) => (intent?.state === undefined ? [] : intent.until));
  return at < Math.max(changedAt ?? Number.NEGATIVE_INFINITY, ...begun) + staleReadMs + clockSkewMs;
}

/**
 * The lease after a look at the target system, with what others have made of the standing state since. `others`: they gave
 * more than was standing, or something else; it is theirs from now on.
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
