import { clockSkewMs } from "@sym/leases/states";
import { isPromised, runsOf } from "./books.ts";
import { happens } from "./chance.ts";
import { invoke, sweep } from "./invoke.ts";
import { graceOf, mostSkew, type PlannedEvent } from "./plan.ts";
import { changeByOutsider, deleteByOutsider, isQuiet } from "./promises.ts";
import { advance, die } from "./time.ts";
import type { World } from "./world.ts";

/** Carries out one planned event. */
export async function deliver(world: World, event: PlannedEvent): Promise<void> {
  if (event.type === "outsider" || event.type === "deletion") return outsider(world, event);
  if (event.type === "lull") return lull(world);
  if (event.type === "sweep") return sweep(world, event);
  return invoke(world, event.type, event.run, event);
}

/** Lets all runs expire. Much work is due afterwards, so the next events follow quickly. */
function lull(world: World): Promise<void> {
  world.crowding = 0.3;
  return advance(world, endOfRuns(world));
}

/** The time at which every run so far is past its duration and grace period, by every clock. */
function endOfRuns({ now, plan, books }: World): number {
  const ends = books.runs.flatMap(({ run: { duration }, startedAt }) =>
    duration === undefined || startedAt === undefined
      ? []
      : [startedAt + duration * 1_000 + graceOf(plan).longest + mostSkew],
  );
  return Math.max(now, ...ends);
}

function outsider(world: World, event: Extract<PlannedEvent, { subject: string }>): void {
  const { subject } = event;
  const { staleReadMs } = world.plan;
  if (world.target.isDeleted(subject)) return;
  // Where reads can be stale, the checker cannot distinguish a change close to ours from an echo of ours.
  if (staleReadMs > 0 && (world.alive.length > 0 || !isQuiet(world, subject))) return;
  if (staleReadMs > 0) world.now += staleReadMs + clockSkewMs + mostSkew;
  if (world.alive.some(({ run }) => run?.subject === subject))
    world.coverage["outsider's change during an invocation"] += 1;
  const isHeld = runsOf(world.books, subject).some(isPromised);
  if (isHeld) world.coverage["outsider's change while held"] += 1;
  if (event.type === "deletion") deleteByOutsider(world, subject);
  else change(world, event, isHeld);
  if (staleReadMs > 0) world.now += staleReadMs;
}

/** Kills an invocation at its present call, as when the function runs out of memory. */
export function crash(world: World): void {
  const { coverage, alive, pending, step, plan } = world;
  const focused = pending.filter(({ name }) => name === plan.focus).map(({ by }) => by);
  const victims = focused.length > 0 ? focused : alive;
  const by = victims[Math.floor(step.which * victims.length)];
  if (!by || by.over) return;
  if (by.type === "escalate") {
    const when = by.hasGranted ? "after" : "before";
    coverage[`crash during escalate, ${when} the grant`] += 1;
  } else coverage[`crash during ${by.type}`] += 1;
  if (pending.some((operation) => operation.by === by && operation.name === "restore"))
    coverage["crash during restore"] += 1;
  die(world, by, "crashes");
}

export function isCrash({ calm, plan, pending, step }: World): boolean {
  if (calm) return false;
  const isFocused = plan.focus !== undefined && plan.crashes > 0;
  if (!isFocused) return happens(step.act, plan.crashes);
  return happens(step.act, pending.some(({ name }) => name === plan.focus) ? 0.08 : plan.crashes / 5);
}

/**
 * Others set the planned state, or another state if the subject has the planned state; the subject itself only lowers.
 */
function change(
  world: World,
  { subject, state, hand }: Extract<PlannedEvent, { type: "outsider" }>,
  isHeld: boolean,
): void {
  const { states, satisfies } = world.plan.kind;
  const now = world.target.state(subject);
  const possible = states.filter((one) => one !== now && (hand === "others" || satisfies(now, one)));
  const [other] = possible;
  if (other === undefined) return;
  if (hand === "own" && isHeld) world.coverage["lowered by the subject's own hand"] += 1;
  changeByOutsider(world, subject, possible.includes(state) ? state : other);
}
