import { SymError } from "./errors.ts";

/** How long before Lambda's deadline each kind of work ends. */
const reserveMs = { work: 1_500, record: 600, answer: 300 };

/** The time limits of an invocation, counted back from its deadline. */
export type Budget = {
  /** Lambda kills the invocation at this time, in milliseconds since the epoch. */
  deadline: number;
  /** Aborts calls to the target system in time for the write of the result. */
  signal: AbortSignal;
  /** Aborts writes of the result in time for the answer. */
  recordSignal: AbortSignal;
  /** The budget of a part of the invocation's work: also aborts calls to the target system after `milliseconds`. */
  part(milliseconds: number): Budget;
  /** Rejects when the answer must go out. */
  expired: Promise<never>;
  /** Stops the timers; called when the answer is known. */
  end(): void;
};

/** What an invocation may have done when its time is over: `look` changes nothing. */
export type Effort = "change" | "look";

const late: Record<Effort, string> = {
  change:
    "The target system did not answer in time, so the access may or may not have changed; check the target system for the change, then try again",
  look: "The target system did not answer in time, and nothing was changed; try again in a minute",
};

/** Starts the timers of an invocation. `remainingMs` is the time until Lambda kills the invocation. */
export function startBudget(remainingMs: number, effort: Effort): Budget {
  if (remainingMs <= reserveMs.work)
    throw new SymError(
      `Only ${Math.floor(remainingMs)} ms were left before the function's timeout, so nothing was started; set the timeout to 10 s or more`,
      { reason: "unavailable" },
    );
  const outOfTime = () => new SymError(late[effort], { reason: "unavailable" });
  const work = new AbortController();
  const record = new AbortController();
  const expired = Promise.withResolvers<never>();
  expired.promise.catch(() => undefined); // The promise can reject after the answer, without a listener.
  const timers = [
    setTimeout(() => work.abort(outOfTime()), remainingMs - reserveMs.work),
    setTimeout(() => record.abort(outOfTime()), remainingMs - reserveMs.record),
    setTimeout(() => expired.reject(outOfTime()), remainingMs - reserveMs.answer),
  ];
  return {
    deadline: Date.now() + remainingMs,
    signal: work.signal,
    recordSignal: record.signal,
    part(milliseconds) {
      return partOf(this, milliseconds, outOfTime);
    },
    expired: expired.promise,
    end: () => timers.forEach(clearTimeout),
  };
}

function partOf(whole: Budget, milliseconds: number, outOfTime: () => SymError): Budget {
  const part = new AbortController();
  const timer = setTimeout(() => part.abort(outOfTime()), milliseconds);
  return {
    ...whole,
    signal: AbortSignal.any([whole.signal, part.signal]),
    end: () => clearTimeout(timer),
  };
}
