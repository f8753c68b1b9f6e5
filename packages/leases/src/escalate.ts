import { createHash } from "node:crypto";
import {
  type Access,
  type ActionResult,
  type Change,
  type Changed,
  type Found,
  type Invocation,
  type Reading,
  type State,
  type SymRequest,
  throwObstacle,
  timed,
} from "@sym/lambda-core";
import { type Attempt, attempt, stopIf } from "./attempt.ts";
import { decideEscalate } from "./decisions.ts";
import { alreadyEnded, notTakenBack, refusals, takenBack, usedTwice } from "./failures.ts";
import { type Finished, finish, putBack } from "./finish.ts";
import { type Lease, leaseKey } from "./lease.ts";
import { type LeaseDeps, type Look, type Session, startSession } from "./session.ts";
import type { Opened } from "./store.ts";
import { confirm, dropRuns, end, isOpen, lockEnd, unlock, write } from "./transitions.ts";

/** How long after the lock of its invocation the sweep checks an opened run that may be in no lease. */
const doubtAfterMs = 60_000;

/** Grants the access and adds the run to its lease, unless the run has ended. Leaves existing access as it is. */
export async function escalate<A extends Access>(
  deps: LeaseDeps<A>,
  request: SymRequest,
  invocation: Invocation,
): Promise<ActionResult> {
  const { system, clock, store, name } = deps;
  const { runId, duration } = request;
  const session = startSession(deps, invocation);
  const at = clock.now();
  const found = await timed(invocation, "find", () => system.find(request, invocation));
  const { access, wanted } = found;
  invocation.about(access);
  throwObstacle(found.effect);
  const asking = {
    ...{ runId, wanted, key: leaseKey(name, access) },
    expiresAt: duration === undefined ? null : clock.now() + duration * 1_000,
  };
  // The first write succeeds only if no lease exists, which shows that no other invocation was at work.
  let look: Look<A> = { lease: undefined, found: { value: found }, at };
  let opening: Promise<Attempt<Opened>> | undefined;
  for (;;) {
    if (look.found.value === undefined) throw look.found.error;
    const reading = look.found.value;
    throwObstacle(reading.effect);
    const asked = { ...asking, found: reading, at: look.at };
    const decision = decideEscalate(look.lease, asked, session.holder(), session.rules);
    if (decision.is === "open") return resultOf(decision.lease, request, { found, reading, session });
    if (decision.is === "locked") {
      await session.wait(asking.key);
      look = await session.look(asking.key, access);
      continue;
    }
    if (decision.is !== "intent") throw refusals[decision.is](access);
    const claimed = write(decision.lease, session.holder());
    const run = { id: runId, key: asking.key, access, wish: wishOf(request, wanted) };
    // The run is due until its lease lists the run, so that no run stays open without a lease.
    opening ??= attempt(store.openRun(run, lockEnd(session.holder()) + doubtAfterMs));
    const [saved, opened] = await Promise.all([session.save(claimed), opening]);
    if (saved.won && opened.value !== "opened") await withdraw(session, claimed, runId);
    mustBeOpen(opened, found);
    if (saved.won) return carryOut(session, claimed, { request, found, reading, ...decision }, invocation);
    look = await session.reconcile({ ...look, lease: saved.current as Lease<A> | undefined }, access);
  }
}

/** A hash of the requester and the wanted state. Both stay the same for the whole life of a run. */
export function wishOf({ requester }: SymRequest, wanted: State): string {
  return createHash("sha256")
    .update(JSON.stringify([requester.toLowerCase(), wanted]))
    .digest("base64url");
}

/** Throws if the run was closed before, belongs to another access or wish, or may not have been opened. */
function mustBeOpen({ value, error }: Attempt<Opened>, { access }: Found<Access>): void {
  if (error) throw error;
  if (value === "closed") throw alreadyEnded();
  if (value === "other") throw usedTwice(access);
}

/**
 * Withdraws the first intent of a new lease before its change begins, without a read of the target system, where others may
 * have granted the same access. After a failure here, the sweep withdraws the intent.
 */
async function withdraw<A extends Access>(
  session: Session<A>,
  claimed: Lease<A>,
  runId: string,
): Promise<void> {
  const holder = session.holder();
  const withdrawn = session.update(claimed, (latest) =>
    session.holds(latest) ? unlock(dropRuns(latest, [runId], holder), holder) : latest,
  );
  await attempt(withdrawn);
}

/** The work of an escalate after the write of its intent. */
type Task<A extends Access> = {
  request: SymRequest;
  found: Found<A>;
  reading: Reading<A>;
  change: Change | undefined;
  others: boolean;
  release: boolean;
};

/** Changes the target system. The store holds the intent, so the sweep can repair every failure from here on. */
async function carryOut<A extends Access>(
  session: Session<A>,
  claimed: Lease<A>,
  { request, found, reading, change, others, release }: Task<A>,
  invocation: Invocation,
): Promise<ActionResult> {
  const { runId } = request;
  const { names } = found.access;
  let changed: Changed = {};
  let confirmed: Lease<A>;
  try {
    stopIf(invocation.budget.signal);
    // Standing access that suffices needs no change: if others revoked the access now, our change would outlive every run.
    if (release) await session.release(reading);
    if (change) changed = await session.set(reading, change, invocation);
    [confirmed] = await Promise.all([
      session.update(claimed, (lease) =>
        confirm({ ...lease, begun: lease.begun && !release }, runId, session.holder()),
      ),
      attempt(session.store.leaveToLease(runId)),
    ]);
    if (!isOpen(confirmed, runId)) throw alreadyEnded();
  } catch (error) {
    confirmed = await undo(session, claimed, runId, invocation, error);
  }
  const told = others ? { changedByOthers: true } : {};
  if (changed.pending) return { ...names, ...told, outcome: "pending", detail: changed.pending };
  return { ...resultOf(confirmed, request, { found, reading, session }), ...told };
}

/**
 * Rolls the escalate back and throws: after an error, Sym may never send the deescalate. If the last write succeeded and
 * only its answer was lost, other invocations may have read the write, so the grant stays; returns its lease.
 */
async function undo<A extends Access>(
  session: Session<A>,
  claimed: Lease<A>,
  runId: string,
  { budget }: Invocation,
  error: unknown,
): Promise<Lease<A>> {
  const undone = await attempt(takeBack(session, claimed, runId, budget.signal.aborted));
  if (undone.value === undefined) throw notTakenBack(error, undone.error);
  const { lease, wasChanged } = undone.value;
  if (isOpen(lease, runId) && !isOpen(claimed, runId)) return lease;
  throw wasChanged ? takenBack(error) : error;
}

/**
 * Restores the earlier state. `mayComeLate`: the change was cut off and may still take effect. Then the lock stays until its
 * end, and the sweep finishes the rollback.
 */
async function takeBack<A extends Access>(
  session: Session<A>,
  claimed: Lease<A>,
  runId: string,
  mayComeLate: boolean,
): Promise<{ lease: Lease<A>; wasChanged: boolean }> {
  // A run that was open before stays open: an earlier answer said "granted".
  if (isOpen(claimed, runId)) {
    const kept = mayComeLate
      ? claimed
      : await session.update(claimed, (lease) => confirm(lease, runId, session.holder()));
    return { lease: kept, wasChanged: false };
  }
  const lease = await session.update(claimed, (latest) =>
    session.holds(latest) ? end(latest, runId, session.holder().now) : latest,
  );
  if (!session.holds(lease)) return { lease, wasChanged: false };
  const look = await session.lookAt(claimed);
  let finished: Finished = { others: false };
  if (mayComeLate) await putBack(session, lease, look, finished);
  else {
    finished = await finish(session, lease, look);
    // The lease lists the end of the run, so no other delivery of the event can grant the access again.
    await session.closeRun(runId, lease.key);
  }
  return { lease, wasChanged: finished.state !== undefined };
}

type Granted<A extends Access> = { found: Found<A>; reading: Reading<A>; session: Session<A> };

function resultOf<A extends Access>(
  { standing, runs }: Lease<A>,
  { runId }: SymRequest,
  { found, reading, session }: Granted<A>,
): ActionResult {
  const { names } = found.access;
  const hadIt =
    reading.effect === "anyway" || (standing !== null && session.rules.satisfies(standing, found.wanted));
  if (hadIt) return { ...names, outcome: "already-had-access" };
  const expiresAt = runs.get(runId)?.expiresAt;
  return { ...names, outcome: "granted", ...(expiresAt && { expiresAt: new Date(expiresAt) }) };
}
