import type { Access, Invocation, SymRequest, TargetSystem } from "@sym/lambda-core";
import { deescalate } from "./deescalate.ts";
import { escalate } from "./escalate.ts";
import type { Means } from "./session.ts";
import { type Clock, type LeaseStore, systemClock } from "./store.ts";
import { type ExpiredRuns, sweep } from "./sweep.ts";

/** `grace`: how long after its time a run is taken for abandoned, in milliseconds. `expired`: what is done then. */
export type LeaseOptions = { store: LeaseStore; grace: number; expired: ExpiredRuns; clock?: Clock };

/** Access with a record of who holds it, until when, and what was there before: see the package's README. */
export function leasedAccess<A extends Access>(name: string, system: TargetSystem<A>, options: LeaseOptions) {
  const means: Means<A> = { name, system, clock: systemClock, ...options };
  return {
    escalate: (request: SymRequest, invocation: Invocation) => escalate(means, request, invocation),
    deescalate: (request: SymRequest, invocation: Invocation) => deescalate(means, request, invocation),
    sweep: (invocation: Invocation) => sweep(means, options.expired, invocation),
  };
}
