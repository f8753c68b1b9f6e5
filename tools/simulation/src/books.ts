import { mostSkew, type Plan, type PlannedRun } from "./plan.ts";
import type { Level } from "./target.ts";

const promises = [
  "1 no leak",
  "2 no theft",
  "3 an honest grant",
  "4 a closed run stays closed",
  "5 nothing is lost",
  "6 outsiders are respected",
] as const;
export type PromiseName = (typeof promises)[number];

/** What the checker knows of one subject, from what happened in the target system and never from a lease. */
export type SubjectBook = {
  /** Who made the present state. */
  setBy: "nobody" | "us" | "outsider";
  setAt: number;
  /** What may be there in the end: usually one state; two where nobody could tell ours from an outsider's. */
  expected: Level[];
  /** The outsiders' changes, with what was expected before each. */
  outside: { tick: number; expectedBefore: Level[] }[];
};

/** What the checker knows of one run, from the events that were delivered and the answers that went out. */
export type RunBook = {
  run: PlannedRun;
  /** When its first escalate arrived. */
  startedAt: number | undefined;
  escalates: number;
  /** An answer without errors went out before any deescalate arrived. */
  granted: boolean;
  deescalates: number;
  /** The tick at which a deescalate was answered without errors. */
  closedAt: number | undefined;
};

export type Books = { subjects: Map<string, SubjectBook>; runs: Map<string, RunBook> };

export function openBooks({ subjects, runs }: Plan): Books {
  return {
    subjects: new Map(
      subjects.map(({ name, initial }) => [
        name,
        { setBy: "nobody", setAt: 0, expected: [initial], outside: [] },
      ]),
    ),
    runs: new Map(
      runs.map((run) => [
        run.id,
        { run, startedAt: undefined, escalates: 0, granted: false, deescalates: 0, closedAt: undefined },
      ]),
    ),
  };
}

export function subjectBook({ subjects }: Books, name: string): SubjectBook {
  const book = subjects.get(name);
  if (!book) throw new Error(`Nobody is called ${name} in this schedule`);
  return book;
}

export function runBook({ runs }: Books, id: string): RunBook {
  const book = runs.get(id);
  if (!book) throw new Error(`No run is called ${id} in this schedule`);
  return book;
}

export function runsOf({ runs }: Books, subject: string): RunBook[] {
  return [...runs.values()].filter(({ run }) => run.subject === subject);
}

/** Whether a run's time and grace are over, so that a sweep with a fast clock may end it. */
export function isOver({ now, plan }: { now: number; plan: Plan }, { run, startedAt = 0 }: RunBook): boolean {
  return run.duration !== undefined && now >= startedAt + run.duration * 1_000 + plan.graceMs - mostSkew;
}
