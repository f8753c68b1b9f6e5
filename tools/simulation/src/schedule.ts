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

/** From here on nothing fails: what is under way ends, every run is closed or expires, and one sweep runs. */
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
  // By then every lock has ended, every closed run is due, also after failures, and every run is over that began only now.
  const longest = Math.max(...world.plan.runs.map(({ duration = 0 }) => duration * 1_000));
  await advance(world, world.now + longest + graceOf(world.plan).longest + 4_000_000);
  await proceed(world, [{ type: "sweep", ...circumstances }]);
  if (!world.violation) await checkEnd(world);
}

/** How many steps faults may go on for, and when something must be wrong with the simulation. */
const most = { faulty: 400, all: 20_000 };

/** Goes on until everything has arrived and nothing is under way. */
async function proceed(world: World, events: PlannedEvent[]): Promise<void> {
  while (!world.violation && world.pending.length + events.length + world.alive.length > 0) {
    drawStep(world);
    if (world.steps > most.faulty) world.calm = true;
    if (world.steps > most.all) throw new Error("A schedule does not come to its end");
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
  if (!operation) throw new Error("Code is waiting for something that is not in the scheduler's hands");
  const { wait } = world.step;
  await advance(world, Math.max(world.now + latency(wait), operation.readyAt + oversleep(wait)));
  if (world.pending.includes(operation)) perform(world, operation);
}

/** Most pending operations are equally likely to go on; slow ones let nearly everything overtake them. */
function next({ pending: all, step }: World): Operation | undefined {
  const pending = all.filter(({ hangs }) => !hangs);
  const quick = pending.filter(({ isSlow }) => !isSlow);
  return oneOf(quick.length === 0 || happens(derived(step.wait, 9), 0.04) ? pending : quick, step.which);
}

/** In milliseconds: mostly quick, sometimes slow. */
function latency(u: number): number {
  if (u < 0.7) return 1 + Math.floor(u * 40);
  return u < 0.97 ? Math.floor(u * 200) : Math.floor(u * 2_500);
}

/** Sleeps may take longer than asked. */
function oversleep(u: number): number {
  return u < 0.3 ? 0 : Math.floor((u - 0.3) * 5_000);
}

/** Time jumps more often between events than during them, where it mostly kills. */
function isJump({ plan, pending, calm, step }: World): boolean {
  return !calm && happens(derived(step.act, 3), pending.length === 0 ? plan.jumps * 8 : plan.jumps);
}

/** Where time can jump to: what somebody waits for, or just after it. */
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
