import type { Access, CheckedTarget, Invocation, Sweep, SymRequest, TargetSystem } from "@sym/lambda-core";
import { stopIf } from "./attempt.ts";
import { check } from "./check.ts";
import type { ExpiredRuns } from "./decisions.ts";
import { deescalate } from "./deescalate.ts";
import { escalate } from "./escalate.ts";
import { plan } from "./plan.ts";
import type { LeaseDeps } from "./session.ts";
import { type Clock, type LeaseStore, systemClock } from "./store.ts";
import { sweep } from "./sweep.ts";

/** `graceMs`: a run without a deescalate is an orphan this long after its end. `expired`: how the sweep treats orphans. */
export type LeaseOptions = { store: LeaseStore; graceMs: number; expired: ExpiredRuns; clock?: Clock };

/** The actions of a handler with leases. The package's README describes the protocol. */
export function leasedAccess<A extends Access>(name: string, system: TargetSystem<A>, options: LeaseOptions) {
  const { store, clock = systemClock, graceMs, expired } = options;
  const depsFor = ({ budget }: Invocation): LeaseDeps<A> => ({
    ...{ name, system, clock, graceMs },
    store: untilAborted(store, budget.recordSignal),
  });
  return {
    escalate: (request: SymRequest, invocation: Invocation) =>
      escalate(depsFor(invocation), request, invocation),
    deescalate: (request: SymRequest, invocation: Invocation) =>
      deescalate(depsFor(invocation), request, invocation),
    plan: (request: SymRequest, invocation: Invocation) => plan(depsFor(invocation), request, invocation),
    check: (targets: CheckedTarget[], invocation: Invocation) =>
      check(depsFor(invocation), targets, invocation),
    sweep: (invocation: Invocation, counts: Sweep) => sweep(depsFor(invocation), expired, invocation, counts),
  };
}

/** Lambda freezes an invocation after its answer, and may thaw the old invocation in the next, when the old invocation must not act any more. */
function untilAborted(store: LeaseStore, signal: AbortSignal): LeaseStore {
  const guarded = Object.entries(store).map(([name, call]) => [
    name,
    async (...args: unknown[]) => {
      stopIf(signal);
      return (call as (...args: unknown[]) => unknown)(...args);
    },
  ]);
  return Object.fromEntries(guarded);
}
