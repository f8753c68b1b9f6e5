// The watchman runs on a schedule, and trusts neither the engine nor a door: it finishes what they left undone.
import { after, type FlowDeps, happen, readRequired, update, wakeIfDecided } from "./deps.ts";
import { type AccessRequest, isOver, isUntold, type Message } from "./request.ts";
import { deescalate } from "./steps/deescalate.ts";
import { withLost } from "./tell.ts";
import { tellUntold, type Untold } from "./tell-untold.ts";

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
/** A message that cannot be told for this long is lost, except for the question to approvers who can still decide. */
const lostAfterMs = 24 * 60 * 60 * 1_000;

/**
 * One round over all open requests. Each request stands for itself: a failure leaves the others their round. Messages are told
 * after all requests are carried on, so that an outlet that does not answer delays no end of access.
 */
export async function watch(deps: WatchmanDeps): Promise<Watch> {
  const counts: Watch = { watched: 0, stopped: 0, broken: 0 };
  const untold: Untold[] = [];
  const silent = { ...deps, outlets: { tell: {} } };
  for (const id of await deps.store.ids({ open: true, limit: mostRequests })) {
    counts.watched += 1;
    const watched = await watchRequest(silent, id).catch(() => undefined);
    if (watched === undefined) counts.broken += 1;
    else if (watched.isStopped) counts.stopped += 1;
    if (watched !== undefined && isUntold(watched.request)) untold.push({ id, isStopped: watched.isStopped });
  }
  counts.broken += await tellUntold(deps, untold);
  return counts;
}

/** Carries a request on. `isStopped`: the watchman stopped the request, because the engine does not carry the request on. */
async function watchRequest(deps: WatchmanDeps, id: string) {
  const request = await update(deps, id, (latest) => endOverdue(latest, deps.clock.now()));
  const execution = await deps.executions.status(id);
  const isLeft = isCarriedOn(request, execution, deps.clock.now());
  if (isLeft) await wakeIfDecided(deps, request);
  else if (isOver(request) && request.waiting !== null) await happen(deps, id, { type: "arrive" });
  if (isLeft || isOver(request)) return { request, isStopped: false };
  const why = execution === "running" ? "its execution is stuck" : `its execution is ${execution}`;
  let isStopped = false;
  const stopped = await update(deps, id, (latest) => {
    // A record that has changed since is left to the next round: a step may have carried the request on.
    isStopped = latest.times.changed === request.times.changed;
    return isStopped ? after(latest, { type: "stop", why }, deps.clock.now()) : latest;
  });
  if (stopped.status === "ending") await deescalate(deps, id);
  return { request: await readRequired(deps, id), isStopped };
}

/** Ends what the engine should have ended, and drops messages that cannot be told. */
function endOverdue(request: AccessRequest, now: number): AccessRequest {
  const { decideBy, holdUntil } = request.times;
  const isLost = ({ kind, at }: Message) =>
    now >= at + lostAfterMs && !(kind === "asked" && request.status === "asked");
  const lost = request.messages.flatMap((message, index) => (isLost(message) ? [index] : []));
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
