import { type Access, type Invocation, type Sweep, SymError } from "@sym/lambda-core";
import { close } from "./deescalate.ts";
import { type Lease, resourceIn } from "./lease.ts";
import { attempt, type LeaseDeps, startSession } from "./session.ts";
import type { Due } from "./store.ts";
import {
  endAbandoned,
  isLocked,
  lock,
  markReported,
  orphansOf,
  removeClosedRuns,
  write,
} from "./transitions.ts";

/** What the sweep does with orphans: `end` revokes their access, `report` only counts and logs them. */
export type ExpiredRuns = "end" | "report";

/** How many due items one sweep handles, so that it ends in time; the next sweep continues. */
const batch = 500;

/** Finishes interrupted work and revokes orphans. It changes no access that is not in a lease. */
export async function sweep<A extends Access>(
  deps: LeaseDeps<A>,
  expired: ExpiredRuns,
  invocation: Invocation,
): Promise<Sweep> {
  const counts: Sweep = { due: 0, finished: 0, orphans: 0, failed: 0 };
  for (const item of await deps.store.due(deps.clock.now(), batch)) {
    if (invocation.budget.signal.aborted) break;
    counts.due += 1;
    const done = await attempt(sweepOne(deps, expired, invocation, item, counts));
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

/** True if the due item is finished. */
async function sweepOne<A extends Access>(
  deps: LeaseDeps<A>,
  expired: ExpiredRuns,
  invocation: Invocation,
  item: Due,
  counts: Sweep,
): Promise<boolean> {
  const session = startSession(deps, invocation);
  if ("run" in item) {
    const access = await session.closeRun(item.run);
    if (access) await close(session, access as A, item.run);
    return access !== undefined;
  }
  const lease = await deps.store.read(item.lease);
  const holder = session.holder();
  // The index of due items may lag behind the lease.
  if (!lease || lease.dueAt === null || lease.dueAt > holder.now || isLocked(lease, holder)) return false;
  const orphans = orphansOf(lease, holder);
  const ended = endAbandoned(lease, holder, expired);
  const closing = Object.keys(ended.runs).filter((runId) => ended.runs[runId]?.state === "closing");
  if (closing.length === 0 && lease.lock === null && orphans.length === 0) return false;
  const reported = markReported(ended, orphans, holder.now);
  const next = write(
    closing.length > 0 ? lock(reported, holder) : removeClosedRuns(reported, holder),
    holder,
  );
  if (!(await session.save(next)).won) return false;
  counts.orphans += orphans.length;
  for (const runId of orphans) logOrphan(lease, runId, invocation);
  if (closing.length === 0) return lease.lock !== null;
  // Only after the write of the lease: if an escalate wrote first, it continues, and its run is not over.
  await Promise.all(closing.map((runId) => session.closeRun(runId)));
  await Promise.all(closing.map((runId) => session.forgetRun(runId)));
  // On failure the lock stays until it ends, so that other due leases come first in the next sweep. Other runs can be
  // closed while it is held, so the state is read even if other runs still hold the lease.
  await session.finish(next, await session.lookAt(lease));
  return true;
}

function logOrphan({ access, runs }: Lease, runId: string, { log }: Invocation): void {
  const expiredAt = new Date(runs[runId]?.expiresAt ?? 0).toISOString();
  log("orphan", { run_id: runId, resource: access.resource, expired_at: expiredAt });
}

/** Names the resource and not the subject, whose name in the target system can be an e-mail. */
function nameOf(item: Due): { run_id: string } | { resource: string } {
  return "run" in item ? { run_id: item.run } : { resource: resourceIn(item.lease) };
}
