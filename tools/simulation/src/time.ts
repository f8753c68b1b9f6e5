// The effects of time: budgets run out, invocations die, and their last operations take effect late.
import { derived, happens } from "./chance.ts";
import { outOfTime } from "./out-of-time.ts";
import { mostLate } from "./plan.ts";
import { ends } from "./ports.ts";
import { checkAnswer, checkTimer } from "./promises.ts";
import type { Timer } from "./target.ts";
import { note } from "./trace.ts";
import { drain, type Invoked, type Operation, type Signal, type World } from "./world.ts";

/** Advances the clock to `to`, and carries out all due effects in order. */
export async function advance(world: World, to: number): Promise<void> {
  for (let at = firstMoment(world); at <= to; at = firstMoment(world)) {
    world.now = Math.max(world.now, at);
    happen(world, at);
    await drain();
    if (world.violation) return;
  }
  world.now = Math.max(world.now, to);
}

export function firstMoment({ alive, frozen, late, target }: World): number {
  let first = Number.POSITIVE_INFINITY;
  for (const by of alive) first = Math.min(first, endOf(by), ...by.parts.map(({ at }) => at));
  for (const { at } of target.timers.values()) first = Math.min(first, at);
  for (const { at } of frozen) first = Math.min(first, at);
  for (const { at } of late) first = Math.min(first, at);
  return first;
}

function happen(world: World, at: number): void {
  const ending = world.alive.find((by) => endOf(by) === at);
  const waking = world.frozen.find((frozen) => frozen.at === at);
  const landing = world.late.find((late) => late.at === at);
  const parted = world.alive.find((by) => by.parts.some((part) => part.at === at));
  const timer = [...world.target.timers].find(([, one]) => one.at === at);
  if (ending) passEnd(world, ending);
  else if (parted) endPart(world, parted, at);
  else if (timer) fire(world, ...timer);
  else if (waking) thaw(world, waking);
  else if (landing) land(world, landing);
}

function endPart(world: World, by: Invoked, at: number): void {
  const [part] = by.parts.filter((one) => one.at === at);
  by.parts = by.parts.filter((one) => one !== part);
  if (part) abort(world, by, part.signal);
}

/** Fires a timer of the target system, if the timer's state is still set. */
function fire(world: World, subject: string, { state, afterwards }: Timer): void {
  const { target } = world;
  target.timers.delete(subject);
  if (target.state(subject) !== state || afterwards === state) return;
  target.set(subject, afterwards, world.now);
  checkTimer(world, subject, state);
}

/** The next end in an invocation's time budget. */
export function endOf({ deadline, endsPassed }: Invoked): number {
  return deadline - (ends[endsPassed]?.before ?? 0);
}

function passEnd(world: World, by: Invoked): void {
  const what = ends[by.endsPassed]?.what;
  by.endsPassed += 1;
  if (what === "work") {
    abort(world, by, by.work);
    for (const { signal } of by.parts.splice(0)) abort(world, by, signal);
  }
  if (what === "record") abort(world, by, by.record);
  if (what === "answer" && !by.answered) {
    world.coverage["answered by the budget while still working"] += 1;
    checkAnswer(world, by, { error: outOfTime(), byBudget: true });
    // Lambda freezes an invocation after its answer, sometimes a little later.
    if (world.step.extra < 0.6) freeze(world, by);
  }
  if (what === "life") {
    world.coverage["killed at the deadline"] += 1;
    die(world, by, "is killed at its deadline");
  }
}

function abort(world: World, by: Invoked, signal: Signal): void {
  signal.aborted = true;
  signal.reason = outOfTime();
  const aborted = world.pending.filter((operation) => operation.signal === signal);
  for (const [index, operation] of aborted.entries()) {
    world.coverage["target call aborted before the deadline"] += 1;
    note(world, by, `${operation.name} is aborted: out of time`);
    decideFate(world, operation, derived(world.step.extra, index));
    operation.reject(signal.reason);
  }
  world.pending = world.pending.filter((operation) => operation.signal !== signal);
}

/** Stops an invocation with work left, which may wake up when its execution environment gets the next event. */
function freeze(world: World, by: Invoked): void {
  const waiting = world.pending.filter((operation) => operation.by === by);
  die(world, by, "is frozen");
  const { extra } = world.step;
  const sleeps = 1_000 + Math.floor(derived(extra, 17) ** 3 * 180_000);
  if (happens(derived(extra, 13), 0.7)) world.frozen.push({ by, waiting, at: world.now + sleeps });
}

function thaw(world: World, frozen: World["frozen"][number]): void {
  world.frozen = world.frozen.filter((other) => other !== frozen);
  world.coverage["frozen invocation woke up"] += 1;
  note(world, frozen.by, "wakes up");
  for (const { applied, name, resolve, reject } of frozen.waiting)
    if (applied || name === "sleep") resolve(applied?.value);
    else reject(new Error("socket hang up"));
}

/** Stops an invocation for good. Its pending calls may still take effect, until `mostLate` after its deadline. */
export function die(world: World, by: Invoked, how: string): void {
  by.over = true;
  note(world, by, how);
  world.alive = world.alive.filter((other) => other !== by);
  const abandoned = world.pending.filter((operation) => operation.by === by);
  world.pending = world.pending.filter((operation) => operation.by !== by);
  for (const [index, operation] of abandoned.entries())
    decideFate(world, operation, derived(world.step.extra, index));
  if (!by.answered) checkAnswer(world, by, { error: undefined, byBudget: true });
}

/** Decides the fate of an abandoned call: the effect is in place, comes late, or never comes. */
function decideFate(world: World, operation: Operation, u: number): void {
  const { by, applied, name } = operation;
  if (applied || name === "sleep" || u < 0.5) return;
  const latest = by.deadline + mostLate;
  world.late.push({ operation, at: world.now + Math.floor((latest - world.now) * (u * 2 - 1)) });
}

function land(world: World, late: World["late"][number]): void {
  world.late = world.late.filter((other) => other !== late);
  const { operation } = late;
  const { name, by, effect } = operation;
  if (!/^(grant|restore|release|(open|close|forget) run|leave to lease|postpone|write lease)$/.test(name))
    return;
  operation.applied = { value: effect() };
  if (name === "grant" || name === "restore" || name === "release")
    world.coverage[`landed late: ${name}`] += 1;
  if (name === "write lease") world.coverage["landed late: store write"] += 1;
  note(world, by, `${name} takes effect late`);
}
