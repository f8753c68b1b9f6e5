import { type About, type Access, type Invocation, logEvent, type Sweep } from "@sym/lambda-core";
import pLimit, { type LimitFunction } from "p-limit";
import { attempt } from "./attempt.ts";
import { decideSweep, type ExpiredRuns } from "./decisions.ts";
import { type ClosedRun, close, recordUnheld } from "./deescalate.ts";
import { ofAnother } from "./failures.ts";
import { recordFailure } from "./finish.ts";
import { isKeyOf, type Lease } from "./lease.ts";
import { type LeaseDeps, type Session, startSession } from "./session.ts";
import type { Due } from "./store.ts";
import { finishAll, heldNothing, type Swept } from "./swept.ts";
import { closingRuns, dropUnopened, unlock, write } from "./transitions.ts";

/** The maximum number of due items of a sweep, the longest due first. The next sweep handles the rest. */
const batch = 5_000;
/** The number of leases of a host that a sweep ends in parallel: GitHub, the strictest host, allows about 110 ends a minute. */
const leasesOfHost = 4;
/** A target system that does not answer delays a lease by this time. */
const leaseMs = 8_000;
/** A failed run or broken record is due again after this time. A lease with a recorded failure has its own time, `retryAt`. */
const againMs = 15 * 60_000;
const dayMs = 24 * 60 * 60_000;

/**
 * Finishes interrupted work and revokes orphans, several leases in parallel. Changes no access without a lease. `counts` is
 * right at every moment, even if Lambda cuts the sweep off.
 */
export async function sweep<A extends Access>(
  deps: LeaseDeps<A>,
  expired: ExpiredRuns,
  invocation: Invocation,
  counts: Sweep,
): Promise<void> {
  const { store, clock } = deps;
  const { signal } = invocation.budget;
  const hosts = new Map<string, LimitFunction>();
  const now = clock.now();
  const isOld = (failingSince: number) => failingSince <= now - dayMs;
  // A sweep without its gauges is still a sweep.
  const later = attempt(store.later(now)).then(({ value }) => {
    if (!value) return;
    counts.later = { open: value.open, failing: value.failingSince.length };
    counts.failingForADay += value.failingSince.filter(isOld).length;
  });
  const due = await store.due(now, batch);
  const leases = Map.groupBy(due, ({ lease }) => lease);
  counts.left = due.length;

  /** Whether the item's end has failed, or was not tried. `since`: the first failure of the lease. */
  async function fails(item: Due, since: number): Promise<boolean> {
    if (signal.aborted) return true;
    counts.due += 1;
    const start = performance.now();
    const seen: About[] = [];
    // Each item has its own owner id, so that the items respect each other's locks.
    const id = `${invocation.id}/${counts.due}`;
    const within = {
      ...invocation,
      ...{ id, budget: invocation.budget.part(leaseMs) },
      about: (access: About) => void seen.push(access),
    };
    const session = startSession(deps, within);
    const isOurs = isKeyOf(deps.name, item.lease);
    const part = { deps, session, expired, invocation: within, counts };
    // A record of another handler stays unchanged, and due: the other handler's sweep finishes the work.
    const done = await attempt(isOurs ? sweepOne(part, item) : Promise.reject(ofAnother(item.lease)));
    within.budget.end();
    counts.left -= 1;
    const { run, lease } = item;
    const about = { seen, duration: Math.round(performance.now() - start) };
    const swept = done.value ?? [];
    for (const { runId, result } of swept)
      logEvent(invocation.log, { ...about, outcome: result.outcome, result }, { run_id: runId, lease });
    counts.finished += Number(swept.length > 0);
    counts.changedByOthers += Number(swept.some(({ result }) => result.changedByOthers));
    counts.stillHasAccess += Number(swept.some(({ result }) => result.stillHasAccess));
    if (done.error === undefined) return false;
    counts.failed += 1;
    const failed = { ...about, outcome: "failed", error: done.error };
    logEvent(invocation.log, failed, {
      ...{ run_id: run, lease },
      failing_since: new Date(since).toISOString(),
    });
    if (isOurs) {
      const isRecorded = await recordFailure(session, lease, done.error);
      if (run !== undefined || !isRecorded)
        await attempt(store.postpone(item, clock.now() + againMs, clock.now()));
    }
    return true;
  }

  await Promise.all([
    later,
    ...[...leases.values()].map((items) => {
      const host = items[0]?.host ?? "";
      const limit = hosts.get(host) ?? pLimit(leasesOfHost);
      hosts.set(host, limit);
      const since = Math.min(now, ...items.flatMap(({ failingSince }) => failingSince ?? []));
      counts.failingForADay += Number(isOld(since));
      return limit(async () => {
        let isFailing = false;
        // Runs come before their lease: the end of the runs may be all that the lease is due for.
        for (const item of items.toSorted(
          (a, b) => Number(b.run !== undefined) - Number(a.run !== undefined),
        ))
          isFailing = (await fails(item, since)) || isFailing;
        if (!isFailing) counts.failingForADay -= Number(isOld(since));
      });
    }),
  ]);
}

/** One part of a sweep, with its own session. */
type Part<A extends Access> = {
  deps: LeaseDeps<A>;
  session: Session<A>;
  expired: ExpiredRuns;
  invocation: Invocation;
  counts: Sweep;
};

/** The runs that the sweep has ended; none if the due item has no work now. */
async function sweepOne<A extends Access>(part: Part<A>, { lease, run }: Due): Promise<Swept[]> {
  return run === undefined ? sweepLease(part, lease) : sweepRun(part, run);
}

/** Finishes a closed run whose lease may not record the end, or an open run that may be in no lease. */
async function sweepRun<A extends Access>(
  { deps, session, invocation }: Part<A>,
  runId: string,
): Promise<Swept[]> {
  const { store, clock } = deps;
  const run = await store.readRun(runId);
  // The index of due items may lag behind the run.
  if (!run?.opened || run.dueAt === null || run.dueAt > clock.now()) return [];
  const ended = { runId, key: run.opened.key, access: run.opened.access as A };
  invocation.about(ended.access);
  if (run.closedAt === null) return endInDoubt(session, ended);
  await store.closeRun(runId, clock.now());
  return [{ runId, result: await close(session, ended) }];
}

/**
 * Ends a run whose escalate failed before its lease listed the run. The write of the lease comes first: if another delivery
 * of the escalate has just written its intent, the write fails, and the lease keeps the run.
 */
async function endInDoubt<A extends Access>(session: Session<A>, run: ClosedRun<A>): Promise<Swept[]> {
  const { runId, key } = run;
  for (;;) {
    const lease = (await session.store.read(key)) as Lease<A> | undefined;
    if (lease?.runs.has(runId)) {
      await session.store.leaveToLease(runId);
      return [];
    }
    if (!(await recordUnheld(session, run, lease))) continue;
    await session.closeRun(runId, key);
    return [{ runId, result: heldNothing(run.access) }];
  }
}

async function sweepLease<A extends Access>(
  { deps, session, expired, invocation, counts }: Part<A>,
  key: string,
): Promise<Swept[]> {
  const { store, clock } = deps;
  const stored = (await store.read(key)) as Lease<A> | undefined;
  const decided = decideSweep(stored, session.holder(), expired);
  if (!stored || !decided) return [];
  invocation.about(stored.access);
  const { orphans, closing } = decided;
  const next = write(decided.lease, session.holder());
  if (!(await session.save(next)).won) return [];
  counts.orphans += orphans.length;
  for (const runId of orphans) logOrphan(stored, runId, invocation);
  if (closing.length === 0) return [];
  // The close comes after the write of the lease: an escalate that wrote first goes on, and its run must stay open.
  const closed = await Promise.all(closing.map((runId) => store.closeRun(runId, clock.now(), key)));
  // An intent whose run was never opened for this access has set no state: others may have set the present state.
  const unopened = closing.filter(
    (runId, index) => next.runs.get(runId)?.intent && closed[index]?.was !== "opened",
  );
  const held = await session.update(next, (latest) => {
    if (unopened.length === 0 || !session.holds(latest)) return latest;
    const kept = dropUnopened(latest, unopened, stored, session.holder());
    return closingRuns(kept).length === 0 ? unlock(kept, session.holder()) : kept;
  });
  // Further runs can close while this invocation holds the lock, so the sweep reads the target even if open runs remain.
  const finished =
    closingRuns(held).length > 0 ? await finishAll(session, held, await session.lookAt(decided.lease)) : [];
  // If an id was used twice, the run of the other lease stays due for the other lease.
  const ended = closing.filter((_, index) => closed[index]?.was === "opened");
  await Promise.all(ended.map((runId) => attempt(store.forgetRun(runId))));
  const dropped = closing.filter((runId) => !held.runs.has(runId));
  return [...finished, ...dropped.map((runId) => ({ runId, result: heldNothing(stored.access) }))];
}

function logOrphan({ runs, key }: Lease, runId: string, { log }: Invocation): void {
  const expiredAt = new Date(runs.get(runId)?.expiresAt ?? 0).toISOString();
  log("orphan", { run_id: runId, lease: key, expired_at: expiredAt });
}
