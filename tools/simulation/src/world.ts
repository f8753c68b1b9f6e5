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

/** The properties of an AbortSignal that the simulation uses. */
export type Signal = { aborted: boolean; reason?: unknown };

/** A part of an invocation's time budget, whose calls to the target system are aborted at `at`. */
type Part = { signal: Signal; at: number };

/** One invocation of a handler, from its start to its end or its death. */
export type Invoked = {
  /** Unique to this invocation, and so the owner of its locks. */
  id: string;
  /** Lambda's id of the event, shared by a second delivery. */
  requestId: string;
  settings: FunctionSettings;
  /** The subject's name as the event spells the name. */
  spelling: string;
  type: "escalate" | "deescalate" | "sweep";
  run: PlannedRun | undefined;
  /** In true time, as all times here. The invocation's own clock is `skew` milliseconds ahead. */
  startedAt: number;
  startedTick: number;
  deadline: number;
  skew: number;
  work: Signal;
  record: Signal;
  parts: Part[];
  /** The number of passed ends of the time budget: see `ends`. */
  endsPassed: number;
  answered: boolean;
  over: boolean;
  /** The tick of the last read of, or change request to, the target system; later changes of outsiders are unseen. */
  sawAt: number;
  /** The tick of the last read of the target system. */
  lookedAt: number;
  reads: number;
  /** The number of change requests: the first of an escalate is the grant. */
  sets: number;
  hasGranted: boolean;
};

/** The end of an invocation. `byBudget`: the time was up, or the invocation was killed, before its own answer. */
export type Given = { result: ActionResult } | { result?: undefined; error: unknown; byBudget: boolean };

/** A call whose effect or answer is still to come. */
export type Operation = {
  by: Invoked;
  name: string;
  detail: string;
  /** Changes the store or the target system, atomically. */
  effect: () => unknown;
  applied: { value: unknown } | undefined;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
  signal: Signal | undefined;
  isSlow: boolean;
  /** The call never takes effect and never returns. */
  hangs: boolean;
  /** The end of a sleep, epoch ms; 0 for every other operation. */
  readyAt: number;
};

/** The numbers drawn for a step, each from 0 to 1. */
type Step = { act: number; which: number; wait: number; fault: number; extra: number };

export type World = {
  plan: Plan;
  draw: () => number;
  step: Step;
  now: number;
  /** Counts changes, reads and answers, to order them. */
  tick: number;
  steps: number;
  /** From now on: no faults, no crashes, no jumps in time. */
  calm: boolean;
  crowding: number;
  invoked: number;
  alive: Invoked[];
  pending: Operation[];
  /** The operations of dead invocations, or cut-off operations, that take effect later. */
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

/** The start of every schedule; an arbitrary date, so that timestamps look real. */
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
 * Lets the code under test run until its next call. A tick comes when no promise is left to settle, which is enough
 * here; a turn of the whole event loop at each step would make a schedule take 1.4 times as long.
 */
export function drain(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

export function violated(world: World, promise: PromiseName, what: string): void {
  world.violation ??= { promise, what };
}
