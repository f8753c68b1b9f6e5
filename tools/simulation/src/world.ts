import type { ActionResult } from "@sym/lambda-core";
import type { Lease } from "@sym/leases/lease";
import { memoryStore } from "@sym/leases/memory-store";
import type { LeaseStore } from "@sym/leases/store";
import { type Books, openBooks, type PromiseName } from "./books.ts";
import { type Chances, drawsPerStep } from "./chance.ts";
import type { Coverage } from "./coverage.ts";
import { drawPlan } from "./draw-plan.ts";
import type { FunctionSettings, Plan, PlannedRun } from "./plan.ts";
import { createTarget, type Target } from "./target.ts";

/** What the simulation uses of an AbortSignal. */
export type Signal = { aborted: boolean; reason?: unknown };

/** A part of an invocation's time: its calls to the target system are aborted at `at`. */
type Part = { signal: Signal; at: number };

/** One invocation of a handler, from its start to its end or its death. */
export type Invoked = {
  /** Of this invocation alone, and so the owner of the locks that it takes. */
  id: string;
  /** Lambda's id of the event, which a second delivery has, too. */
  requestId: string;
  settings: FunctionSettings;
  /** How the event spells who is meant. */
  spelling: string;
  type: "escalate" | "deescalate" | "sweep";
  run: PlannedRun | undefined;
  /** In true time, as all times here. Its own clock is `skew` milliseconds ahead. */
  startedAt: number;
  startedTick: number;
  deadline: number;
  skew: number;
  work: Signal;
  record: Signal;
  parts: Part[];
  /** How many of the ends of its time have come: see `ends`. */
  endsPassed: number;
  answered: boolean;
  over: boolean;
  /** The tick at which it last saw or asked the target system; what outsiders did since, it cannot know. */
  sawAt: number;
  /** The tick of its last look at the target system. */
  lookedAt: number;
  reads: number;
  /** How often it has asked for a change: the first of an escalate is its grant. */
  sets: number;
  hasGranted: boolean;
};

/** What an invocation ended with. `byBudget`: its time was up, or it was killed, before it had an answer of its own. */
export type Given = { result: ActionResult } | { result?: undefined; error: unknown; byBudget: boolean };

/** A call whose effect or answer is still to come. */
export type Operation = {
  by: Invoked;
  name: string;
  detail: string;
  /** What happens in the store or the target system, in one moment. */
  effect: () => unknown;
  applied: { value: unknown } | undefined;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
  signal: Signal | undefined;
  isSlow: boolean;
  /** Nothing ever comes of it. */
  hangs: boolean;
  /** When a sleep is over; 0 for everything else. */
  readyAt: number;
};

/** What a step draws, each from 0 to 1. */
type Step = { act: number; which: number; wait: number; fault: number; extra: number };

export type World = {
  plan: Plan;
  draw: () => number;
  step: Step;
  now: number;
  /** Counts what happens, so that one can say what came first. */
  tick: number;
  steps: number;
  /** No faults, no crashes and no leaps in time any more. */
  calm: boolean;
  crowding: number;
  invoked: number;
  alive: Invoked[];
  pending: Operation[];
  /** What dead or given up operations will still do. */
  late: { operation: Operation; at: number }[];
  frozen: { by: Invoked; waiting: Operation[]; at: number }[];
  target: Target;
  store: LeaseStore & { leases: Map<string, Lease> };
  books: Books;
  coverage: Coverage;
  violation: Violation | undefined;
  trace: string[] | undefined;
};

export type Violation = { promise: PromiseName; what: string };

/** Some moment that makes timestamps look like timestamps. */
export const epoch = Date.UTC(2026, 0, 1);

export function createWorld(
  { plan: planStream, steps }: Chances,
  coverage: Coverage,
  traced: boolean,
): World {
  const plan = drawPlan(planStream);
  const target = createTarget(plan.staleReadMs);
  for (const { name, initial } of plan.subjects) target.set(name, initial, epoch);
  return {
    plan,
    draw: steps,
    step: { act: 0, which: 0, wait: 0, fault: 0, extra: 0 },
    now: epoch,
    tick: 0,
    steps: 0,
    calm: false,
    crowding: plan.crowding,
    invoked: 0,
    alive: [],
    pending: [],
    late: [],
    frozen: [],
    target,
    store: memoryStore(),
    books: openBooks(plan),
    coverage,
    violation: undefined,
    trace: traced ? [] : undefined,
  };
}

export function drawStep(world: World): void {
  const { draw } = world;
  world.step = { act: draw(), which: draw(), wait: draw(), fault: draw(), extra: draw() };
  world.steps += 1;
}
drawsPerStep satisfies 5;

/**
 * Lets the code under test run until it waits for the world again. A tick comes when no promise is left to settle; nothing
 * here waits for more, and turning the whole event loop at each step would make a schedule take 1.4 times as long.
 */
export function drain(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

export function violated(world: World, promise: PromiseName, what: string): void {
  world.violation ??= { promise, what };
}
