import {
  type Access,
  type ActionResult,
  type Invocation,
  refused,
  SymError,
  type SymRequest,
  timed,
} from "@sym/lambda-core";
import type { Lease } from "./lease.ts";
import {
  type Attempt,
  attempt,
  type LeaseDeps,
  type Look,
  type Session,
  startSession,
  stopIf,
} from "./session.ts";
import { claim, confirm, end, isOpen, removeClosedRuns, unlock } from "./transitions.ts";

/** Grants the access and adds the run to its lease, unless the run has ended. Existing access is not changed. */
export async function escalate<A extends Access>(
  deps: LeaseDeps<A>,
  request: SymRequest,
  invocation: Invocation,
): Promise<ActionResult> {
  const { system, clock } = deps;
  const { runId, duration } = request;
  const session = startSession(deps, invocation);
  const { access, early } = await begin(deps, request, invocation);
  const key = session.leaseKey(access);
  const expiresAt = duration === undefined ? null : clock.now() + duration * 1_000;

  const opening = attempt(session.openRun(runId, access));
  let look = early ?? (await session.look(access));
  if (!early) await mustBeOpen(opening);
  for (;;) {
    const { lease } = look;
    if (look.found.value === undefined) throw look.found.error;
    const found = look.found.value;
    if (lease && isOpen(lease, runId) && found.sufficient) return result(lease, runId);
    const claimed = claim(
      lease,
      { key, runId, expiresAt, found, lookedAt: look.at, staleReadMs: system.staleReadMs },
      session.holder(),
    );
    if (claimed.is === "ended") throw alreadyEnded();
    if (claimed.is === "locked") {
      await session.wait();
      look = await session.look(access);
      continue;
    }
    const needsChange = !claimed.lease.standing?.sufficient;
    const [saved, prepared] = await Promise.all([
      session.save(claimed.lease),
      needsChange && session.prepare(found.access, "grant"),
      opening,
    ]);
    if (saved.won) return grant(deps, session, claimed.lease, runId, invocation, { opening, prepared });
    await mustBeOpen(opening);
    const { current } = saved;
    look = await (current ? session.reconcile({ ...look, lease: current }, access) : session.look(access));
  }
}

/**
 * Resolves the access. A target system with `find` also reads its state, before anyone has read the lease: the intent
 * is then written on the condition that there is no lease, which shows that no other invocation was at work.
 */
async function begin<A extends Access>(
  { system, clock }: LeaseDeps<A>,
  request: SymRequest,
  invocation: Invocation,
): Promise<{ access: A; early?: Look<A> }> {
  const at = clock.now();
  const { find } = system;
  if (!find) return { access: await timed(invocation, "resolve", () => system.resolve(request, invocation)) };
  const value = await timed(invocation, "find", () => find(request, invocation));
  return { access: value.access, early: { lease: undefined, found: { value }, at } };
}

/** Throws if the run was closed before, or if it is not certain that it could be opened. */
async function mustBeOpen(opening: Promise<Attempt<boolean>>): Promise<void> {
  const { value, error } = await opening;
  if (error) throw error;
  if (!value) throw alreadyEnded();
}

/**
 * Withdraws an intent before its grant began. It does not read the target system, where others may have granted the same
 * access. If it fails, the sweep withdraws the intent.
 */
async function withdraw<A extends Access>(session: Session<A>, claimed: Lease, runId: string): Promise<void> {
  const holder = session.holder();
  const withdrawn = session.update(claimed, (latest) =>
    session.holds(latest) ? removeClosedRuns(end(latest, runId, holder.now), holder, null) : latest,
  );
  await attempt(withdrawn);
}

/** Changes the target system. The intent is written, so every failure from here on can be repaired. */
async function grant<A extends Access>(
  { system }: LeaseDeps<A>,
  session: Session<A>,
  claimed: Lease,
  runId: string,
  invocation: Invocation,
  { opening, prepared }: { opening: Promise<Attempt<boolean>>; prepared: unknown },
): Promise<ActionResult> {
  let pending: string | undefined;
  let confirmed: Lease;
  if (!(await opening).value) await withdraw(session, claimed, runId);
  await mustBeOpen(opening);
  try {
    stopIf(invocation.budget.signal);
    // Sufficient standing access needs no change. If others revoke it just now, a grant would outlive every run.
    if (!claimed.standing?.sufficient)
      ({ pending } = await timed(invocation, "grant", () =>
        system.grant(claimed.access as A, invocation, prepared),
      ));
    confirmed = await session.update(claimed, (lease) =>
      // If the run was closed meanwhile, the lock is still needed to revoke the access.
      lease.runs[runId]?.state === "closing" ? lease : unlock(confirm(lease, runId), session.holder()),
    );
    if (!isOpen(confirmed, runId)) throw alreadyEnded();
  } catch (error) {
    confirmed = await undo(session, claimed, runId, invocation, error);
  }
  if (pending) return { ...confirmed.access.names, outcome: "pending", detail: pending };
  return result(confirmed, runId);
}

/**
 * Undoes the escalate and throws: after an error, Sym may never send the deescalate. If only the answer to the last
 * write was lost, others may have read that write, so the grant stands and its lease is returned.
 */
async function undo<A extends Access>(
  session: Session<A>,
  claimed: Lease,
  runId: string,
  { budget }: Invocation,
  error: unknown,
): Promise<Lease> {
  const undone = await attempt(takeBack(session, claimed, runId, budget.signal.aborted));
  if (undone.value === undefined) {
    const sentence = error instanceof SymError ? error.message : "Something unexpected went wrong";
    const sequel =
      "what had been begun could not be taken back, so the access may be there until the next sweep";
    throw new SymError(`${sentence}; ${sequel}`, { reason: "unavailable", cause: undone.error });
  }
  const { lease, wasRestored } = undone.value;
  if (isOpen(lease, runId) && !isOpen(claimed, runId)) return lease;
  throw wasRestored ? wasPutBack(error) : error;
}

/** `mayComeLate`: the grant was cut off and may still take effect. The lock stays until it cannot; the sweep does the rest. */
async function takeBack<A extends Access>(
  session: Session<A>,
  claimed: Lease,
  runId: string,
  mayComeLate: boolean,
): Promise<{ lease: Lease; wasRestored: boolean }> {
  // A run that was open before stays open: its requester got an answer that says so.
  if (isOpen(claimed, runId))
    return { lease: mayComeLate ? claimed : await session.release(claimed), wasRestored: false };
  const lease = await session.update(claimed, (latest) =>
    session.holds(latest) ? end(latest, runId, session.holder().now) : latest,
  );
  if (!session.holds(lease)) return { lease, wasRestored: false };
  const found = await session.lookAt(claimed);
  const restored = mayComeLate
    ? await session.putBack(lease, found)
    : (await session.finish(lease, found)).restored;
  return { lease, wasRestored: restored !== undefined };
}

function wasPutBack(error: unknown): unknown {
  if (!(error instanceof SymError) || error.reason !== "unavailable") return error;
  const { reason, retryable } = error;
  return new SymError(`${error.message}; whatever had changed was put back`, {
    reason,
    retryable,
    cause: error.cause,
  });
}

function result({ access, standing, runs }: Lease, runId: string): ActionResult {
  if (standing?.sufficient) return { ...access.names, outcome: "already-had-access" };
  const expiresAt = runs[runId]?.expiresAt;
  return { ...access.names, outcome: "granted", ...(expiresAt && { expiresAt: new Date(expiresAt) }) };
}

function alreadyEnded(): SymError {
  return refused("This request has ended already, so it cannot give access any more; ask again");
}
