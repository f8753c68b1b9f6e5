import type { Access } from "@sym/lambda-core";
import type { Lease } from "./lease.ts";

/**
 * Stores leases and runs. Every call is about one item, is atomic, and is visible to every later call. A call that fails
 * throws and may or may not have taken effect.
 */
export type LeaseStore = {
  /** Records the access of a run. False if the run was closed before: it must never get access then. */
  openRun(runId: string, access: Access): Promise<boolean>;
  /**
   * Closes a run for good, also a run that was never opened. Returns its access; undefined if it was never opened. The run
   * is due for the sweep until `forgetRun`, so that an end that its lease does not record yet is not lost.
   */
  closeRun(runId: string, now: number): Promise<Access | undefined>;
  /** The lease records the run's end: the run stays closed and is no longer due. */
  forgetRun(runId: string): Promise<void>;
  read(key: string): Promise<Lease | undefined>;
  /** Writes the next version of a lease. Changes nothing unless the stored version is the previous one. */
  write(lease: Lease): Promise<Written>;
  /** At most `limit` due leases and closed runs, the longest due first. May lag behind writes. */
  due(now: number, limit: number): Promise<Due[]>;
};

/** Whether a write took effect. If it did not, `current` is the stored version. */
export type Written = { won: true } | { won: false; current: Lease | undefined };

/** A due lease by its key, or a due run by its id. */
export type Due = { lease: string } | { run: string };

/** A closed run is due this long after its end: its deescalate is usually done by then. */
export const runDueAfterMs = 60_000;

/** The time, and waiting for it. In milliseconds. */
export type Clock = {
  now(): number;
  sleep(duration: number): Promise<void>;
};

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (duration) => new Promise((resolve) => setTimeout(resolve, duration)),
};
