import type { Access } from "@sym/lambda-core";
import type { Lease } from "./lease.ts";

/**
 * Where leases are kept. Every call is about one item, takes effect at one moment, and is seen by every later call.
 * A call that fails throws, and may or may not have taken effect.
 */
export type LeaseStore = {
  /** Records which access a run is about. False if the run was closed before: it may never get access then. */
  openRun(runId: string, access: Access): Promise<boolean>;
  /**
   * Closes a run for good, also one that was never opened. Returns the access that it was about, if it was. The run is
   * due for the sweep until `forgetRun`, so that an end of which the lease does not know yet is not lost.
   */
  closeRun(runId: string, now: number): Promise<Access | undefined>;
  /** The lease knows of the run's end; the run stays closed, and is not due any more. */
  forgetRun(runId: string): Promise<void>;
  read(key: string): Promise<Lease | undefined>;
  /** Writes the next version of a lease; nothing is changed unless the stored version is the one before it. */
  write(lease: Lease): Promise<Written>;
  /** Leases and closed runs that are due, `limit` at most, the longest due first. May lag behind writes. */
  due(now: number, limit: number): Promise<Due[]>;
};

/** Whether a write took effect. If it did not, what is stored instead. */
export type Written = { won: true } | { won: false; current: Lease | undefined };

/** Something for the sweep: a lease by its key, or a closed run by its id. */
export type Due = { lease: string } | { run: string };

/** A closed run is due this much later, in milliseconds: usually its deescalate is done by then. */
export const runDueAfter = 60_000;

/** The time, and waiting for it. In milliseconds. */
export type Clock = {
  now(): number;
  sleep(duration: number): Promise<void>;
};

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (duration) => new Promise((resolve) => setTimeout(resolve, duration)),
};
