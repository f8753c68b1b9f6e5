import type { Access, Changed } from "@sym/lambda-core";
import { attempt, stopIf } from "./attempt.ts";
import { decideEnd } from "./decisions.ts";
import { failureOf, vanished } from "./failures.ts";
import type { Lease } from "./lease.ts";
import type { Look, Session } from "./session.ts";
import { closingRuns, fail, isLocked, removeClosedRuns, unlock, write } from "./transitions.ts";

/**
 * The result of an end. `changed` is the result of `set`, and `state` the state that was set; both are undefined if `set` was
 * not called. `others`: others had changed the state.
 */
export type Finished = { changed?: Changed; state?: string; others: boolean };

/** Restores the state that the end of the closing runs requires, and removes these runs. The session holds the lock. */
export async function finish<A extends Access>(
  session: Session<A>,
  lease: Lease<A>,
  look: Pick<Look<A>, "found" | "at">,
): Promise<Finished> {
  const { holder } = session;
  const { value } = look.found;
  const finished: Finished = { others: false };
  let hasReleased = false;
  for (let latest = lease; ; ) {
    const decision = await putBack(session, latest, look, finished);
    if (value && decision.release && !hasReleased) {
      await session.release(value);
      hasReleased = true;
    }
    const { now } = holder();
    const ended = removeClosedRuns(decision.lease, holder());
    const changedAt = finished.state === undefined ? ended.changedAt : now;
    const begun = ended.begun && !hasReleased;
    const result = await session.save(write(unlock({ ...ended, changedAt, begun }, holder()), holder()));
    if (result.won) return finished;
    if (result.current === undefined) throw vanished(lease.access);
    // Only the holder releases the lock. A free lock shows that this write took effect, its answer was lost, and another
    // invocation has written since. With the lock still held, another invocation has closed runs, and the next round ends
    // these runs.
    if (!session.holds(result.current)) return finished;
    latest = result.current as Lease<A>;
  }
}

/** Sets the state that the end of the closing runs requires, unless `finished` has the state. Adds the result to `finished`. */
export async function putBack<A extends Access>(
  session: Session<A>,
  lease: Lease<A>,
  { found, at }: Pick<Look<A>, "found" | "at">,
  finished: Finished,
) {
  const decision = decideEnd(lease, found.value && { state: found.value.state, at }, session.rules);
  finished.others ||= decision.others;
  const { change } = decision;
  if (found.value && change && change.state !== finished.state) {
    stopIf(session.signal);
    finished.changed = await session.set(found.value, change);
    finished.state = change.state;
  }
  return decision;
}

/**
 * Records in the lease why an end failed, and leaves the lock: the failed change may still take effect. False if the lease
 * does not exist, has no closing run or is locked by another invocation, or if the write failed, too.
 */
export async function recordFailure<A extends Access>(
  session: Session<A>,
  key: string,
  error: unknown,
): Promise<boolean> {
  const lease = (await attempt(session.store.read(key))).value as Lease<A> | undefined;
  if (!lease || closingRuns(lease).length === 0 || isLocked(lease, session.holder())) return false;
  const recorded = session.update(lease, (latest) => fail(latest, failureOf(error), session.holder().now));
  return (await attempt(recorded)).error === undefined;
}
