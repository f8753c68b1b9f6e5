// The watchman runs on a schedule, and trusts neither the engine nor a door: it finishes what they left undone.
import { after, type FlowDeps, happen, update, wakeIfDecided } from "./deps.ts";
import { type AccessRequest, isOver } from "./request.ts";
import { outletsForRound } from "./round-outlets.ts";
import { deescalate } from "./steps/deescalate.ts";
import { tellMessages, withLost } from "./tell.ts";

/** The state of a request's execution in the engine, in Step Functions' words. `missing`: the engine knows no such execution. */
export type ExecutionStatus = "running" | "succeeded" | "failed" | "timed-out" | "aborted" | "missing";

export type WatchmanDeps = FlowDeps & {
  executions: { status(requestId: string): Promise<ExecutionStatus> };
};

/** What a round has done. `broken`: requests that could not be read or carried on; the next round tries again. */
export type Watch = { watched: number; stopped: number; broken: number };

/** A round takes on at most this many requests. */
const mostRequests = 10_000;
/** An execution starts within this time, and the engine acts on a time that is over. */
const engineDelayMs = 5 * 60 * 1_000;
/** A step that grants or ends writes more often than this, so an execution that runs for longer without a write is stuck. */
const stuckAfterMs = 30 * 60 * 1_000;
/** A message that cannot be told for this long is lost. */
const lostAfterMs = 24 * 60 * 60 * 1_000;

/** One round over all open requests. Each request stands for itself: a failure leaves the others their round. */
export async function watch(given: WatchmanDeps): Promise<Watch> {
  const deps = { ...given, outlets: outletsForRound(given.outlets) };
  const counts: Watch = { watched: 0, stopped: 0, broken: 0 };
  for (const id of await deps.store.ids({ open: true, limit: mostRequests })) {
    counts.watched += 1;
    await watchRequest(deps, id, counts).catch(() => {
      counts.broken += 1;
    });
  }
  return counts;
}

async function watchRequest(deps: WatchmanDeps, id: string, counts: Watch): Promise<void> {
  const timely = await update(deps, id, (request) => endOverdue(request, deps.clock.now()));
  const request = await tellMessages(deps, timely);
  const execution = await deps.executions.status(id);
  if (isCarriedOn(request, execution, deps.clock.now())) return wakeIfDecided(deps, request);
  if (isOver(request)) {
    if (request.waiting !== null) await happen(deps, id, { type: "arrive" });
    return;
  }
  counts.stopped += 1;
  const why = execution === "running" ? "its execution is stuck" : `its execution is ${execution}`;
  // A record that has changed since is left to the next round: a step may have carried the request on.
  const isSame = (latest: AccessRequest) => latest.times.changed === request.times.changed;
  const stopped = await update(deps, id, (latest) =>
    isSame(latest) ? after(latest, { type: "stop", why }, deps.clock.now()) : latest,
  );
  await tellMessages(deps, stopped);
  if (stopped.status === "ending") await deescalate(deps, id);
}

/** Ends what the engine should have ended, and drops messages that cannot be told. */
function endOverdue(request: AccessRequest, now: number): AccessRequest {
  const { decideBy, holdUntil } = request.times;
  const lost = [...request.messages.entries()].flatMap(([index, { at }]) =>
    now >= at + lostAfterMs ? [index] : [],
  );
  const isCardLost = isOver(request) && now >= (request.times.over ?? now) + lostAfterMs;
  const kept = withLost(request, lost, isCardLost);
  if (kept.status === "asked" && now >= decideBy + engineDelayMs) return after(kept, { type: "expire" }, now);
  if (kept.status === "held" && holdUntil !== null && now >= holdUntil + engineDelayMs)
    return after(kept, { type: "hold-over" }, now);
  return kept;
}

/** Whether the engine still carries the request on. */
function isCarriedOn(request: AccessRequest, execution: ExecutionStatus, now: number): boolean {
  if (execution === "missing") return now < request.times.asked + engineDelayMs;
  if (execution !== "running") return false;
  const isWaiting = request.status === "asked" || request.status === "held";
  return isOver(request) || isWaiting || now < request.times.changed + stuckAfterMs;
}
