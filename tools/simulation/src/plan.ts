import type { Kind } from "./target.ts";

/** The plan of one schedule: the requests, the events, and the rates of faults. */
export type Plan = {
  kind: Kind;
  /** Probabilities per step: of a failing operation, of a dying invocation, of a jump in time. */
  faults: number;
  crashes: number;
  jumps: number;
  /** Probability of no answer, per call to the target system. */
  hangs: number;
  /** Faults and crashes hit mostly this operation, which makes rare coincidences more frequent. */
  focus: string | undefined;
  /**
   * Usually one function; sometimes two share a table, each with its own settings. The first one runs the last sweep.
   */
  functions: [FunctionSettings, ...FunctionSettings[]];
  /** Probability of an operation so slow that nearly all others overtake the operation. */
  slowness: number;
  /** Probability per step of an event that arrives while earlier events are still at work. */
  crowding: number;
  /** The greatest age of a reading of the target system, in ms. Outsiders keep this distance from our changes. */
  staleReadMs: number;
  /** Whether the target system keeps a timer for our state, and ends the access when the timer fires. */
  hasTimer: boolean;
  /** An invalid record is due, too, or a record of another handler. Each is a failure of every sweep. */
  hasBrokenRecord: boolean;
  hasForeignRecord: boolean;
  subjects: Subject[];
  runs: PlannedRun[];
  events: PlannedEvent[];
};

/**
 * `expired`: whether sweeps end orphans or only report them. `graceMs`: time after a run's end until the run is an
 * orphan.
 */
export type FunctionSettings = { expired: "end" | "report"; graceMs: number };

/** `isOwner`: the subject has full access in every state. */
export type Subject = { name: string; initial: string; isOwner: boolean };

export type PlannedRun = {
  /** Unique, for the books. */
  number: number;
  /** Usually unique; sometimes shared with another run, or the name of a property of every JavaScript object. */
  id: string;
  subject: string;
  wanted: string;
  /** In seconds; undefined for a run without an end. */
  duration: number | undefined;
  /** Sym sends no deescalate, so only the sweep can end the run. Only for runs with a duration. */
  abandoned: boolean;
};

/**
 * `timeout`: the function's time limit, in ms. `skew`: how far the invocation's clock is ahead, in ms. `requestId`:
 * Lambda's id of the event. `spelling`: the subject's name in the event. `settings`: the settings of the function.
 */
export type Circumstances = {
  timeout: number;
  skew: number;
  requestId: string;
  spelling: string;
  settings: FunctionSettings;
};

export type PlannedEvent =
  | ({ type: "escalate" | "deescalate"; run: PlannedRun } & Circumstances)
  | ({ type: "sweep" } & Circumstances)
  /** `hand`: an administrator sets any state; the subject lowers its own. */
  | { type: "outsider"; hand: "others" | "own"; subject: string; state: string }
  /** An outsider deletes the resource of this subject's requests. */
  | { type: "deletion"; subject: string }
  /** Time passes until all runs so far are past their duration and grace period. */
  | { type: "lull" };

/**
 * `mostSkew`: the greatest difference of two clocks. `mostLate`: the greatest delay, after the deadline, of an effect
 * of a dead invocation. Both in ms; together below `clockSkewMs`.
 */
export const mostSkew = 2_000;
export const mostLate = 2_500;

/** The shortest and the longest grace period of the functions, in ms. */
export function graceOf({ functions }: Plan): { shortest: number; longest: number } {
  const periods = functions.map(({ graceMs }) => graceMs);
  return { shortest: Math.min(...periods), longest: Math.max(...periods) };
}
