import { SymError } from "./errors.ts";

/** How long before Lambda's deadline each kind of work ends, in milliseconds. */
const reserve = { work: 1_500, record: 600, answer: 300 };

/** The time of one invocation, counted back from the moment at which Lambda kills it. */
export type Budget = {
  /** When Lambda kills this invocation, in milliseconds since the epoch. */
  deadline: number;
  /** Aborts calls to the target system while there is still time to record what happened. */
  signal: AbortSignal;
  /** Aborts records of what happened while there is still time to answer. */
  recordSignal: AbortSignal;
  /** Rejects when the answer must go out, whatever is still running. */
  expired: Promise<never>;
  /** Ends the timers; call it when the answer is known. */
  end(): void;
};

/** Starts the clock of an invocation that has `remaining` milliseconds left. */
export function startBudget(remaining: number): Budget {
  if (remaining <= reserve.work)
    throw new SymError(
      `Only ${Math.floor(remaining)} ms were left to act, and nothing was started; give the function a timeout of 10 s or more`,
      { reason: "unavailable" },
    );
  const work = new AbortController();
  const record = new AbortController();
  const expired = Promise.withResolvers<never>();
  expired.promise.catch(() => undefined); // It also rejects when nobody waits any more.
  const timers = [
    setTimeout(() => work.abort(outOfTime()), remaining - reserve.work),
    setTimeout(() => record.abort(outOfTime()), remaining - reserve.record),
    setTimeout(() => expired.reject(outOfTime()), remaining - reserve.answer),
  ];
  return {
    deadline: Date.now() + remaining,
    signal: work.signal,
    recordSignal: record.signal,
    expired: expired.promise,
    end: () => timers.forEach(clearTimeout),
  };
}

function outOfTime(): SymError {
  return new SymError(
    "The target system did not answer in time, so the access may or may not have changed; look there, then try again",
    { reason: "unavailable" },
  );
}
