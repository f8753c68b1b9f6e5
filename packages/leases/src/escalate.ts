import {
  type Access,
  type Invocation,
  type Result,
  SymError,
  type SymRequest,
  timed,
} from "@sym/lambda-core";
import type { Lease } from "./lease.ts";
import {
  type Look,
  type Means,
  type Session,
  type Settled,
  settled,
  startSession,
  stopIf,
} from "./session.ts";
import { claim, confirm, end, isOpen, settle, unlock } from "./transitions.ts";

/** Grants, unless the run has ended; or finds that the access is there, and from now on needed by this run too. */
export async function escalate<A extends Access>(
  means: Means<A>,
  request: SymRequest,
  invocation: Invocation,
): Promise<Result> {
  const { system, clock } = means;
  const { runId, duration } = request;
  const session = startSession(means, invocation);
  const { access, early } = await begin(means, request, invocation);
  const key = session.leaseKey(access);
  const expiresAt = duration === undefined ? null : clock.now() + duration * 1_000;

  const opening = settled(session.openRun(runId, access));
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
    if (saved.won) return grant(means, session, claimed.lease, runId, invocation, { opening, prepared });
    await mustBeOpen(opening);
    const { current } = saved;
    look = await (current ? session.reconcile({ ...look, lease: current }, access) : session.look(access));
  }
}

/**
 * Who it is; and what is there, if the target system can tell both at once. Nobody has read the lease then: the first
 * record of the intent is written on the condition that there is none, and so shows that nobody of us was at work.
 */
async function begin<A extends Access>(
  { system, clock }: Means<A>,
  request: SymRequest,
  invocation: Invocation,
): Promise<{ access: A; early?: Look<A> }> {
  const at = clock.now();
  const { find } = system;
  if (!find) return { access: await timed(invocation, "resolve", () => system.resolve(request, invocation)) };
  const value = await timed(invocation, "find", () => find(request, invocation));
  return { access: value.access, early: { lease: undefined, found: { value }, at } };
}

/** Throws unless the run could be opened: else it was closed before, or that is not known. */
async function mustBeOpen(opening: Promise<Settled<boolean>>): Promise<void> {
  const { value, error } = await opening;
  if (error) throw error;
  if (!value) throw alreadyEnded();
}

/**
 * Takes an intent back of which nothing came. Nobody looks at the target system, where somebody else may have given just
 * what was to be given. If this fails, the sweep does it.
 */
async function withdraw<A extends Access>(session: Session<A>, claimed: Lease, runId: string): Promise<void> {
  const holder = session.holder();
  const withdrawn = session.update(claimed, (latest) =>
    session.holds(latest) ? settle(end(latest, runId, holder.now), holder, null) : latest,
  );
  await settled(withdrawn);
}

/** Changes the target system. The intent is recorded, so whatever goes wrong from here on can be put right. */
async function grant<A extends Access>(
  { system }: Means<A>,
  session: Session<A>,
  claimed: Lease,
  runId: string,
  invocation: Invocation,
  { opening, prepared }: { opening: Promise<Settled<boolean>>; prepared: unknown },
): Promise<Result> {
  let pending: string | undefined;
  let confirmed: Lease;
  if (!(await opening).value) await withdraw(session, claimed, runId);
  await mustBeOpen(opening);
  try {
    stopIf(invocation.budget.signal);
    // Who has the access already needs no change; if others take it away just now, it must not come back for good.
    if (!claimed.standing?.sufficient)
      ({ pending } = await timed(invocation, "grant", () =>
        system.grant(claimed.access as A, invocation, prepared),
      ));
    confirmed = await session.update(claimed, (lease) =>
      // If the run has ended meanwhile, the lock is still needed: the access must go again.
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
 * Takes back what an escalate began, and throws: after an error, Sym may never send the deescalate. If it turns out
 * that only the answer to the last record was lost, though, others may have read that record, so it stands.
 */
async function undo<A extends Access>(
  session: Session<A>,
  claimed: Lease,
  runId: string,
  { budget }: Invocation,
  error: unknown,
): Promise<Lease> {
  const undone = await settled(takeBack(session, claimed, runId, budget.signal.aborted));
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

/** `mayComeLate`: the grant was cut off, and may still take effect. The lock stays until it cannot; then it is swept. */
async function takeBack<A extends Access>(
  session: Session<A>,
  claimed: Lease,
  runId: string,
  mayComeLate: boolean,
): Promise<{ lease: Lease; wasRestored: boolean }> {
  // A run whose requester was told of the access before keeps its claim to it.
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

function result({ access, standing, runs }: Lease, runId: string): Result {
  if (standing?.sufficient) return { ...access.names, outcome: "already-had-access" };
  const expiresAt = runs[runId]?.expiresAt;
  return { ...access.names, outcome: "granted", ...(expiresAt && { expiresAt: new Date(expiresAt) }) };
}

function alreadyEnded(): SymError {
  return new SymError("This request has ended already, so it cannot give access any more; ask again", {
    reason: "refused",
  });
}
