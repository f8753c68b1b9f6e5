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

/** What the checker knows of one subject, from what happened in the target system and never from a lease. */
export type SubjectBook = {
  subject: Subject;
  /** Who made the present state. */
  setBy: "nobody" | "us" | "outsider";
  setAt: number;
  /** The tick of the last look at it that we have recorded. */
  notedAt: number;
  /** What may be there in the end: usually one state; more where nobody could tell ours from an outsider's. */
  expected: string[];
  /** The outsiders' changes, with what was expected before each. */
  outside: { tick: number; expectedBefore: string[] }[];
};

/** What the checker knows of one run, from the events that were delivered and the answers that went out. */
export type RunBook = {
  run: PlannedRun;
  /** When its first escalate arrived. */
  startedAt: number | undefined;
  escalates: number;
  /** An answer without errors went out before any deescalate arrived. */
  granted: boolean;
  /** An escalate of the run was answered without errors, perhaps after its time: the lease counts from that escalate. */
  wasGranted: boolean;
  /** What is known of the run's id, which another run may have, too. */
  ofId: IdBook;
};

type IdBook = {
  deescalates: number;
  /** The tick at which a deescalate was answered without errors. */
  closedAt: number | undefined;
  /** A deescalate failed, and said that the next sweep ends the run. */
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
  if (!book) throw new Error(`Nobody is called ${name} in this schedule`);
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

/** Whether a run may hold the access: it asked for it, and was not answered as closed. */
export function mayHold({ escalates, ofId }: RunBook): boolean {
  return escalates > 0 && ofId.closedAt === undefined;
}

/** Whether a run was told of access that it must have now. */
export function isPromised({ granted, ofId }: RunBook): boolean {
  return granted && ofId.deescalates === 0;
}

/** Whether a run's time and grace are over, so that a sweep with a fast clock may end it. */
export function isOver({ now, plan }: { now: number; plan: Plan }, { run, startedAt = 0 }: RunBook): boolean {
  return (
    run.duration !== undefined && now >= startedAt + run.duration * 1_000 + graceOf(plan).shortest - mostSkew
  );
}
