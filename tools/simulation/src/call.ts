// The code under test reaches the world only through calls, which wait until the scheduler picks them.
import { derived, happens } from "./chance.ts";
import type { Invoked, Operation, Signal, World } from "./world.ts";

export type PendingCall<T> = {
  name: string;
  detail?: string;
  effect: () => T | Promise<T>;
  signal?: Signal;
  readyAt?: number;
};

export function call<T>(
  world: World,
  by: Invoked,
  { name, detail = "", effect, signal, readyAt = 0 }: PendingCall<T>,
): Promise<T> {
  if (signal?.aborted) return Promise.reject(signal.reason);
  const { step, plan } = world;
  const isSlow = happens(derived(step.extra, 11), plan.slowness);
  const hangs = signal !== undefined && !world.calm && happens(derived(step.extra, 19), plan.hangs);
  if (hangs) world.coverage["a call that was never answered"] += 1;
  return new Promise((resolve, reject) => {
    const answer = { resolve: resolve as Operation["resolve"], reject, applied: undefined };
    world.pending.push({ by, name, detail, effect, signal, readyAt, isSlow, hangs, ...answer });
  });
}
