import type { AccessRequest } from "./request.ts";

/**
 * The answer of every step, with always the same fields. `next`: the step that follows; `over`: the request is over; `failed`:
 * the end has failed for good. `seconds`, a whole number: how long the following step may wait for its token, or how long the
 * engine waits before the following step.
 */
export type StepAnswer = { next: Step | "over" | "failed"; seconds: number };

type Step = "ask" | "escalate" | "hold" | "deescalate";

/** A step of the engine, for one request. */
export type StepFunction<Deps> = (deps: Deps, requestId: string) => Promise<StepAnswer>;

/** The limits of Step Functions for seconds. Source: Amazon States Language, "Wait" and "Task". */
const mostSeconds = 99_999_999;

/** A grant that waits for a group of approvers that cannot be read. */
const grantAgainSeconds = 30;
const escalateAgainSeconds = 5;
const deescalateAgainSeconds = { first: 15, longest: 600 };

/** The step that follows from the record alone. `now` in milliseconds since the epoch. */
export function nextStep(request: AccessRequest, now: number): StepAnswer {
  const { status, times, attempts } = request;
  switch (status) {
    case "asked":
      return { next: "ask", seconds: wholeSeconds(times.decideBy - now) };
    case "approved":
      return {
        next: "escalate",
        seconds: now < (times.approved ?? 0) + grantAgainSeconds * 1_000 ? 1 : grantAgainSeconds,
      };
    case "granting":
      return { next: "escalate", seconds: escalateAgainSeconds * 2 ** attempts.escalate };
    case "held":
      return { next: "hold", seconds: wholeSeconds(nextOfHold(request) - now) };
    case "ending":
      return { next: "deescalate", seconds: deescalateAgain(attempts.deescalate) };
    case "failed":
      return { next: "failed", seconds: 1 };
    default:
      return { next: "over", seconds: 1 };
  }
}

/** The end of the hold, or the time of the reminder before the end. */
function nextOfHold({ times, messages }: AccessRequest): number {
  const isReminded = times.remindAt === null || messages.some(({ kind }) => kind === "reminder");
  return (isReminded ? times.holdUntil : times.remindAt) ?? 0;
}

/** Milliseconds in whole seconds, rounded up, within the engine's limits. */
function wholeSeconds(milliseconds: number): number {
  return Math.min(Math.max(Math.ceil(milliseconds / 1_000), 1), mostSeconds);
}

function deescalateAgain(attempts: number): number {
  if (attempts === 0) return 1;
  const { first, longest } = deescalateAgainSeconds;
  return Math.min(first * 2 ** (attempts - 1), longest);
}
