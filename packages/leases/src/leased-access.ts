import type { Access, Invocation, SymRequest, TargetSystem } from "@sym/lambda-core";
import { deescalate } from "./deescalate.ts";
import { escalate } from "./escalate.ts";
import type { LeaseDeps } from "./session.ts";
import { type Clock, type LeaseStore, systemClock } from "./store.ts";
import { type ExpiredRuns, sweep } from "./sweep.ts";

/** `graceMs`: a run without a deescalate is an orphan this long after its end. `expired`: what the sweep does then. */
export type LeaseOptions = { store: LeaseStore; graceMs: number; expired: ExpiredRuns; clock?: Clock };

/** The actions of a handler that keeps leases: see the package's README. */
export function leasedAccess<A extends Access>(name: string, system: TargetSystem<A>, options: LeaseOptions) {
  const deps: LeaseDeps<A> = { name, system, clock: systemClock, ...options };
  return {
    escalate: (request: SymRequest, invocation: Invocation) => escalate(deps, request, invocation),
    deescalate: (request: SymRequest, invocation: Invocation) => deescalate(deps, request, invocation),
    sweep: (invocation: Invocation) => sweep(deps, options.expired, invocation),
  };
}
