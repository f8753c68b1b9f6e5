import { noCounts, type SymRequest } from "@sym/lambda-core";
import { runBook } from "./books.ts";
import { countMeetings } from "./meetings.ts";
import type { Circumstances, PlannedRun } from "./plan.ts";
import { actionsFor, invocationOf } from "./ports.ts";
import { checkAnswer } from "./promises.ts";
import { die } from "./time.ts";
import { note } from "./trace.ts";
import { type Given, type Invoked, violated, type World } from "./world.ts";

/** Starts an invocation for an event from Sym. */
export function invoke(
  world: World,
  type: "escalate" | "deescalate",
  run: PlannedRun,
  circumstances: Circumstances,
): void {
  const by = begin(world, type, run, circumstances);
  const book = runBook(world.books, run);
  if (type === "escalate") {
    book.escalates += 1;
    book.startedAt ??= world.now;
  } else book.ofId.deescalates += 1;
  const request = requestOf(type, run, by.spelling);
  const result = actionsFor(world, by)[type](request, { ...invocationOf(world, by), request });
  end(
    world,
    by,
    result.then((value) => ({ result: value })),
  );
}

export function sweep(world: World, circumstances: Circumstances): void {
  const by = begin(world, "sweep", undefined, circumstances);
  const isCalm = world.calm;
  const counts = noCounts();
  const swept = actionsFor(world, by).sweep(invocationOf(world, by), counts);
  end(
    world,
    by,
    swept.then(() => {
      if (counts.changedByOthers > 0) world.coverage["swept, others had changed the access"] += 1;
      const { hasBrokenRecord, hasForeignRecord } = world.plan;
      if (isCalm && counts.failed > Number(hasBrokenRecord) + Number(hasForeignRecord))
        violated(world, "5 nothing is lost", "a sweep without faults could not finish all due work");
      return { error: undefined, byBudget: false };
    }),
  );
}

function begin(
  world: World,
  type: Invoked["type"],
  run: PlannedRun | undefined,
  { timeout, skew, requestId, spelling, settings }: Circumstances,
): Invoked {
  world.invoked += 1;
  world.tick += 1;
  const by: Invoked = {
    id: `#${world.invoked}`,
    ...{ requestId, spelling, settings },
    type,
    run,
    startedAt: world.now,
    startedTick: world.tick,
    deadline: world.now + timeout,
    skew,
    work: { aborted: false },
    record: { aborted: false },
    endsPassed: 0,
    answered: false,
    over: false,
    sawAt: 0,
    parts: [],
    lookedAt: 0,
    reads: 0,
    sets: 0,
    hasGranted: false,
  };
  if (world.alive.some((other) => other.settings !== settings))
    world.coverage["two functions at one table"] += 1;
  if (skew > 0) world.coverage["clocks differ"] += 1;
  if (world.alive.some((other) => other.requestId === requestId))
    world.coverage["one event delivered twice at once"] += 1;
  countMeetings(world, by);
  world.alive.push(by);
  note(world, by, `arrives${skew > 0 ? `, its clock ${skew} ms ahead` : ""}`);
  return by;
}

/** Checks the answer when the action ends, and drops the invocation with its pending calls. */
function end(world: World, by: Invoked, action: Promise<Given>): void {
  action
    .catch((error: unknown): Given => ({ error, byBudget: false }))
    .then((given) => {
      if (by.over) return;
      if (!by.answered) checkAnswer(world, by, given);
      die(world, by, "is over");
    })
    .catch((error: unknown) => violated(world, "5 nothing is lost", `the checker failed: ${error}`));
}

function requestOf(
  type: SymRequest["type"],
  { id, wanted, duration }: PlannedRun,
  spelling: string,
): SymRequest {
  const target = { name: "prod", label: undefined, settings: { wanted } };
  return { type, runId: id, requester: spelling, target, duration, fields: {} };
}
