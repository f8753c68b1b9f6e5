import type { CheckedTarget } from "./check.ts";
import { refused, SymError } from "./errors.ts";
import type { SymRequest } from "./event.ts";
import type { Invocation } from "./invocation.ts";
import type { ActionResult } from "./outcome.ts";

/**
 * The state of an access, in the target system's words: `absent`, `member`, `maintainer`, the id of a flag's variation, `on`,
 * `off`. A state is exactly the value that `set` writes: a membership through another group, or a flag's description, does
 * not count.
 */
export type State = string;

/** A subject's access to a resource. Plain JSON, because a lease stores the access until the revoke. */
export type Access = {
  /** The account or host of the API: the sweep limits the parallel revokes for each host. */
  host: string;
  /** The immutable id of the resource, including the host's tenant. Never a name or a spelling. */
  resource: string;
  /** The immutable id of the subject. Never a name or an e-mail. */
  subject: string;
  /** Names for sentences: `IAM user robin`, `IAM group prod-admins`. */
  names: { subject: string; resource: string };
};

/**
 * Whether the state has effect. `by-state`: the subject has the rights of the state. `anyway`: the subject has the rights
 * in every state (an owner, a flag that is on for all users). `obstacle`: why the state has no effect, and the remedy, as
 * a sentence without its full stop.
 */
export type Effect = "by-state" | "anyway" | { obstacle: string };

/** The state of an access in the target system at a moment. */
export type Reading<A extends Access> = {
  /** The access with its present names. */
  access: A;
  state: State;
  effect: Effect;
  /** The access that the target system may restore by itself to a subject without the state, as a sentence. */
  residualAccess?: string;
};

/** A reading for a request, with the requested state. */
export type Found<A extends Access> = Reading<A> & { wanted: State };

/** The change that `set` makes. */
export type Change = {
  state: State;
  /** The latest end of the requests for this state, in milliseconds since the epoch; null if a request has no end. */
  until: number | null;
  /** The state to restore after `until`. */
  afterwards: State;
};

/**
 * The result of `set`. `pending`: the step that the requester still has to take before the grant is effective. `state`: the
 * resulting state, where only the target system itself could restore the requested state, such as an invitation that the
 * person has accepted since. `residualAccess`: the rights that the subject keeps for a while, or the effect of the change on
 * the plans of others. A promise of `residualAccess` is awaited in parallel with the last write, and must not reject.
 */
export type Changed = {
  pending?: string;
  state?: State;
  residualAccess?: Residual | undefined | Promise<Residual | undefined>;
};

/** The effects of a change that `set` has not made: `pending` as in `Changed`, and the rights after the end of the access. */
export type Forecast = Pick<Changed, "pending"> & { residualAccess?: string };

/** A sentence; with `lasting`, about access by another way, whose end is not known and which an alarm reports. */
export type Residual = string | { lasting: string };

/**
 * A target system, as a handler describes the system. `find` resolves a request, `read` reads the state of an access, and
 * `set` changes the state. All functions throw `SymError` for every expected failure.
 */
export type TargetSystem<A extends Access> = {
  /**
   * Resolves the names of a request to immutable ids, and reads the state. Changes nothing. After a look-up of the account's
   * name, calls `invocation.about` with the name, so that the log masks the name if a later step fails.
   */
  find(request: SymRequest, invocation: Invocation): Promise<Found<A>>;
  /** Reads the state of an access that a record names. */
  read(access: A, invocation: Invocation): Promise<Reading<A>>;
  /**
   * Sets the state of `change`. Idempotent. The reading saves a call; within `staleReadMs` after a change, the reading can be
   * stale, so `set` makes the change even if the reading already shows the new state.
   */
  set(reading: Reading<A>, change: Change, invocation: Invocation): Promise<Changed>;
  /** A partial order: whether `state` includes all rights of `wanted`. Every state satisfies itself. */
  satisfies(state: State, wanted: State): boolean;
  /**
   * Optional. Called when no request holds the access any more: cancels the actions that the target system would still
   * take for us, such as a scheduled removal or an invitation. Called after `set`, with the reading from before `set`.
   */
  release?(reading: Reading<A>, invocation: Invocation): Promise<void>;
  /**
   * Optional, for `plan`: the effects that `set` would have, without the change. Throws the refusals that only `set` makes.
   * Changes nothing, and makes only calls that an escalate makes.
   */
  forecast?(reading: Reading<A>, change: Change, invocation: Invocation): Promise<Forecast>;
  /**
   * Optional, for `check`: looks whether the function can grant a target, and returns a sentence about the result. Throws a
   * `SymError` with the problem and its remedy. Changes nothing, and makes only calls that an event makes.
   */
  check?(target: CheckedTarget, invocation: Invocation): Promise<string>;
  /** Optional, for `check`: the targets that the handler's own variables name, such as a list of toggles. */
  ownTargets?: CheckedTarget[];
  /** Eventual-consistency window: how long after a change a read may return the old state, in milliseconds (default 0). */
  staleReadMs?: number;
};

/** The state of a subject without the access. A toggle has no such state. */
export const absent: State = "absent";

/** Makes `satisfies` from a list of states, the weakest first. A state outside the list satisfies only itself. */
export function ranked(...row: State[]): (state: State, wanted: State) => boolean {
  return (state, wanted) =>
    state === wanted || (row.includes(wanted) && row.indexOf(state) >= row.indexOf(wanted));
}

/** Throws `refused` if an obstacle keeps the access from having effect. */
export function throwObstacle(effect: Effect): void {
  if (typeof effect === "object") throw refused(effect.obstacle);
}

/** The residual access of an action's result. */
export async function residualOf(
  changed: Pick<Changed, "residualAccess">,
): Promise<Pick<ActionResult, "residualAccess" | "stillHasAccess">> {
  const residual = await changed.residualAccess;
  if (residual === undefined) return {};
  if (typeof residual === "string") return { residualAccess: residual };
  return { residualAccess: residual.lasting, stillHasAccess: true };
}

/** Sym's names of the requester and the target, for answers without the target system's names. */
export function namesIn({ requester, target }: SymRequest): Access["names"] {
  return { subject: requester, resource: target.label ?? target.name };
}

/**
 * Runs a step and logs its duration in milliseconds. An aborted client throws its own error; `timed` replaces the error by the
 * reason of the abort, which says that the time is over.
 */
export async function timed<T>(invocation: Invocation, step: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const { signal } = invocation.budget;
  const result = await work().catch((error: unknown) => {
    throw signal.aborted && !(error instanceof SymError) ? signal.reason : error;
  });
  invocation.log(step, { duration: Math.round(performance.now() - start) });
  return result;
}
