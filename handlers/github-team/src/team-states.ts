import { absent, type State } from "@sym/lambda-core";

export type TeamRole = "member" | "maintainer";

/** A membership of a team or an organisation, in GitHub's words. */
export type GitHubMembership = { state: string; role: string };

/**
 * The states of a place in a team, with their ranks. `pending` is the place of a person who has not accepted the invitation
 * to the organisation yet: only GitHub sets this state, and `set` requests a role only.
 */
const ranks: Record<State, number> = {
  [absent]: 0,
  pending: 1,
  member: 1,
  "pending as maintainer": 2,
  maintainer: 2,
};

/** The state of a person's own place in a team. */
export function stateOf({ state, role }: GitHubMembership): State {
  if (state !== "pending") return role;
  return role === "maintainer" ? "pending as maintainer" : "pending";
}

export function isPending(state: State): boolean {
  return state.startsWith("pending");
}

/** The role of a state; for a pending state, the role after the invitation is accepted. */
export function roleIn(state: State): TeamRole {
  return rankOf(state) === 2 ? "maintainer" : "member";
}

/** Whether a state has at least the role of another state. */
export function hasRoleOf(state: State, other: State): boolean {
  return rankOf(state) >= rankOf(other);
}

/** A partial order: a pending maintainer is no member yet, and a member will not be a maintainer. */
export function satisfies(state: State, wanted: State): boolean {
  if (state === wanted) return true;
  const isActiveWanted = wanted !== absent && !isPending(wanted);
  return hasRoleOf(state, wanted) && !(isActiveWanted && isPending(state));
}

function rankOf(state: State): number {
  return ranks[state] ?? Number.NaN;
}
