import { SymError } from "./errors.ts";
import type { SymRequest } from "./event.ts";
import type { Actions, Invocation } from "./handler.ts";
import type { Result } from "./outcome.ts";

/**
 * What a subject has on a resource right now, in the target system's words: `absent`, `member`, `maintainer`, the id
 * of a flag's variation, `on`, `off`.
 */
export type State = string;

/** Who gets what, in the target system's own identifiers. Plain JSON: a lease keeps it until the revoke. */
export type Access = {
  /** Identifies the person in the target system. */
  subject: string;
  /** Identifies the thing in the target system. */
  resource: string;
  /** Both again, as people call them: `IAM user robin`, `IAM group prod-admins`. */
  names: { subject: string; resource: string };
  /** The states that a grant of this access leads to. */
  granted: State[];
};

/** What was found in the target system. */
export type Reading<A extends Access> = {
  state: State;
  /** Whether the state is at least what the request asks for. */
  sufficient: boolean;
  /** The access again, with the immutable ids that were found, by which a later call survives a renaming. */
  access: A;
};

/**
 * What the person may still be able to do for a while after a restore, as a sentence, if anything. A promise of it is
 * waited for beside the last record, and must not reject.
 */
export type Restored = { residualAccess?: string | Promise<string | undefined> };

/**
 * A target system, as a handler describes it: who is it, what is there now, make it so, put it back.
 * `grant` and `restore` can be called when there is nothing to do, and must then change nothing.
 * `P` is what `prepare` finds out for them, if there is one.
 */
export type TargetSystem<A extends Access, P = unknown> = {
  /** The state of somebody who never had the access. */
  absent: State;
  /** Eventual-consistency window: how long after a change a read may return the old state, in ms. */
  staleReadMs: number;
  resolve(request: SymRequest, invocation: Invocation): Promise<A>;
  read(access: A, invocation: Invocation): Promise<Reading<A>>;
  /**
   * Optional: what `resolve` and then `read` lead to, with the same errors, for systems that can look while they still
   * resolve. An escalate begins with it.
   */
  find?(request: SymRequest, invocation: Invocation): Promise<Reading<A>>;
  /**
   * Optional: looks at what a change has to know, at the same time as its intent is recorded, so that nobody waits for
   * it. The change is not told of it if it failed or was left out, and then looks for itself.
   */
  prepare?(access: A, change: "grant" | "restore", invocation: Invocation): Promise<P>;
  /** Makes it so. Returns the step that the grant still waits for, if it is not effective yet. */
  grant(access: A, invocation: Invocation, prepared?: P): Promise<{ pending?: string }>;
  /** Puts the given state back. */
  restore(access: A, state: State, invocation: Invocation, prepared?: P): Promise<Restored>;
  /**
   * Called instead of `restore` when others have changed the state since the grant, so that it stays as it is. For
   * systems in which a grant leaves something behind that acts later, such as an end that the system itself keeps.
   */
  abandon?(access: A, invocation: Invocation): Promise<void>;
};

/**
 * Access without a record of who had what before: it grants on escalate and takes away on deescalate, also from
 * somebody who had the access before the request.
 */
export function directAccess<A extends Access>(system: TargetSystem<A>): Actions {
  return {
    async escalate(request, invocation) {
      const before = await find(system, request, invocation);
      const { access } = before;
      // Also when it seems to be there already: the reading may be older than the last change.
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

/** Who it is, and what is there now. */
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

/** For an answer: what the person may still be able to do. */
export async function residualOf(restored: Restored): Promise<Pick<Result, "residualAccess">> {
  const residualAccess = await restored.residualAccess;
  return residualAccess === undefined ? {} : { residualAccess };
}

/** The person and the thing as Sym calls them, where the target system's own names are not known. */
export function namesIn({ requester, target }: SymRequest): Access["names"] {
  return { subject: requester, resource: target.label ?? target.name };
}

function expiry(request: SymRequest): Pick<Result, "expiresAt"> {
  return request.duration === undefined ? {} : { expiresAt: new Date(Date.now() + request.duration * 1_000) };
}

/**
 * Somebody who does not exist has no access, which is all that a revoke wants. A thing that does not exist is an error,
 * though: without a record of what was granted, it is more likely that the target's settings are wrong.
 */
function subjectIsGone(error: unknown): undefined {
  if (error instanceof SymError && error.reason === "no-subject") return;
  throw error;
}

/** Does one step and logs how long it took, in milliseconds. */
export async function timed<T>(invocation: Invocation, step: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await work();
  invocation.log(step, { duration: Math.round(performance.now() - start) });
  return result;
}
