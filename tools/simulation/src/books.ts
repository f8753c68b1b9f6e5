import { graceOf, mostSkew, type Plan, type PlannedRun, type Subject } from "./plan.ts";
import type { Kind } from "./target.ts";

const promises = [
  "1 no leak",
  "2 no theft",
  "3 an honest grant",
  "4 a closed run stays closed",
  "5 nothing is lost",
  "6 outsiders are respected",
] as const;
export type PromiseName = (typeof promises)[number];

/** The checker's record of one subject, kept from changes of the target system and never from a lease. */
export type SubjectBook = {
  subject: Subject;
  /** The author of the present state. */
  setBy: "nobody" | "us" | "outsider";
  setAt: number;
  /** The tick of the last reading on which a recorded decision rests. */
  notedAt: number;
  /** The states that may remain at the end: usually a single state; more after an ambiguous change by an outsider. */
  expected: string[];
  /** The outsiders' changes, each with the expected states before the change. */
  outside: { tick: number; expectedBefore: string[] }[];
};

/** The checker's record of one run, kept from the events delivered and the answers given. */
export type RunBook = {
  run: PlannedRun;
  /** The time of the first escalate, epoch ms; undefined before. */
  startedAt: number | undefined;
  escalates: number;
  /** An escalate was answered without errors before any deescalate arrived. */
  granted: boolean;
  /** An escalate made its change or was answered without errors, perhaps after the run's time: the lease may list the run. */
  wasGranted: boolean;
  /** The record of the run's id, which another run may share. */
  ofId: IdBook;
};

type IdBook = {
  deescalates: number;
  /** The tick at which a deescalate was answered without errors. */
  closedAt: number | undefined;
  /** A deescalate failed, and its answer said that the next sweep ends the run. */
  isLeftToSweep: boolean;
};

export type Books = { kind: Kind; subjects: Map<string, SubjectBook>; runs: RunBook[] };

export function openBooks({ kind, subjects, runs }: Plan): Books {
  const ids = new Map<string, IdBook>(
    runs.map(({ id }) => [id, { deescalates: 0, closedAt: undefined, isLeftToSweep: false }]),
  );
  return {
    kind,
    subjects: new Map(
      subjects.map((subject) => [
        subject.name,
        { subject, setBy: "nobody", setAt: 0, notedAt: 0, expected: [subject.initial], outside: [] },
      ]),
    ),
    runs: runs.map((run) => ({
      run,
      startedAt: undefined,
      escalates: 0,
      granted: false,
      wasGranted: false,
      ofId: ids.get(run.id) as IdBook,
    })),
  };
}

export function subjectBook({ subjects }: Books, name: string): SubjectBook {
  const book = subjects.get(name);
  if (!book) throw new Error(`No subject is called ${name} in this schedule`);
  return book;
}

export function runBook({ runs }: Books, run: PlannedRun): RunBook {
  const book = runs[run.number - 1];
  if (!book) throw new Error(`No run is called ${run.id} in this schedule`);
  return book;
}

export function runsOf({ runs }: Books, subject: string): RunBook[] {
  return runs.filter(({ run }) => run.subject === subject);
}

/** Whether a run may hold the access: an escalate arrived, and no deescalate was answered without errors. */
export function mayHold({ escalates, ofId }: RunBook): boolean {
  return escalates > 0 && ofId.closedAt === undefined;
}

/** Whether the subject must have the access of this run now: granted, and no deescalate yet. */
export function isPromised({ granted, ofId }: RunBook): boolean {
  return granted && ofId.deescalates === 0;
}

/** Whether a run's duration and grace period are over, so that a sweep with a fast clock may end the run. */
export function isOver({ now, plan }: { now: number; plan: Plan }, { run, startedAt = 0 }: RunBook): boolean {
  return (
    run.duration !== undefined && now >= startedAt + run.duration * 1_000 + graceOf(plan).shortest - mostSkew
  );
}
