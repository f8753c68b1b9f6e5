import { SymError } from "./errors.ts";

/** The counts of one sweep. */
export type Sweep = {
  /** Due leases and due runs. */
  due: number;
  finished: number;
  /** Runs past their end and the grace period, whose deescalate never arrived. */
  orphans: number;
  failed: number;
  /** Accesses that another administrator or system had changed since the grant; the sweep left their states. */
  changedByOthers: number;
};

export function noCounts(): Sweep {
  return { due: 0, finished: 0, orphans: 0, failed: 0, changedByOthers: 0 };
}

/** The answer to a sweep. The schedule drops the answer; the metrics and the log have its content. */
export type SweepAnswer = {
  body: Sweep & { message: string; outcome: "swept" | "failed"; system: string };
  errors: string[];
};

export function answerSweep(system: string, sweep: Sweep): SweepAnswer {
  const message = `Swept ${sweep.due} due leases: ${sweep.finished} finished, ${sweep.orphans} orphaned, ${sweep.failed} failed.`;
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
