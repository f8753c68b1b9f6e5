import type { Access, Changed } from "@sym/lambda-core";
import { attempt, stopIf } from "./attempt.ts";
import { decideEnd } from "./decisions.ts";
import { failureOf, vanished } from "./failures.ts";
import type { Lease } from "./lease.ts";
import type { Look, Session } from "./session.ts";
import { closingRuns, fail, isLocked, removeClosedRuns, unlock, write } from "./transitions.ts";

/** What an end came to: what `set` returned, if it was called, for which state; and whether others had changed the state. */
export type Finished = { changed?: Changed; state?: string; others: boolean };

/** Brings about what the end of the closing runs requires, and removes these runs. The session holds the lock. */
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
    // Only the holder releases the lock. If it is released, this write took effect, its answer was lost, and the stored
    // version is another invocation's. Otherwise runs were closed meanwhile, which the next round takes into account.
    if (!session.holds(result.current)) return finished;
    latest = result.current as Lease<A>;
  }
}

/** Makes the state what it should be at the end of the closing runs, unless `finished` has it; adds to `finished` what it did. */
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
 * Records why an end failed, with the lock as it is: what failed may still take effect. False if there is nothing to
 * record it in, or if that failed, too.
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
