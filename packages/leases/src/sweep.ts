import { type Access, type Invocation, type Sweep, SymError } from "@sym/lambda-core";
import { close } from "./deescalate.ts";
import { type Lease, resourceIn } from "./lease.ts";
import { type Means, settled, startSession } from "./session.ts";
import type { Due } from "./store.ts";
import { endAbandoned, isLocked, lock, orphansOf, settle, tell, write } from "./transitions.ts";

/** What happens to runs whose deescalate never came: `end` takes the access back, `report` only counts and logs. */
export type ExpiredRuns = "end" | "report";

/** How many due items one sweep takes on, so that it ends in time; the next one goes on. */
const batch = 500;

/** Finishes what was left undone. It touches only what a lease says that we changed. */
export async function sweep<A extends Access>(
  means: Means<A>,
  expired: ExpiredRuns,
  invocation: Invocation,
): Promise<Sweep> {
  const counts: Sweep = { due: 0, finished: 0, orphans: 0, failed: 0 };
  for (const item of await means.store.due(means.clock.now(), batch)) {
    if (invocation.budget.signal.aborted) break;
    counts.due += 1;
    const done = await settled(sweepOne(means, expired, invocation, item, counts));
    if (done.value) counts.finished += 1;
    if (done.error) {
      counts.failed += 1;
      invocation.log("sweep-failed", {
        ...nameOf(item),
        reason: done.error instanceof SymError ? done.error.reason : "unexpected",
      });
    }
  }
  return counts;
}

/** True if something was finished. */
async function sweepOne<A extends Access>(
  means: Means<A>,
  expired: ExpiredRuns,
  invocation: Invocation,
  item: Due,
  counts: Sweep,
): Promise<boolean> {
  const session = startSession(means, invocation);
  if ("run" in item) {
    const access = await session.closeRun(item.run);
    if (access) await close(session, access as A, item.run);
    return access !== undefined;
  }
  const lease = await means.store.read(item.lease);
  const holder = session.holder();
  // The index that tells what is due may be late, and so may we be.
  if (!lease || lease.dueAt === null || lease.dueAt > holder.now || isLocked(lease, holder)) return false;
  const orphans = orphansOf(lease, holder);
  const ended = endAbandoned(lease, holder, expired);
  const closing = Object.keys(ended.runs).filter((runId) => ended.runs[runId]?.state === "closing");
  if (closing.length === 0 && lease.lock === null && orphans.length === 0) return false;
  const told = tell(ended, orphans, holder.now);
  const next = write(closing.length > 0 ? lock(told, holder) : settle(told, holder), holder);
  if (!(await session.save(next)).won) return false;
  counts.orphans += orphans.length;
  for (const runId of orphans) logOrphan(lease, runId, invocation);
  if (closing.length === 0) return lease.lock !== null;
  // Not before the lease says so: an escalate that was first to write goes on, and its run is not over then.
  await Promise.all(closing.map((runId) => session.closeRun(runId)));
  await Promise.all(closing.map((runId) => session.forgetRun(runId)));
  // On failure the lock stays until it ends, so that other due leases come first in the next sweep. Runs can end while
  // it is held, so what is there must be known even if other runs still need it.
  await session.finish(next, await session.lookAt(lease));
  return true;
}

function logOrphan({ access, runs }: Lease, runId: string, { log }: Invocation): void {
  const expiredAt = new Date(runs[runId]?.expiresAt ?? 0).toISOString();
  log("orphan", { run_id: runId, resource: access.resource, expired_at: expiredAt });
}

/** By what it is about and not by whom: the name of a person in the target system can be an e-mail. */
function nameOf(item: Due): { run_id: string } | { resource: string } {
  return "run" in item ? { run_id: item.run } : { resource: resourceIn(item.lease) };
}
