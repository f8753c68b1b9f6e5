// Draws the plan of one schedule from its seed.
import { happens, oneOf, type Stream } from "./chance.ts";
import {
  type Circumstances,
  type FunctionSettings,
  mostSkew,
  type Plan,
  type PlannedEvent,
  type PlannedRun,
  type Subject,
} from "./plan.ts";
import { type Kind, roles, toggle, variations } from "./target.ts";

const timeouts = [10_000, 6_000, 10_000, 30_000];
const hostileIds = ["constructor", "__proto__", "toString", "hasOwnProperty"];

export function drawPlan(u: Stream): Plan {
  const calm = happens(u(), 0.06);
  const kind = oneOf([roles, roles, roles, variations, toggle], u());
  const staleReadMs = happens(u(), 0.2) ? oneOf([5_000, 30_000, 120_000], u()) : 0;
  const hasLull = happens(u(), 0.3);
  const isSkewed = happens(u(), 0.5);
  const hasTimer = happens(u(), 0.3) && kind.name !== "toggle" && staleReadMs === 0;
  const subjects = ["robin", "ada"]
    .slice(0, happens(u(), 0.15) ? 2 : 1)
    .map((name) => ({ name, initial: initialState(u(), kind), isOwner: happens(u(), 0.04) }));
  const runs = Array.from({ length: oneOf([1, 2, 2, 3, 3], u()) }, (_, index) =>
    drawRun(u, index + 1, { subjects, kind, hasLull }),
  );
  if (happens(u(), 0.08)) for (const run of runs.slice(0, 1)) run.id = oneOf(hostileIds, u());
  if (happens(u(), 0.1)) reuseId(runs, kind);
  const functions: Plan["functions"] = [drawFunction(u)];
  if (happens(u(), 0.1)) functions.push(drawFunction(u));
  let invocations = 0;
  let lastRequestId = "";
  const circumstances = (subject = ""): Circumstances => {
    const timeout = oneOf(timeouts, u());
    const skew = Math.floor(u() * mostSkew);
    // Lambda can deliver one event twice.
    if (!happens(u(), 0.15) || lastRequestId === "") lastRequestId = `request-${++invocations}`;
    const spelling = happens(u(), 0.2) ? subject.toUpperCase() : subject;
    const settings = oneOf(functions, u());
    return { timeout, skew: isSkewed ? skew : 0, requestId: lastRequestId, spelling, settings };
  };
  const events = runs.flatMap((run) => drawRunEvents(u, run, circumstances));
  if (hasLull) {
    // The event after the lull is then likely to meet a sweep with due work.
    const at = Math.floor(u() * events.length);
    events.splice(at, 0, { type: "lull" });
    events.splice(at + 2, 0, { type: "sweep", ...circumstances() });
  }
  for (let sweeps = oneOf([0, 0, 1, 2], u()); sweeps > 0; sweeps -= 1)
    insert(events, u(), { type: "sweep", ...circumstances() });
  for (let outsiders = oneOf([0, 0, 1, 2, 3], u()); outsiders > 0; outsiders -= 1) {
    const hand = happens(u(), 0.3) && kind.name === "roles" ? "own" : "others";
    insert(events, u(), {
      ...{ type: "outsider", hand },
      ...{ subject: oneOf(subjects, u()).name, state: oneOf(kind.states, u()) },
    });
  }
  if (happens(u(), 0.1)) insert(events, u(), { type: "deletion", subject: oneOf(subjects, u()).name });
  const [faults = 0, crashes = 0] = calm ? [] : oneOf(unreliable, u());
  return {
    kind,
    faults,
    crashes,
    jumps: oneOf([0, 0.01, 0.03], u()),
    hangs: happens(u(), 0.15) && !calm ? 0.05 : 0,
    focus: happens(u(), 0.6) && !calm ? oneOf(foci, u()) : undefined,
    slowness: oneOf([0, 0.1, 0.4], u()),
    crowding: oneOf([0.02, 0.06, 0.2], u()),
    staleReadMs,
    hasTimer,
    hasBrokenRecord: happens(u(), 0.03),
    hasForeignRecord: happens(u(), 0.03),
    functions,
    subjects,
    runs,
    events,
  };
}

function drawFunction(u: Stream): FunctionSettings {
  return {
    expired: happens(u(), 0.06) ? "report" : "end",
    graceMs: oneOf([60_000, 3_600_000, 10_000], u()),
  };
}

/** Gives the second run the id of the first, and another wish or person. */
function reuseId([first, second]: PlannedRun[], { wishes }: Kind): void {
  if (!first || !second) return;
  second.id = first.id;
  if (second.subject === first.subject)
    second.wanted = wishes.find((wish) => wish !== first.wanted) ?? first.wanted;
}

const foci = [
  "write lease",
  "write lease",
  "set",
  "set",
  "close run",
  "read lease",
  "read",
  "find",
  "open run",
  "release",
];

/** Pairs of `faults` and `crashes`. */
const unreliable = [
  [0, 0.02],
  [0.05, 0],
  [0.05, 0.01],
  [0.12, 0.03],
  [0.25, 0.02],
] as const;

function initialState(u: number, { states }: Kind): string {
  return u < 0.5 ? (states[0] ?? "") : oneOf(states, u * 2 - 1);
}

type Circle = { subjects: Subject[]; kind: Kind; hasLull: boolean };

function drawRun(u: Stream, number: number, { subjects, kind, hasLull }: Circle): PlannedRun {
  const duration = happens(u(), hasLull ? 0.9 : 0.6) ? oneOf([900, 60, 3_600, 20], u()) : undefined;
  const abandoned = happens(u(), hasLull ? 0.6 : 0.4) && duration !== undefined;
  const subject = oneOf(subjects, u()).name;
  return { number, id: `run-${number}`, subject, wanted: oneOf(kind.wishes, u()), duration, abandoned };
}

function drawRunEvents(
  u: Stream,
  run: PlannedRun,
  circumstances: (subject: string) => Circumstances,
): PlannedEvent[] {
  const escalates = oneOf([1, 1, 1, 2, 2, 3], u());
  const deescalates = run.abandoned ? 0 : oneOf([0, 1, 1, 1, 2], u());
  return [
    ...Array<"escalate">(escalates).fill("escalate"),
    ...Array<"deescalate">(deescalates).fill("deescalate"),
  ].map((type) => ({ type, run, ...circumstances(run.subject) }));
}

function insert(events: PlannedEvent[], u: number, event: PlannedEvent): void {
  events.splice(Math.floor(u * (events.length + 1)), 0, event);
}
