import { happens, oneOf, type Stream } from "./chance.ts";
import { type Level, levels } from "./target.ts";

/** What one schedule is about: who asks for what, what arrives, and how unreliable the world is. */
export type Plan = {
  /** Probabilities per step: that an operation fails, that an invocation dies, that time jumps ahead. */
  faults: number;
  crashes: number;
  jumps: number;
  /** What goes wrong mostly goes wrong with this operation: rare coincidences are less rare so. */
  focus: string | undefined;
  /** What sweeps do with runs past their time. */
  expired: "end" | "report";
  /** Probability that an operation is so slow that nearly everything overtakes it. */
  slowness: number;
  /** Probability per step that the next event does not wait until those before it are done. */
  crowding: number;
  /** For how many milliseconds a reading of the target system may be old. Outsiders keep that distance then. */
  staleReadMs: number;
  /** Whether the target system can look while it still resolves. */
  finds: boolean;
  /** How long after its time a run is taken for abandoned, in milliseconds. */
  graceMs: number;
  subjects: { name: string; initial: Level }[];
  runs: PlannedRun[];
  events: PlannedEvent[];
};

export type PlannedRun = {
  id: string;
  subject: string;
  /** In seconds. */
  duration: number | undefined;
  /** Sym never sends the last deescalate, so only the sweep can end the run. Only for runs with a duration. */
  abandoned: boolean;
};

/** An invocation's time to live, and how far its clock is ahead, both in milliseconds. */
export type Circumstances = { timeout: number; skew: number };

export type PlannedEvent =
  | ({ type: "escalate" | "deescalate"; run: PlannedRun } & Circumstances)
  | ({ type: "sweep" } & Circumstances)
  | { type: "outsider"; subject: string; state: Level }
  /** Somebody deletes the thing to which this subject has access, or not. */
  | { type: "deletion"; subject: string }
  /** Nothing happens until all runs so far are past their time and grace. */
  | { type: "lull" };

/** What two clocks can differ by here, and a dead invocation's operation can be late by: together, below `clockSkewMs`. */
export const mostSkew = 2_000;
export const mostLate = 2_500;

const timeouts = [10_000, 6_000, 10_000, 30_000];

export function drawPlan(u: Stream): Plan {
  const calm = happens(u(), 0.06);
  const staleReadMs = happens(u(), 0.2) ? oneOf([5_000, 30_000, 120_000], u()) : 0;
  const hasLull = happens(u(), 0.3);
  const isSkewed = happens(u(), 0.5);
  const finds = happens(u(), 0.4);
  const subjects = ["robin", "ada"]
    .slice(0, happens(u(), 0.15) ? 2 : 1)
    .map((name) => ({ name, initial: initialLevel(u()) }));
  const runs = Array.from({ length: oneOf([1, 2, 2, 3, 3], u()) }, (_, index) =>
    drawRun(u, index + 1, subjects, hasLull),
  );
  const circumstances = (): Circumstances => {
    const timeout = oneOf(timeouts, u());
    const skew = Math.floor(u() * mostSkew);
    return { timeout, skew: isSkewed ? skew : 0 };
  };
  const events = runs.flatMap((run) => drawRunEvents(u, run, circumstances));
  if (hasLull) {
    // What comes after it is then likely to meet a sweep that has something to do.
    const at = Math.floor(u() * events.length);
    events.splice(at, 0, { type: "lull" });
    events.splice(at + 2, 0, { type: "sweep", ...circumstances() });
  }
  for (let sweeps = oneOf([0, 0, 1, 2], u()); sweeps > 0; sweeps -= 1)
    insert(events, u(), { type: "sweep", ...circumstances() });
  for (let outsiders = oneOf([0, 0, 1, 2, 3], u()); outsiders > 0; outsiders -= 1)
    insert(events, u(), { type: "outsider", subject: oneOf(subjects, u()).name, state: oneOf(levels, u()) });
  if (happens(u(), 0.1)) insert(events, u(), { type: "deletion", subject: oneOf(subjects, u()).name });
  const [faults = 0, crashes = 0] = calm ? [] : oneOf(unreliable, u());
  return {
    faults,
    crashes,
    jumps: oneOf([0, 0.01, 0.03], u()),
    focus: happens(u(), 0.6) && !calm ? oneOf(foci, u()) : undefined,
    expired: happens(u(), 0.06) ? "report" : "end",
    slowness: oneOf([0, 0.1, 0.4], u()),
    crowding: oneOf([0.02, 0.06, 0.2], u()),
    staleReadMs,
    finds,
    graceMs: oneOf([60_000, 3_600_000, 10_000], u()),
    subjects,
    runs,
    events,
  };
}

const foci = [
  "write lease",
  "write lease",
  "grant",
  "restore",
  "close run",
  "read lease",
  "read",
  "find",
  "open run",
];

/** Pairs of `faults` and `crashes`. */
const unreliable = [
  [0, 0.02],
  [0.05, 0],
  [0.05, 0.01],
  [0.12, 0.03],
  [0.25, 0.02],
] as const;

function initialLevel(u: number): Level {
  return oneOf(["absent", "absent", "absent", "guest", "member", "maintainer"] as const, u);
}

function drawRun(u: Stream, number: number, subjects: Plan["subjects"], endsByItself: boolean): PlannedRun {
  const duration = happens(u(), endsByItself ? 0.9 : 0.6) ? oneOf([900, 60, 3_600, 20], u()) : undefined;
  const abandoned = happens(u(), endsByItself ? 0.6 : 0.4) && duration !== undefined;
  return { id: `run-${number}`, subject: oneOf(subjects, u()).name, duration, abandoned };
}

function drawRunEvents(u: Stream, run: PlannedRun, circumstances: () => Circumstances): PlannedEvent[] {
  const escalates = oneOf([1, 1, 1, 2, 2, 3], u());
  const deescalates = run.abandoned ? 0 : oneOf([0, 1, 1, 1, 2], u());
  return [
    ...Array<"escalate">(escalates).fill("escalate"),
    ...Array<"deescalate">(deescalates).fill("deescalate"),
  ].map((type) => ({ type, run, ...circumstances() }));
}

function insert(events: PlannedEvent[], u: number, event: PlannedEvent): void {
  events.splice(Math.floor(u * (events.length + 1)), 0, event);
}
