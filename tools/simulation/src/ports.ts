import type { Invocation } from "@sym/lambda-core";
import { leasedAccess } from "@sym/leases/leased-access";
import type { Clock } from "@sym/leases/store";
import { call } from "./call.ts";
import { storePort } from "./store-port.ts";
import { targetPort } from "./target-port.ts";
import type { Invoked, World } from "./world.ts";

const systemName = "sim";

/** The production code, with ports whose calls the scheduler controls. */
export function actionsFor(world: World, by: Invoked) {
  return leasedAccess(systemName, targetPort(world, by), {
    store: storePort(world, by),
    clock: clockPort(world, by),
    ...by.settings,
  });
}

function clockPort(world: World, by: Invoked): Clock {
  const now = () => world.now + by.skew;
  return {
    now,
    sleep: (duration) =>
      call(world, by, { name: "sleep", effect: () => undefined, readyAt: world.now + duration }),
  };
}

/** The ends of lambda-core's time budget, in ms before the deadline. */
export const ends = [
  { before: 1_500, what: "work" },
  { before: 600, what: "record" },
  { before: 300, what: "answer" },
  { before: 0, what: "life" },
] as const;

export function invocationOf(world: World, by: Invoked): Invocation {
  const budget: Invocation["budget"] = {
    deadline: by.deadline + by.skew,
    signal: by.work as AbortSignal,
    recordSignal: by.record as AbortSignal,
    part(milliseconds) {
      const part = {
        signal: { ...by.work },
        at: world.calm ? Number.POSITIVE_INFINITY : world.now + milliseconds,
      };
      by.parts.push(part);
      const end = () => {
        by.parts = by.parts.filter((other) => other !== part);
      };
      return { ...budget, signal: part.signal as AbortSignal, end };
    },
    expired: new Promise<never>(() => undefined),
    end: () => undefined,
  };
  return {
    id: by.id,
    requestId: by.requestId,
    functionArn: "arn:aws:lambda:eu-central-1:123456789012:function:sim",
    budget,
    log: (step) => {
      if (step === "orphan") world.coverage["run past its time swept"] += 1;
    },
    about: () => undefined,
  };
}
