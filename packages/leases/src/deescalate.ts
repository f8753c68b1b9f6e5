import {
  type Access,
  type ActionResult,
  type Invocation,
  namesIn,
  type Reading,
  residualOf,
  SymError,
  type SymRequest,
  timed,
} from "@sym/lambda-core";
import type { Lease } from "./lease.ts";
import {
  type Attempt,
  attempt,
  type Finished,
  type Gone,
  type LeaseDeps,
  type Look,
  type Session,
  startSession,
} from "./session.ts";
import {
  addTombstone,
  type Ending,
  end,
  endingOf,
  isChangedByOthers,
  isLocked,
  lock,
  removeClosedRuns,
  unheld,
  write,
} from "./transitions.ts";

/** Closes a run and revokes its access, unless the access is standing or another run still holds it. */
export async function deescalate<A extends Access>(
  deps: LeaseDeps<A>,
  request: SymRequest,
  invocation: Invocation,
): Promise<ActionResult> {
  const { runId } = request;
  const { system } = deps;
  const session = startSession(deps, invocation);
  const looks = new Map<string, Promise<Attempt<Look<A>>>>();
  const lookOnce = async (finding: Promise<A | undefined>) => {
    const access = await finding;
    const key = access && session.leaseKey(access);
    if (key && !looks.has(key)) looks.set(key, attempt(session.look(access)));
    return access;
  };
  // The record of the run names the access, and so does the payload: the first of them to be known starts the look.
  const resolving = timed(invocation, "resolve", () => system.resolve(request, invocation));
  const [closed, guess] = await Promise.all([
    attempt(lookOnce(session.closeRun(runId) as Promise<A | undefined>)),
    attempt(lookOnce(resolving)),
  ]);
  await Promise.all(looks.values());
  if (closed.error) throw accessMayRemain(closed.error);
  // After `find`, an escalate writes its intent while it opens its run: the intent of a dead escalate can still arrive.
  const access = closed.value ?? (system.find && guess.value);
  if (access === undefined) {
    if (system.find && !couldNotBegin(guess.error)) throw accessUnknown(guess.error);
    return { ...(guess.value?.names ?? namesIn(request)), outcome: "nothing-to-revoke" };
  }
  try {
    const look = await looks.get(session.leaseKey(access));
    return await close(session, access, runId, look?.value);
  } catch (error) {
    throw accessMayRemain(error);
  }
}

/** Whether the request names no existing subject or resource, so that its escalate cannot have written an intent. */
function couldNotBegin(error: unknown): boolean {
  return error instanceof SymError && error.reason !== "unavailable";
}

/** Ends a closed run in its lease. The run stays due for the sweep until the lease records its end. */
export async function close<A extends Access>(
  session: Session<A>,
  access: A,
  runId: string,
  first?: Look<A>,
): Promise<ActionResult> {
  for (let look = first ?? (await session.look(access)); ; look = await session.look(access)) {
    const run = look.lease?.runs[runId];
    const result =
      look.lease && run
        ? await endRun(session, runId, look.lease, look)
        : await endUnheld(session, access, runId, look.lease);
    if (result) return result;
  }
}

/** Ends a run that does not hold the lease. Undefined if another invocation wrote the lease first. */
async function endUnheld<A extends Access>(
  session: Session<A>,
  access: A,
  runId: string,
  lease: Lease | undefined,
): Promise<ActionResult | undefined> {
  if (!lease?.ended[runId]) {
    // If an escalate is about to write its intent, this makes that write fail, and its next look finds the tombstone.
    const holder = session.holder();
    const ended = lease
      ? addTombstone(lease, runId, holder.now, session.staleReadMs)
      : end(unheld(session.leaseKey(access), access), runId, holder.now);
    if (!(await session.save(write(ended, holder))).won) return undefined;
  }
  await session.forgetRun(runId);
  const ending = lease && Object.keys(lease.runs).length > 0 ? endingOf(lease) : undefined;
  return ending?.is === "held" ? resultOf(ending, access) : { ...access.names, outcome: "nothing-to-revoke" };
}

/** Ends a run that holds the lease. Undefined if another invocation wrote the lease first or holds the lock. */
async function endRun<A extends Access>(
  session: Session<A>,
  runId: string,
  lease: Lease,
  { found, at }: Look<A>,
): Promise<ActionResult | undefined> {
  const holder = session.holder();
  const closing = end(lease, runId, holder.now);
  const ending = endingOf(closing);
  const gone = session.goneBy(found.error, lease, at);
  // Also if the lock has ended since the look: the reading may be out of date then.
  const locked = isLocked(lease, { owner: holder.owner, now: at });
  if (locked || (ending.is === "restore" && found.error && !gone)) {
    if (lease.runs[runId]?.state !== "closing" && !(await session.save(write(closing, holder))).won)
      return undefined;
    await session.forgetRun(runId);
    if (!locked) throw found.error;
    await session.wait();
    return undefined;
  }
  if (ending.is !== "restore") {
    const isOthers = ending.is === "standing" && found.value && isChangedByOthers(lease, found.value.state);
    const withoutRun = removeClosedRuns(closing, holder, isOthers ? found.value : undefined);
    if (!(await session.save(write(withoutRun, holder))).won) return undefined;
    await session.forgetRun(runId);
    return isOthers ? leftAsItIs(lease.access) : resultOf(ending, lease.access, gone);
  }
  const finished = await restoreAsLast(session, runId, write(lock(closing, holder), holder), found.value);
  if (!finished) return undefined;
  if (finished.untouched) return leftAsItIs(lease.access);
  return { ...resultOf(ending, lease.access, gone), ...(await residualOf(finished.restored ?? {})) };
}

/** Takes the lock and restores the standing state. Undefined if another invocation wrote the lease first. */
async function restoreAsLast<A extends Access>(
  session: Session<A>,
  runId: string,
  claimed: Lease,
  found: Reading<A> | undefined,
): Promise<Finished | undefined> {
  const isOurs = found && !isChangedByOthers(claimed, found.state);
  const [saved, prepared] = await Promise.all([
    session.save(claimed),
    isOurs && session.prepare(found.access, "restore"),
  ]);
  if (!saved.won) return undefined;
  const [finished] = await Promise.all([session.finish(claimed, found, prepared), session.forgetRun(runId)]);
  return finished;
}

function leftAsItIs({ names }: Access): ActionResult {
  const detail = "somebody else changed it after the grant, so it was left as it is now";
  return { ...names, outcome: "kept-standing", detail };
}

function resultOf(ending: Ending, access: Access, gone?: Gone): ActionResult {
  if (gone === "no-resource" && ending.is !== "held") {
    const detail = "it is not there any more, and the access went with it";
    return { ...access.names, outcome: "revoked", detail };
  }
  if (ending.is === "standing") return { ...access.names, outcome: "kept-standing" };
  if (ending.is === "restore") return { ...access.names, outcome: "revoked" };
  const expiresAt = ending.until === null ? {} : { expiresAt: new Date(ending.until) };
  return { ...access.names, outcome: "kept-for-other-request", ...expiresAt };
}

/** An escalate that was cut off may still write its intent, and without the access its lease cannot be found. */
function accessUnknown(error: unknown): unknown {
  if (!(error instanceof SymError)) return error;
  const sequel = "no access is recorded for this request, but it may just have begun; try again";
  return new SymError(`${error.message}; ${sequel}`, { reason: "unavailable", cause: error });
}

function accessMayRemain(error: unknown): unknown {
  if (!(error instanceof SymError)) return error;
  return new SymError(`${error.message}; the access may remain until the next sweep ends it`, {
    reason: "unavailable",
    cause: error,
  });
}
