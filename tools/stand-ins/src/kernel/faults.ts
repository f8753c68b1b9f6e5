/**
 * `throttle`, `internal-error`, `access-denied` and `not-found` are refusals without the change. `html-page` and
 * `empty-answer`, of AWS only, are a proxy's answers with status 200, also without the change. `timeout` never answers
 * and `reset` drops the connection, both before the change. After the change, `answer-withheld` never answers and
 * `answer-lost` drops the connection.
 */
export type FaultKind =
  | "throttle"
  | "internal-error"
  | "timeout"
  | "access-denied"
  | "not-found"
  | "html-page"
  | "empty-answer"
  | "answer-withheld"
  | "answer-lost"
  | "reset"
  | AwsErrorKind;

/** Of AWS only: the status and the code of an error that an operation declares, as in `409 LimitExceeded`. */
export type AwsErrorKind = `${number} ${string}`;

/** Meets the next `times` calls (default 1, `Infinity` allowed) of `action`, of one service or of any service. */
export type Fault = { service?: string; action: string; kind: FaultKind; times?: number };

/** Planned faults. Of several faults that fit a call, the fault injected first is used up first. */
export type Faults<Injected = Fault> = { inject(fault: Injected): void; clear(): void };

export type FaultQueue = Faults & { take(service: string, action: string): FaultKind | undefined };

/** The faults of stand-ins whose calls have names. */
export function createFaults(): FaultQueue {
  const { take, ...faults } = queueOfFaults<Fault>();
  return {
    ...faults,
    take: (service, action) =>
      take((fault) => fault.action === action && (fault.service ?? service) === service)?.kind,
  };
}

/** A queue of faults of any form. `take` uses up one occurrence of the first fault that fits. */
export function queueOfFaults<Injected extends { times?: number }>(): Faults<Injected> & {
  take(fits: (fault: Injected) => boolean): Injected | undefined;
} {
  let queue: { fault: Injected; left: number }[] = [];
  return {
    inject: (fault) => {
      queue.push({ fault, left: fault.times ?? 1 });
    },
    clear: () => {
      queue = [];
    },
    take: (fits) => {
      const next = queue.find(({ fault, left }) => left > 0 && fits(fault));
      if (next) next.left -= 1;
      return next?.fault;
    },
  };
}

/** No reply: the connection stays open until the server closes, or breaks at once. `errorCode`: the kind of the fault. */
export type Unanswered = { status: 0; errorCode: FaultKind; connection: "open" | "broken" };

/** The faults without an answer, and whether the change comes before the fault. */
const losses: Partial<Record<FaultKind, { connection: Unanswered["connection"]; isMade: boolean }>> = {
  timeout: { connection: "open", isMade: false },
  reset: { connection: "broken", isMade: false },
  "answer-withheld": { connection: "open", isMade: true },
  "answer-lost": { connection: "broken", isMade: true },
};

/**
 * Makes a call under a fault without an answer, or without a fault. A stand-in answers refusals itself, in its system's
 * own words, before this function. The change is made at once, before any await.
 */
export async function answerUnder<Reply>(
  kind: FaultKind | undefined,
  make: () => Reply | Promise<Reply>,
): Promise<Reply | Unanswered> {
  const loss = kind && losses[kind];
  if (!loss) return make();
  if (loss.isMade) await make();
  return { status: 0, errorCode: kind, connection: loss.connection };
}
