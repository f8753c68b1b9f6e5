import type { Access } from "@sym/lambda-core";
import type { Lease } from "./lease.ts";

/** A run as it is opened. */
export type NewRun = {
  id: string;
  /** The key of its lease. */
  key: string;
  access: Access;
  /** Stands for the requester and the state that the run asks for: the same run has the same wish. */
  wish: string;
};

/** `other`: the run belongs to another access, or has another wish. */
export type Opened = "opened" | "closed" | "other";

/** What a closed run was. `other`: it belongs to another access than the one that it was closed for, and is as before. */
export type Closed = { was: "opened"; key: string; access: Access } | { was: "never-opened" | "other" };

/** The record of one run. Times in milliseconds since the epoch; `dueAt` is null if the sweep need not look at the run. */
export type StoredRun = {
  id: string;
  opened?: { key: string; access: Access };
  closedAt: number | null;
  dueAt: number | null;
};

/**
 * Stores leases and runs. Every call is about one item, is atomic, and is visible to every later call. A call that fails
 * throws and may or may not have taken effect.
 */
export type LeaseStore = {
  /**
   * Records what a run is about, the first time, unless it was closed before or is about something else. It is due at
   * `dueAt`, when its invocation is dead, until `leaveToLease`.
   */
  openRun(run: NewRun, dueAt: number): Promise<Opened>;
  /**
   * Closes a run for good, also one that was never opened; with `key` not if it belongs to another lease. A run that was
   * opened is due for the sweep until `forgetRun`, so that an end that its lease does not record yet is not lost.
   */
  closeRun(runId: string, now: number, key?: string): Promise<Closed>;
  /** The lease lists an open run, and answers for it: the run is not due any more, unless it was closed meanwhile. */
  leaveToLease(runId: string): Promise<void>;
  /** The lease records the end of a closed run: it is not due any more. */
  forgetRun(runId: string): Promise<void>;
  readRun(runId: string): Promise<StoredRun | undefined>;
  read(key: string): Promise<Lease | undefined>;
  /** Writes the next version of a lease. Changes nothing unless the stored version is the previous one. */
  write(lease: Lease): Promise<Written>;
  /** At most `limit` due leases and runs, the longest due first. May lag behind writes. */
  due(now: number, limit: number): Promise<Due[]>;
  /** Has an item that is due come back later. Changes nothing else of it. */
  postpone(item: Due, dueAt: number): Promise<void>;
};

/** Whether a write took effect. If it did not, `current` is the stored version. */
export type Written = { won: true } | { won: false; current: Lease | undefined };

/** A due lease by its key, or with `run` the due run of that id, with the host of the access. */
export type Due = { lease: string; host: string; run?: string };

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
