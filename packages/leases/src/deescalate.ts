import {
  type Access,
  type Invocation,
  namesIn,
  type Reading,
  type Result,
  residualOf,
  SymError,
  type SymRequest,
  timed,
} from "@sym/lambda-core";
import type { Lease } from "./lease.ts";
import {
  type Finished,
  type Gone,
  type Look,
  type Means,
  type Session,
  type Settled,
  settled,
  startSession,
} from "./session.ts";
import {
  bury,
  type Ending,
  end,
  endingOf,
  isChangedByOthers,
  isLocked,
  lock,
  settle,
  unheld,
  write,
} from "./transitions.ts";

/** Ends a run: takes the access away, unless it was there before or another run still needs it. */
export async function deescalate<A extends Access>(
  means: Means<A>,
  request: SymRequest,
  invocation: Invocation,
): Promise<Result> {
  const { runId } = request;
  const { system } = means;
  const session = startSession(means, invocation);
  const looks = new Map<string, Promise<Settled<Look<A>>>>();
  const lookOnce = async (finding: Promise<A | undefined>) => {
    const access = await finding;
    const key = access && session.leaseKey(access);
    if (key && !looks.has(key)) looks.set(key, settled(session.look(access)));
    return access;
  };
  // Closing the run tells what it was about, and so does the payload: as soon as either is known, look at that.
  const resolving = timed(invocation, "resolve", () => system.resolve(request, invocation));
  const [closed, guess] = await Promise.all([
    settled(lookOnce(session.closeRun(runId) as Promise<A | undefined>)),
    settled(lookOnce(resolving)),
  ]);
  await Promise.all(looks.values());
  if (closed.error) throw remains(closed.error);
  // After `find`, an escalate records its intent while it opens its run: the intent of one that died can still arrive.
  const access = closed.value ?? (system.find && guess.value);
  if (access === undefined) {
    if (system.find && !couldNotBegin(guess.error)) throw unrecorded(guess.error);
    return { ...(guess.value?.names ?? namesIn(request)), outcome: "nothing-to-revoke" };
  }
  try {
    const look = await looks.get(session.leaseKey(access));
    return await close(session, access, runId, look?.value);
  } catch (error) {
    throw remains(error);
  }
}

/** Whether it is about somebody, or something, that is not there, so that an escalate has recorded nothing either. */
function couldNotBegin(error: unknown): boolean {
  return error instanceof SymError && error.reason !== "unavailable";
}

/** Ends a closed run's hold on its lease. The run stays due for the sweep until the lease knows of its end. */
export async function close<A extends Access>(
  session: Session<A>,
  access: A,
  runId: string,
  first?: Look<A>,
): Promise<Result> {
  for (let look = first ?? (await session.look(access)); ; look = await session.look(access)) {
    const run = look.lease?.runs[runId];
    const result =
      look.lease && run
        ? await endRun(session, runId, look.lease, look)
        : await endElsewhere(session, access, runId, look.lease);
    if (result) return result;
  }
}

/** A run that does not hold the lease, or not any more. Undefined if somebody else was first to write. */
async function endElsewhere<A extends Access>(
  session: Session<A>,
  access: A,
  runId: string,
  lease: Lease | undefined,
): Promise<Result | undefined> {
  if (!lease?.ended[runId]) {
    // An escalate may be about to record its intent: this makes that write fail, and its next look find the end.
    const holder = session.holder();
    const ended = lease
      ? bury(lease, runId, holder.now, session.staleReadMs)
      : end(unheld(session.leaseKey(access), access), runId, holder.now);
    if (!(await session.save(write(ended, holder))).won) return undefined;
  }
  await session.forgetRun(runId);
  const ending = lease && Object.keys(lease.runs).length > 0 ? endingOf(lease) : undefined;
  return ending?.is === "held" ? resultOf(ending, access) : { ...access.names, outcome: "nothing-to-revoke" };
}

/** A run that holds the lease. Undefined if somebody else was first to write, or has to finish first. */
async function endRun<A extends Access>(
  session: Session<A>,
  runId: string,
  lease: Lease,
  { found, at }: Look<A>,
): Promise<Result | undefined> {
  const holder = session.holder();
  const closing = end(lease, runId, holder.now);
  const ending = endingOf(closing);
  const gone = session.goneBy(found.error, lease, at);
  // Also if the lock has ended since we looked: what was found may be out of date then.
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
    const settledLease = settle(closing, holder, isOthers ? found.value : undefined);
    if (!(await session.save(write(settledLease, holder))).won) return undefined;
    await session.forgetRun(runId);
    return isOthers ? leftAsItIs(lease.access) : resultOf(ending, lease.access, gone);
  }
  const finished = await restoreAsLast(session, runId, write(lock(closing, holder), holder), found.value);
  if (!finished) return undefined;
  if (finished.untouched) return leftAsItIs(lease.access);
  return { ...resultOf(ending, lease.access, gone), ...(await residualOf(finished.restored ?? {})) };
}

/** Takes the lock, and does what the end of the last run asks for. Undefined if somebody else was first to write. */
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

function leftAsItIs({ names }: Access): Result {
  const detail = "somebody else changed it after the grant, so it was left as it is now";
  return { ...names, outcome: "kept-standing", detail };
}

function resultOf(ending: Ending, access: Access, gone?: Gone): Result {
  if (gone === "no-resource" && ending.is !== "held") {
    const detail = "it is not there any more, and the access went with it";
    return { ...access.names, outcome: "revoked", detail };
  }
  if (ending.is === "standing") return { ...access.names, outcome: "kept-standing" };
  if (ending.is === "restore") return { ...access.names, outcome: "revoked" };
  const expiresAt = ending.until === null ? {} : { expiresAt: new Date(ending.until) };
  return { ...access.names, outcome: "kept-for-other-request", ...expiresAt };
}

/** An escalate that was cut off may still record its intent, and it is not known where. */
function unrecorded(error: unknown): unknown {
  if (!(error instanceof SymError)) return error;
  const sequel = "no access is recorded for this request, but it may just have begun; try again";
  return new SymError(`${error.message}; ${sequel}`, { reason: "unavailable", cause: error });
}

function remains(error: unknown): unknown {
  if (!(error instanceof SymError)) return error;
  return new SymError(`${error.message}; the access may remain until the next sweep ends it`, {
    reason: "unavailable",
    cause: error,
  });
}
