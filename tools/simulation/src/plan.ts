import type { Kind } from "./target.ts";

/** What one schedule is about: who asks for what, what arrives, and how unreliable the world is. */
export type Plan = {
  kind: Kind;
  /** Probabilities per step: that an operation fails, that an invocation dies, that time jumps ahead. */
  faults: number;
  crashes: number;
  jumps: number;
  /** Probability that a call to the target system is never answered. */
  hangs: number;
  /** What goes wrong mostly goes wrong with this operation: rare coincidences are less rare so. */
  focus: string | undefined;
  /** Usually one; sometimes two share a table on purpose, each with settings of its own. The first has the last sweep. */
  functions: [FunctionSettings, ...FunctionSettings[]];
  /** Probability that an operation is so slow that nearly everything overtakes it. */
  slowness: number;
  /** Probability per step that the next event does not wait until those before it are done. */
  crowding: number;
  /** For how many milliseconds a reading of the target system may be old. Outsiders keep that distance then. */
  staleReadMs: number;
  /** Whether the target system ends access by itself when its time is over, as it was told. */
  hasTimer: boolean;
  /** A record that makes no sense is due, too; or one of another handler. Each is a failure of every sweep. */
  hasBrokenRecord: boolean;
  hasForeignRecord: boolean;
  subjects: Subject[];
  runs: PlannedRun[];
  events: PlannedEvent[];
};

/**
 * What sweeps do with runs past their time, and how long after its time, in milliseconds, a run is taken for abandoned.
 */
export type FunctionSettings = { expired: "end" | "report"; graceMs: number };

/** `isOwner`: has everything, whatever the state is. */
export type Subject = { name: string; initial: string; isOwner: boolean };

export type PlannedRun = {
  /** Of this run alone, for the books. */
  number: number;
  /** Usually as unique; sometimes another run has it, too, and sometimes it is the name of something in every object. */
  id: string;
  subject: string;
  wanted: string;
  /** In seconds. */
  duration: number | undefined;
  /** Sym never sends the last deescalate, so only the sweep can end the run. Only for runs with a duration. */
  abandoned: boolean;
};

/**
 * An invocation's time to live, and how far its clock is ahead, both in milliseconds; the request id that Lambda gives it;
 * how the event spells who is meant; and the settings of the function.
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
  /** Somebody deletes the thing to which this subject has access, or not. */
  | { type: "deletion"; subject: string }
  /** Nothing happens until all runs so far are past their time and grace. */
  | { type: "lull" };

/** What two clocks can differ by here, and a dead invocation's operation can be late by: together, below `clockSkewMs`. */
export const mostSkew = 2_000;
export const mostLate = 2_500;

/** The grace periods of the function that takes a run for abandoned first, and of the one that does last. */
export function graceOf({ functions }: Plan): { shortest: number; longest: number } {
  const periods = functions.map(({ graceMs }) => graceMs);
  return { shortest: Math.min(...periods), longest: Math.max(...periods) };
}
