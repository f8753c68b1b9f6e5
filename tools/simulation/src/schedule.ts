import { mayHold } from "./books.ts";
import { type Chances, derived, happens, oneOf } from "./chance.ts";
import { type Coverage, noCoverage } from "./coverage.ts";
import { crash, deliver, isCrash } from "./events.ts";
import { perform } from "./operations.ts";
import { graceOf, type PlannedEvent } from "./plan.ts";
import { checkEnd, checkQuiet } from "./promises.ts";
import { advance, endOf, firstMoment } from "./time.ts";
import { note } from "./trace.ts";
import { createWorld, drain, drawStep, type Operation, type Violation, type World } from "./world.ts";

export type ScheduleOutcome = { violation: Violation | undefined; steps: number; trace: string[] };

/** Runs one schedule to its end, or to its first violation. */
export async function runSchedule(
  chances: Chances,
  coverage: Coverage = noCoverage(),
  isTraced = false,
): Promise<ScheduleOutcome> {
  const world = createWorld(chances, coverage, isTraced);
  if (world.plan.subjects.length > 1) coverage["two subjects"] += 1;
  note(world, "the world", "begins");
  await proceed(
    world,
    world.plan.events.filter((_, index) => !chances.without?.includes(index)),
  );
  await calmDown(world);
  return { violation: world.violation, steps: world.steps, trace: world.trace ?? [] };
}

/** Ends all faults: every invocation comes to its end, every run is closed or expires, and one sweep runs. */
async function calmDown(world: World): Promise<void> {
  world.calm = true;
  note(world, "the world", "has no more faults");
  await proceed(world, []);
  const [settings] = world.plan.functions;
  const unclosed = world.books.runs.filter(
    (book) =>
      mayHold(book) && !book.ofId.isLeftToSweep && !(book.run.abandoned && settings.expired === "end"),
  );
  const circumstances = { timeout: 900_000, skew: 0, requestId: "the last", spelling: "", settings };
  await proceed(
    world,
    unclosed.map(({ run }) => ({ type: "deescalate", run, ...circumstances })),
  );
  if (world.violation) return;
  // By then every lock has ended, every closed run is due, also after failures, and the runs begun last are over.
  const longest = Math.max(...world.plan.runs.map(({ duration = 0 }) => duration * 1_000));
  await advance(world, world.now + longest + graceOf(world.plan).longest + 4_000_000);
  await proceed(world, [{ type: "sweep", ...circumstances }]);
  if (!world.violation) await checkEnd(world);
}

/** `faulty`: steps with faults. `all`: steps of one schedule; more mean a defect of the simulation. */
const most = { faulty: 400, all: 20_000 };

/** Runs steps until all events have arrived and no invocation is active. */
async function proceed(world: World, events: PlannedEvent[]): Promise<void> {
  while (!world.violation && world.pending.length + events.length + world.alive.length > 0) {
    drawStep(world);
    if (world.steps > most.faulty) world.calm = true;
    if (world.steps > most.all) throw new Error("A schedule does not end");
    await takeStep(world, events);
    await drain();
    checkQuiet(world);
  }
}

async function takeStep(world: World, events: PlannedEvent[]): Promise<void> {
  const { act, which } = world.step;
  if (isCrash(world)) crash(world);
  else if (isJump(world)) await advance(world, destination(world));
  else if (events.length > 0 && (world.pending.length === 0 || happens(derived(act, 5), world.crowding)))
    await deliver(world, events.splice(Math.floor(which ** 3 * events.length), 1)[0] as PlannedEvent);
  else await goOn(world);
}

async function goOn(world: World): Promise<void> {
  const operation = next(world);
  if (!operation && world.pending.length > 0) return advance(world, firstMoment(world));
  if (!operation) throw new Error("The code under test waits for a call that the scheduler does not control");
  const { wait } = world.step;
  await advance(world, Math.max(world.now + latency(wait), operation.readyAt + oversleep(wait)));
  if (world.pending.includes(operation)) perform(world, operation);
}

/**
 * Picks a pending operation. Quick operations are equally likely; a slow operation usually waits until no quick one is
 * left.
 */
function next({ pending: all, step }: World): Operation | undefined {
  const pending = all.filter(({ hangs }) => !hangs);
  const quick = pending.filter(({ isSlow }) => !isSlow);
  return oneOf(quick.length === 0 || happens(derived(step.wait, 9), 0.04) ? pending : quick, step.which);
}

/** The delay before a step, in ms: mostly short, sometimes long. */
function latency(u: number): number {
  if (u < 0.7) return 1 + Math.floor(u * 40);
  return u < 0.97 ? Math.floor(u * 200) : Math.floor(u * 2_500);
}

/** The time by which a sleep is late, in ms. */
function oversleep(u: number): number {
  return u < 0.3 ? 0 : Math.floor((u - 0.3) * 5_000);
}

/** Whether time jumps: more often between events than during an event, where a jump mostly kills the invocation. */
function isJump({ plan, pending, calm, step }: World): boolean {
  return !calm && happens(derived(step.act, 3), pending.length === 0 ? plan.jumps * 8 : plan.jumps);
}

/** The time to jump to: the end of a budget, lock, run, grace period or stale read, or just after. */
function destination({ now, alive, store, plan, books, step }: World): number {
  const moments = [
    ...alive.map(endOf),
    ...[...store.leases.values()].flatMap(({ lock }) => (lock ? [lock.until] : [])),
    ...books.runs.flatMap(({ run: { duration }, startedAt }) =>
      duration === undefined || startedAt === undefined
        ? []
        : [startedAt + duration * 1_000, startedAt + duration * 1_000 + graceOf(plan).shortest],
    ),
    now + 60_000,
    now + Math.max(0, plan.staleReadMs - 1_000),
  ].filter((at) => at >= now);
  return (oneOf(moments, step.which) ?? now) + Math.floor(step.wait * 2_500);
}
