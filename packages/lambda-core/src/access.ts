import { SymError } from "./errors.ts";
import type { SymRequest } from "./event.ts";
import type { Actions, Invocation } from "./handler.ts";
import type { ActionResult } from "./outcome.ts";

/**
 * The access that a subject has on a resource now, in the target system's words: `absent`, `member`, `maintainer`, the id
 * of a flag's variation, `on`, `off`.
 */
export type State = string;

/** One subject's access to one resource, in the target system's identifiers. Plain JSON: a lease stores it until the revoke. */
export type Access = {
  /** Identifies the person in the target system. */
  subject: string;
  /** Identifies the resource in the target system. */
  resource: string;
  /** Names for sentences: `IAM user robin`, `IAM group prod-admins`. */
  names: { subject: string; resource: string };
  /** The states that a grant of this access leads to. */
  granted: State[];
};

/** The state of an access in the target system at one moment. */
export type Reading<A extends Access> = {
  state: State;
  /** Whether the state satisfies the request. */
  sufficient: boolean;
  /** The access with the immutable ids that were found, so that a later call survives a renaming. */
  access: A;
};

/**
 * `residualAccess`: what the subject can still do for a while after a restore, as a sentence; undefined for nothing. A
 * promise is awaited in parallel with the last write, and must not reject.
 */
export type Restored = { residualAccess?: string | Promise<string | undefined> };

/**
 * A target system, as a handler describes it: resolve the access, read its state, grant it, restore a state. `grant` and
 * `restore` are idempotent: without anything to do they change nothing. `P` is the result of `prepare`.
 */
export type TargetSystem<A extends Access, P = unknown> = {
  /** The state of a subject without the access. */
  absent: State;
  /** Eventual-consistency window: how long after a change a read may return the old state, in ms. */
  staleReadMs: number;
  resolve(request: SymRequest, invocation: Invocation): Promise<A>;
  read(access: A, invocation: Invocation): Promise<Reading<A>>;
  /**
   * Optional: resolves the access and reads its current state in one call, with the same result and errors as `resolve`
   * followed by `read`. An escalate begins with it.
   */
  find?(request: SymRequest, invocation: Invocation): Promise<Reading<A>>;
  /**
   * Optional: prefetches data for the change in parallel with the write of its intent. The change gets undefined if this
   * failed or was left out, and then looks the data up itself.
   */
  prepare?(access: A, change: "grant" | "restore", invocation: Invocation): Promise<P>;
  /** Grants the access. Returns what the requester still has to do if it is not effective yet. */
  grant(access: A, invocation: Invocation, prepared?: P): Promise<{ pending?: string }>;
  /** Restores the given state. */
  restore(access: A, state: State, invocation: Invocation, prepared?: P): Promise<Restored>;
  /**
   * Optional: called instead of `restore` when others have changed the state since the grant, so that the state stays. It
   * removes what the grant left behind and would act later, such as an end that the target system schedules itself.
   */
  abandon?(access: A, invocation: Invocation): Promise<void>;
};

/** Actions without leases: a deescalate also revokes standing access. */
export function directAccess<A extends Access>(system: TargetSystem<A>): Actions {
  return {
    async escalate(request, invocation) {
      const before = await find(system, request, invocation);
      const { access } = before;
      // Also if the state is sufficient already: it may be a stale read.
      const { pending } = await timed(invocation, "grant", () => system.grant(access, invocation));
      if (pending) return { ...access.names, outcome: "pending", detail: pending };
      if (before.sufficient) return { ...access.names, outcome: "already-had-access" };
      return { ...access.names, outcome: "granted", ...expiry(request) };
    },
    async deescalate(request, invocation) {
      const access = await timed(invocation, "resolve", () => system.resolve(request, invocation)).catch(
        subjectIsGone,
      );
      if (access === undefined) return { ...namesIn(request), outcome: "nothing-to-revoke" };
      const before = await timed(invocation, "read", () => system.read(access, invocation)).catch(
        subjectIsGone,
      );
      if (before === undefined) return { ...access.names, outcome: "nothing-to-revoke" };
      const restored = await timed(invocation, "restore", () =>
        system.restore(before.access, system.absent, invocation),
      );
      if (before.state === system.absent) return { ...access.names, outcome: "nothing-to-revoke" };
      return { ...access.names, outcome: "revoked", ...(await residualOf(restored)) };
    },
  };
}

/** Resolves the access and reads its state. */
async function find<A extends Access>(
  system: TargetSystem<A>,
  request: SymRequest,
  invocation: Invocation,
): Promise<Reading<A>> {
  const { find: atOnce } = system;
  if (atOnce) return timed(invocation, "find", () => atOnce(request, invocation));
  const access = await timed(invocation, "resolve", () => system.resolve(request, invocation));
  return timed(invocation, "read", () => system.read(access, invocation));
}

/** The part of an action's result that says what the subject can still do. */
export async function residualOf(restored: Restored): Promise<Pick<ActionResult, "residualAccess">> {
  const residualAccess = await restored.residualAccess;
  return residualAccess === undefined ? {} : { residualAccess };
}

/** Sym's names of the requester and the target, where the target system's names are not known. */
export function namesIn({ requester, target }: SymRequest): Access["names"] {
  return { subject: requester, resource: target.label ?? target.name };
}

function expiry(request: SymRequest): Pick<ActionResult, "expiresAt"> {
  return request.duration === undefined ? {} : { expiresAt: new Date(Date.now() + request.duration * 1_000) };
}

/**
 * For `catch`: a subject that does not exist has no access, so there is nothing to revoke. A missing resource is an error:
 * without a record of the grant, wrong settings of the target are more likely.
 */
function subjectIsGone(error: unknown): undefined {
  if (error instanceof SymError && error.reason === "no-subject") return;
  throw error;
}

/** Runs one step and logs its duration in milliseconds. */
export async function timed<T>(invocation: Invocation, step: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await work();
  invocation.log(step, { duration: Math.round(performance.now() - start) });
  return result;
}
