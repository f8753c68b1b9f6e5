import { SymError } from "@sym/lambda-core";
import type { LeaseStore } from "@sym/leases/store";
import { subjectBook } from "./books.ts";
import { call } from "./call.ts";
import { brokenKey, foreignKey, mustBeOurs } from "./promises.ts";
import type { Invoked, World } from "./world.ts";

/** The production code's memory store. Each call waits for the scheduler. */
export function storePort(world: World, by: Invoked): LeaseStore {
  const { store, plan } = world;
  const run = <T>(name: string, detail: string, effect: () => Promise<T>) =>
    call(world, by, { name, detail, effect });
  return {
    openRun: (opened, dueAt) => run("open run", opened.id, () => store.openRun(opened, dueAt)),
    closeRun: (runId, now, key) => run("close run", runId, () => store.closeRun(runId, now, key)),
    leaveToLease: (runId) => run("leave to lease", runId, () => store.leaveToLease(runId)),
    forgetRun: (runId) => run("forget run", runId, () => store.forgetRun(runId)),
    readRun: (runId) => run("read run", runId, () => store.readRun(runId)),
    read: (key) =>
      run("read lease", "", () => store.read(key)).then((lease) => {
        mustBeOurs(world, key);
        if (key === brokenKey) throw new SymError("The record is not valid", { reason: "unavailable" });
        return lease;
      }),
    write: (lease) => run("write lease", `v${lease.version}`, () => write(world, by, lease)),
    due: (now, limit) =>
      run("list due", "", async () => [
        ...(plan.hasBrokenRecord ? [{ lease: brokenKey, host: "sim.example.com" }] : []),
        ...(plan.hasForeignRecord ? [{ lease: foreignKey, host: "sim.example.com" }] : []),
        ...(await store.due(now, limit)),
      ]),
    // Only for gauges, which no promise rests on.
    later: (now) => store.later(now),
    postpone: (item, dueAt, now) =>
      run("postpone", "", () => {
        mustBeOurs(world, item.lease);
        return store.postpone(item, dueAt, now);
      }),
  };
}

function write(
  world: World,
  by: Invoked,
  lease: Parameters<LeaseStore["write"]>[0],
): ReturnType<LeaseStore["write"]> {
  const before = world.store.leases.get(lease.key);
  const result = world.store.write(lease);
  const isWritten = world.store.leases.get(lease.key)?.writeId === lease.writeId;
  const book = subjectBook(world.books, lease.access.subject);
  // Other writes, such as a tombstone or a failure, rest on no reading; nor does the lock of a sweep, which reads after it.
  const isOwn = lease.lock?.owner.startsWith(by.id);
  const isFirst = lease.lock?.owner !== before?.lock?.owner;
  const isDecision =
    (isOwn && !(by.type === "sweep" && isFirst)) || lease.runs.size < (before?.runs.size ?? 0);
  const isFailure = lease.failure !== undefined && lease.failure.times !== before?.failure?.times;
  if (isWritten && isDecision && !isFailure) book.notedAt = Math.max(book.notedAt, by.lookedAt);
  if (isWritten && before?.lock && lease.lock && lease.lock.owner !== before.lock.owner)
    world.coverage["lock of a dead invocation taken over"] += 1;
  if (by.type === "escalate" && lease.version === 1)
    world.coverage[
      isWritten
        ? "intent recorded without reading the lease"
        : "lease met by an intent that was to be the first"
    ] += 1;
  return result;
}
