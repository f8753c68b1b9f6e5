import { SymError } from "./errors.ts";
import type { SymRequest } from "./event.ts";
import type { Actions, Invocation } from "./handler.ts";
import type { ActionResult } from "./outcome.ts";

/**
 * What `set` writes, in the target system's words: `absent`, `member`, `maintainer`, the id of a flag's variation, `on`,
 * `off`. Nothing else belongs to it: not what the subject is through another group, not the text around a flag.
 */
export type State = string;

/** One subject's access to one resource. Plain JSON: a lease stores it until the revoke. */
export type Access = {
  /** The account, or the host, that answers the calls: the sweep limits how many of its leases it ends at a time. */
  host: string;
  /** The resource by its immutable id, with the tenant of the host in it. Never a name or a spelling. */
  resource: string;
  /** The subject by its immutable id. Never a name or an e-mail. */
  subject: string;
  /** For sentences: `IAM user robin`, `IAM group prod-admins`. */
  names: { subject: string; resource: string };
};

/**
 * Whether the state works: `by-state`, if the subject can do what the state says; `anyway`, if the subject can do it
 * whatever the state is (an owner, a flag that is on for everybody); or what stands in the way, as a sentence without
 * its full stop, which names the remedy.
 */
export type Effect = "by-state" | "anyway" | { obstacle: string };

/** The state of an access in the target system at one moment. */
export type Reading<A extends Access> = {
  /** The access with the names of now. */
  access: A;
  state: State;
  effect: Effect;
  /** What the target system may bring back by itself to a subject without the state, as a sentence. */
  residualAccess?: string;
};

/** A reading for a request, with the state that the request asks for. */
export type Found<A extends Access> = Reading<A> & { wanted: State };

/** What `set` is to bring about. */
export type Change = {
  state: State;
  /** When the last of the requests behind it ends, in milliseconds since the epoch; null if one of them has no end. */
  until: number | null;
  /** The state to come back to after that. */
  afterwards: State;
};

/**
 * `pending`: what the requester still has to do before the state is there. `state`: what is there instead, where only the
 * target system itself can bring back the state that was asked for, such as an invitation that was accepted since.
 * `residualAccess`: what the subject can still do for a while, or what the change does to others' plans, as a sentence; a
 * promise is awaited beside the last write, and must not reject.
 */
export type Changed = {
  pending?: string;
  state?: State;
  residualAccess?: string | undefined | Promise<string | undefined>;
};

/**
 * A target system, as a handler describes it: who and what is meant and what is there (`find`), what is there now
 * (`read`), make it this (`set`). They throw `SymError` for every expected failure.
 */
export type TargetSystem<A extends Access> = {
  /** Resolves names to immutable ids, and reads the state. Changes nothing. */
  find(request: SymRequest, invocation: Invocation): Promise<Found<A>>;
  /** Reads the state of an access that a record names. */
  read(access: A, invocation: Invocation): Promise<Reading<A>>;
  /**
   * Makes the state this. Idempotent. The reading saves a look; within `staleReadMs` after a change it can be out of date,
   * so a change that the reading seems to show already is made all the same.
   */
  set(reading: Reading<A>, change: Change, invocation: Invocation): Promise<Changed>;
  /** A partial order: whether who has `state` can do all that `wanted` lets one do. Every state satisfies itself. */
  satisfies(state: State, wanted: State): boolean;
  /**
   * Optional: no request holds the access any more, so what the target system would still do on our account is taken back,
   * such as an end that it keeps itself, or an invitation. It comes after `set`, with what was read before it.
   */
  release?(reading: Reading<A>, invocation: Invocation): Promise<void>;
  /** How long after a change a read may return the state before it, in milliseconds; 0 unless given. */
  staleReadMs?: number;
};

/** The state of a subject without the access, where there is such a state: a toggle has none. */
export const absent: State = "absent";

/** `satisfies` for states that stand in a row, the weakest first. A state that is not in the row satisfies itself only. */
export function ranked(...row: State[]): (state: State, wanted: State) => boolean {
  return (state, wanted) =>
    state === wanted || (row.includes(wanted) && row.indexOf(state) >= row.indexOf(wanted));
}

/** Actions without leases: a deescalate also revokes standing access. */
export function directAccess<A extends Access>(system: TargetSystem<A>): Actions {
  return {
    async escalate(request, invocation) {
      const found = await timed(invocation, "find", () => system.find(request, invocation));
      const { names } = found.access;
      throwObstacle(found.effect);
      const until = request.duration === undefined ? null : Date.now() + request.duration * 1_000;
      // Also if the state is there already: it may be a stale read.
      const change = { state: found.wanted, until, afterwards: absent };
      const hadIt = found.effect === "anyway" || system.satisfies(found.state, found.wanted);
      const { pending } =
        hadIt && found.state !== found.wanted
          ? {}
          : await timed(invocation, "set", () => system.set(found, change, invocation));
      if (pending) return { ...names, outcome: "pending", detail: pending };
      if (hadIt) return { ...names, outcome: "already-had-access" };
      return { ...names, outcome: "granted", ...(until !== null && { expiresAt: new Date(until) }) };
    },
    async deescalate(request, invocation) {
      const found = await timed(invocation, "find", () => system.find(request, invocation)).catch(
        subjectIsGone,
      );
      if (found === undefined) return { ...namesIn(request), outcome: "nothing-to-revoke" };
      const { names } = found.access;
      // What goes beyond the request is others' doing. And without a record, a toggle has no state to come back to.
      const isOurs = [found.state, absent].every((state) => system.satisfies(found.wanted, state));
      if (!isOurs) return { ...names, outcome: "nothing-to-revoke" };
      const change = { state: absent, until: null, afterwards: absent };
      const changed = await timed(invocation, "set", () => system.set(found, change, invocation));
      await system.release?.(found, invocation);
      if (found.state === absent)
        return { ...names, outcome: "nothing-to-revoke", ...(await residualOf(found)) };
      return { ...names, outcome: "revoked", ...(await residualOf(changed)) };
    },
  };
}

/** Throws `refused` if something stands in the way of the access. */
export function throwObstacle(effect: Effect): void {
  if (typeof effect === "object") throw new SymError(effect.obstacle, { reason: "refused" });
}

/** The part of an action's result that says what the subject can still do. */
export async function residualOf(
  changed: Pick<Changed, "residualAccess">,
): Promise<Pick<ActionResult, "residualAccess">> {
  const residualAccess = await changed.residualAccess;
  return residualAccess === undefined ? {} : { residualAccess };
}

/** Sym's names of the requester and the target, where the target system's names are not known. */
export function namesIn({ requester, target }: SymRequest): Access["names"] {
  return { subject: requester, resource: target.label ?? target.name };
}

/**
 * For `catch`: a subject that does not exist has no access, so there is nothing to revoke. A missing resource is an error:
 * without a record of the grant, wrong settings of the target are more likely.
 */
function subjectIsGone(error: unknown): undefined {
  if (error instanceof SymError && error.reason === "no-subject") return;
  throw error;
}

/**
 * Runs one step and logs its duration in milliseconds. A client whose call is aborted throws an error of its own; it becomes
 * the reason of the abort, which says that the time is over.
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
