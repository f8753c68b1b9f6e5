import { SymError } from "./errors.ts";

/** The counts of a sweep. */
export type Sweep = {
  /** Due leases and due runs that the sweep took on. */
  due: number;
  finished: number;
  /** Runs past their end and the grace period, whose deescalate never arrived. */
  orphans: number;
  failed: number;
  /** Accesses that another administrator or system had changed since the grant; the sweep left their states. */
  changedByOthers: number;
  /** Revoked accesses that the subject still has by another way, such as a child team. */
  stillHasAccess: number;
  /** Due leases and runs that the sweep has not come to, or not come to the end of. Zero unless the sweep was cut off. */
  left: number;
  /** Leases and runs whose end has failed for more than a day, at every try. */
  failingForADay: number;
  /**
   * The work that is due later; undefined if the index could not be read in time. `open`: leases with a known end in the
   * future. `failing`: leases and runs that wait for the next try of a failed end.
   */
  later?: { open: number; failing: number };
};

export function noCounts(): Sweep {
  return {
    ...{ due: 0, finished: 0, orphans: 0, failed: 0, changedByOthers: 0 },
    ...{ stillHasAccess: 0, left: 0, failingForADay: 0 },
  };
}

/** The answer to a sweep. The schedule drops the answer; the metrics and the log have its content. */
export type SweepAnswer = {
  body: Sweep & { message: string; outcome: "swept" | "failed"; system: string };
  errors: string[];
};

export function answerSweep(system: string, sweep: Sweep): SweepAnswer {
  const left = sweep.left > 0 ? `, ${sweep.left} left to the next sweep` : "";
  const message = `Swept ${sweep.due} due leases: ${sweep.finished} finished, ${sweep.orphans} orphaned, ${sweep.failed} failed${left}.`;
  const errors =
    sweep.failed === 0
      ? []
      : [
          `${sweep.failed} of ${sweep.due} due leases could not be finished; the function's log has the reasons`,
        ];
  return { body: { message, outcome: "swept", system, ...sweep }, errors };
}

/** `sweep` counts the work before the failure. */
export function answerFailedSweep(
  system: string,
  error: unknown,
  requestId: string,
  sweep: Sweep,
): SweepAnswer {
  const sentence =
    error instanceof SymError
      ? error.message
      : `Something unexpected went wrong in the sweep; look for request ${requestId} in the function's log`;
  const counts = { ...sweep, failed: sweep.failed + 1 };
  return { body: { message: `${sentence}.`, outcome: "failed", system, ...counts }, errors: [sentence] };
}
