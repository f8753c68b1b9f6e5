import {
  type Access,
  type ActionResult,
  absent,
  type Invocation,
  namesIn,
  type Reading,
  residualOf,
  type State,
  type SymRequest,
} from "@sym/lambda-core";
import { attempt } from "./attempt.ts";
import { decideEnd, endsWithoutLook } from "./decisions.ts";
import { notRecorded, ofAnother, willBeSwept } from "./failures.ts";
import { type Finished, finish, recordFailure } from "./finish.ts";
import { isKeyOf, type Lease } from "./lease.ts";
import { type Gone, type LeaseDeps, type Look, type Session, startSession } from "./session.ts";
import { hasBegun, latestEnd, openRuns, type Rules } from "./states.ts";
import { afterLock, end, isLocked, lock, removeClosedRuns, unheld, write } from "./transitions.ts";

/**
 * Closes a run and revokes its access, unless the access is standing or another run still needs the access. Works from the
 * run's id alone: the record of the run names the access.
 */
export async function deescalate<A extends Access>(
  deps: LeaseDeps<A>,
  request: SymRequest,
  invocation: Invocation,
): Promise<ActionResult> {
  const { runId } = request;
  const session = startSession(deps, invocation);
  const closed = await attempt(deps.store.closeRun(runId, deps.clock.now()));
  if (closed.value === undefined) throw notRecorded(closed.error);
  if (closed.value.was !== "opened") {
    const detail = "this function has no record of a grant for this request";
    return { ...namesIn(request), outcome: "nothing-to-revoke", detail };
  }
  const { key, access } = closed.value;
  invocation.about(access);
  if (!isKeyOf(deps.name, key)) throw ofAnother(key);
  try {
    return await close(session, { runId, key, access: access as A });
  } catch (error) {
    await recordFailure(session, key, error);
    throw willBeSwept(error);
  }
}

/** A closed run, with the key of its lease and the access as its request named the access. */
export type ClosedRun<A extends Access> = { runId: string; key: string; access: A };

/** Ends a closed run in its lease. The run stays due for the sweep until the lease records its end. */
export async function close<A extends Access>(session: Session<A>, run: ClosedRun<A>): Promise<ActionResult> {
  for (;;) {
    const look = await session.look(run.key, run.access);
    const { lease } = look;
    const result = lease?.runs.has(run.runId)
      ? await endRun(session, run, lease, look)
      : await endUnheld(session, run, lease);
    if (result) return result;
  }
}

/** Ends a run that does not hold the lease. Undefined if another invocation wrote the lease first. */
async function endUnheld<A extends Access>(
  session: Session<A>,
  run: ClosedRun<A>,
  lease: Lease<A> | undefined,
): Promise<ActionResult | undefined> {
  if (!(await recordUnheld(session, run, lease))) return undefined;
  await attempt(session.store.forgetRun(run.runId));
  return { ...run.access.names, outcome: "nothing-to-revoke" };
}

/**
 * Adds the tombstone of a run to a lease that does not list the run. If an escalate is about to write its intent, its
 * write fails, and its next read finds the tombstone. An existing tombstone gets the present time, so that the lease
 * keeps the tombstone for as long as the escalate lives. False if another invocation wrote the lease first.
 */
export async function recordUnheld<A extends Access>(
  session: Session<A>,
  { runId, key, access }: ClosedRun<A>,
  lease: Lease<A> | undefined,
): Promise<boolean> {
  const holder = session.holder();
  const ended = end(lease ?? unheld(key, access), runId, holder.now);
  return (await session.save(write(ended, holder))).won;
}

/** Ends a run that holds the lease. Undefined if another invocation wrote the lease first or holds the lock. */
async function endRun<A extends Access>(
  session: Session<A>,
  run: ClosedRun<A>,
  lease: Lease<A>,
  { found, at }: Look<A>,
): Promise<ActionResult | undefined> {
  const { runId } = run;
  const { rules } = session;
  const holder = session.holder();
  // A lock that has ended since the read counts, too: the reading may be out of date.
  const locked = isLocked(lease, { owner: holder.owner, now: at });
  const closing = end(locked ? lease : afterLock(lease), runId, holder.now);
  const gone = session.goneBy(found.error, closing, at);
  const isBlind = found.error !== undefined && !gone;
  if (locked || (isBlind && !endsWithoutLook(closing, rules))) {
    if (!(await markClosing(session, runId, lease))) return undefined;
    if (!locked) throw found.error;
    await session.wait(run.key);
    return undefined;
  }
  const decision = decideEnd(closing, found.value && { state: found.value.state, at }, rules);
  const { change, others, release } = decision;
  const wanted = lease.runs.get(runId)?.wanted ?? "";
  const ended: Ended<A> = {
    names: run.access.names,
    wanted,
    lease: decision.lease,
    gone,
    reading: found.value,
  };
  if (!change && !(release && session.releases)) {
    if (!(await session.save(write(removeClosedRuns(decision.lease, holder), holder))).won) return undefined;
    await attempt(session.store.forgetRun(runId));
    return resultOfEnd(rules, ended, { others });
  }
  const claimed = write(lock(decision.lease, holder), holder);
  if (!(await session.save(claimed)).won) return undefined;
  const [finished] = await Promise.all([
    finish(session, claimed, { found, at }),
    attempt(session.store.forgetRun(runId)),
  ]);
  return resultOfEnd(rules, ended, { ...finished, others: others || finished.others });
}

/** Marks a run `closing`, so that the holder or the sweep ends the run. False if another invocation wrote the lease first. */
async function markClosing<A extends Access>(
  session: Session<A>,
  runId: string,
  lease: Lease<A>,
): Promise<boolean> {
  if (lease.runs.get(runId)?.state === "closing") return true;
  const holder = session.holder();
  if (!(await session.save(write(end(lease, runId, holder.now), holder))).won) return false;
  await attempt(session.store.forgetRun(runId));
  return true;
}

/** A run that has ended, and the lease at its end. */
type Ended<A extends Access> = {
  names: A["names"];
  wanted: State;
  lease: Lease<A>;
  gone: Gone | undefined;
  reading: Reading<A> | undefined;
};

/** What the end of a run came to. */
export async function resultOfEnd<A extends Access>(
  rules: Rules,
  { names, wanted, lease, gone, reading }: Ended<A>,
  { changed, state, others }: Finished,
): Promise<ActionResult> {
  const open = openRuns(lease);
  const until = latestEnd(open);
  const expires = open.length > 0 && until !== null ? { expiresAt: new Date(until) } : {};
  if (others) {
    const detail =
      "another administrator or system changed the access after the grant, so the access stays as it is now";
    return { ...names, outcome: "kept-standing", detail, changedByOthers: true };
  }
  if (gone === "no-resource")
    return {
      ...names,
      outcome: "revoked",
      detail: "the resource no longer exists, so the access ended with it",
    };
  const residual = await residualOf(changed ?? reading ?? {});
  if (lease.standing !== null && rules.satisfies(lease.standing, wanted))
    return { ...names, outcome: "kept-standing" };
  if (changed?.state === wanted)
    return {
      ...names,
      outcome: "kept-standing",
      detail: "another administrator had also granted you this access, and you keep it",
      ...residual,
    };
  if (open.length > 0 && (state === undefined || rules.satisfies(state, wanted)))
    return { ...names, outcome: "kept-for-other-request", ...expires };
  const left = changed?.state ?? state;
  if (left !== undefined && left !== absent && rules.satisfies(wanted, left))
    return { ...names, outcome: "lowered", detail: left, ...expires, ...residual };
  if (state === undefined && reading?.effect === "anyway")
    return {
      ...names,
      outcome: "kept-standing",
      detail: "you also have this access without the request, and keep it",
      // With a change of ours, the subject has got the other way since the grant: before, no change was needed.
      ...(hasBegun(lease) && { stillHasAccess: true }),
    };
  return { ...names, outcome: "revoked", ...residual };
}
