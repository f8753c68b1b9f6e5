import {
  type Access,
  granting,
  type Invocation,
  type OtherRequests,
  type Plan,
  type SymRequest,
  throwObstacle,
  timed,
} from "@sym/lambda-core";
import { decideEscalate } from "./decisions.ts";
import { alreadyEnded, refusals, usedTwice } from "./failures.ts";
import { type Lease, leaseKey, wishOf } from "./lease.ts";
import { type LeaseDeps, type Look, startSession } from "./session.ts";
import { latestEnd, openRuns } from "./states.ts";

/**
 * The effect that the escalate of this request would have now: the steps of an escalate up to its first write, and the
 * target system's forecast of the change. Throws where the escalate would be refused.
 */
export async function plan<A extends Access>(
  deps: LeaseDeps<A>,
  request: SymRequest,
  invocation: Invocation,
): Promise<Plan> {
  const { system } = deps;
  const { runId } = request;
  const { rules, wanted, reading, decision } = await decide(deps, request, invocation);
  const { lease } = decision;
  // A run that is open already keeps its first end.
  const end = lease.runs.get(runId)?.expiresAt ?? null;
  const others = othersOf(lease, runId);
  const seen = { access: reading.access, state: reading.state, wanted, others };
  const planned = { ...seen, ...(end !== null && { expiresAt: new Date(end) }) };
  const { standing } = lease;
  const isStanding = reading.effect === "anyway" || (standing !== null && rules.satisfies(standing, wanted));
  const change = decision.is === "intent" ? decision.change : undefined;
  const forecast = change && (await system.forecast?.(reading, change, invocation));
  if (isStanding && (!change || rules.satisfies(reading.state, wanted)))
    return { ...planned, outcome: "already-standing" };
  if (isStanding) {
    // Standing access outlasts the request, so the plan has no end, and no rights after the end.
    const { residualAccess: _, ...restored } = granting(forecast);
    return { ...seen, ...restored, isRestored: true };
  }
  if (decision.is === "open") return { ...planned, outcome: "already-granted" };
  const granted = { ...planned, ...granting(forecast) };
  const isHeld = others.count > 0 && !forecast?.pending && rules.satisfies(reading.state, wanted);
  return isHeld ? { ...granted, outcome: "held-by-other-requests" } : granted;
}

/** The reading and the decision with which an escalate would begin its change. */
async function decide<A extends Access>(deps: LeaseDeps<A>, request: SymRequest, invocation: Invocation) {
  const { system, clock, store, name } = deps;
  const { runId, duration } = request;
  const session = startSession(deps, invocation);
  const { rules } = session;
  const at = clock.now();
  const found = await timed(invocation, "find", () => system.find(request, invocation));
  throwObstacle(found.effect);
  const { access, wanted } = found;
  const key = leaseKey(name, access);
  const [stored, run] = await Promise.all([store.read(key), store.readRun(runId)]);
  if (run && run.closedAt !== null) throw alreadyEnded();
  if (run?.opened && (run.opened.key !== key || run.opened.wish !== wishOf(request, wanted)))
    throw usedTwice(access);
  const expiresAt = duration === undefined ? null : clock.now() + duration * 1_000;
  const seen: Look<A> = { lease: stored as Lease<A> | undefined, found: { value: found }, at };
  for (let look = await session.reconcile(seen, access); ; look = await session.look(key, access)) {
    const { value: reading, error } = look.found;
    if (reading === undefined) throw error;
    throwObstacle(reading.effect);
    const asked = { key, runId, wanted, expiresAt, found: reading, at: look.at };
    const decision = decideEscalate(look.lease, asked, session.holder(), rules);
    if (decision.is === "open" || decision.is === "intent") return { rules, wanted, reading, decision };
    if (decision.is !== "locked") throw refusals[decision.is](access);
    await session.wait(key);
  }
}

function othersOf(lease: Lease, runId: string): OtherRequests {
  const runs = openRuns(lease, runId);
  const end = runs.length > 0 ? latestEnd(runs) : null;
  return { count: runs.length, ...(end !== null && { until: new Date(end) }) };
}
