import type { Access } from "@sym/lambda-core";
import type { Lease } from "./lease.ts";

/** A run at its opening. */
export type NewRun = {
  id: string;
  /** The key of its lease. */
  key: string;
  access: Access;
  /** A hash of the requester and the wanted state: the same run has the same wish. */
  wish: string;
};

/** `other`: the run's id belongs to another access, or to another wish. */
export type Opened = "opened" | "closed" | "other";

/** The run before its close. `other`: the run belongs to another lease than the given key, and stays as before. */
export type Closed = { was: "opened"; key: string; access: Access } | { was: "never-opened" | "other" };

/** The record of one run. Times in milliseconds since the epoch; `dueAt` is null if the run is not due for the sweep. */
export type StoredRun = {
  id: string;
  opened?: { key: string; access: Access };
  /** Of `NewRun`; absent for a run that was never opened. */
  wish?: string;
  closedAt: number | null;
  dueAt: number | null;
};

/**
 * Stores leases and runs. Every call concerns one item, is atomic, and is visible to every later call. A failed call throws,
 * and may or may not have taken effect.
 */
export type LeaseStore = {
  /**
   * Records the access and the wish of a new run, unless the run was closed before or its id belongs to another access or
   * wish. The run is due at `dueAt`, when its invocation is dead, until `leaveToLease`.
   */
  openRun(run: NewRun, dueAt: number): Promise<Opened>;
  /**
   * Closes a run for good, even a run that was never opened. With `key`, leaves a run of another lease open. A run that was
   * opened is due for the sweep until `forgetRun`, so that its end is not lost before the lease records the end.
   */
  closeRun(runId: string, now: number, key?: string): Promise<Closed>;
  /** The lease lists the open run: the run is no longer due, unless the run has been closed. */
  leaveToLease(runId: string): Promise<void>;
  /** The lease records the end of the closed run: the run is no longer due. */
  forgetRun(runId: string): Promise<void>;
  readRun(runId: string): Promise<StoredRun | undefined>;
  read(key: string): Promise<Lease | undefined>;
  /** Writes the next version of a lease. Changes nothing unless the stored version is the previous one. */
  write(lease: Lease): Promise<Written>;
  /** The due leases and runs, the longest due first, at most `limit`. May lag behind writes. */
  due(now: number, limit: number): Promise<Due[]>;
  /** The leases and runs that are due after `now`. May lag behind writes. */
  later(now: number): Promise<Later>;
  /** Makes a due item due at `dueAt`, and records that it fails since `now`, unless it fails already. Changes no other field. */
  postpone(item: Due, dueAt: number, now: number): Promise<void>;
};

/** Whether a write took effect. If it did not, `current` is the stored version. */
export type Written = { won: true } | { won: false; current: Lease | undefined };

/**
 * A due lease, by its key, or a due run, by the id `run` and the key of its lease. With the host of the access. `failingSince`:
 * the first of its failed ends without a success since, in milliseconds since the epoch.
 */
export type Due = { lease: string; host: string; run?: string; failingSince?: number };

/** A closed run is due this long after its end: by then, its deescalate is usually done. */
export const runDueAfterMs = 60_000;

/**
 * The items that are due later. `open`: the number of leases whose end has not failed. `failingSince`: for each lease or run
 * whose end has failed, the time of the first failure, in milliseconds since the epoch.
 */
export type Later = { open: number; failingSince: number[] };

/** The time, in milliseconds since the epoch, and waiting, in milliseconds. */
export type Clock = {
  now(): number;
  sleep(duration: number): Promise<void>;
};

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (duration) => new Promise((resolve) => setTimeout(resolve, duration)),
};
