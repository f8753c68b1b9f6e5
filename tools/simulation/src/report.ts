import type { BrokenPromise, Tally } from "./batch.ts";
import { type Coverage, type CoverageClass, classes } from "./coverage.ts";
import type { ScheduleOutcome } from "./schedule.ts";

export type FoundBug = { bug: string; schedules: number; failure: BrokenPromise | undefined };

export function missedClasses(coverage: Coverage): CoverageClass[] {
  return classes.filter((name) => coverage[name] === 0);
}

export function summaryText(tally: Tally, seconds: number, missed: CoverageClass[]): string {
  const { schedules, steps, coverage } = tally;
  const count = (number: number) => Math.round(number).toLocaleString("en").padStart(12);
  return [
    `${count(schedules)}  schedules in ${seconds.toFixed(1)} s`,
    `${count(schedules / seconds)}  schedules per second`,
    `${count(steps)}  steps, ${(steps / schedules).toFixed(1)} per schedule`,
    "",
    "Interleavings met:",
    ...classes.map((name) => `${count(coverage[name])}  ${name}`),
    "",
    ...missed.map((name) => `Never met, so never checked: ${name}`),
    tally.failures.length === 0
      ? "No promise was broken."
      : `${tally.failures.length} schedules broke a promise.`,
  ].join("\n");
}

export function failureText(seed: number, { violation, trace }: ScheduleOutcome): string {
  return [
    "",
    `Promise broken: ${violation?.promise}`,
    `${violation?.what}, after:`,
    "",
    ...trace,
    "",
    `This is the shortest form found of seed ${seed}. To print the schedule again: pnpm simulate --seed ${seed}`,
  ].join("\n");
}

export function plantedText(found: FoundBug[]): string {
  const width = Math.max(...found.map(({ bug }) => bug.length));
  const lines = found.map(({ bug, schedules, failure }) =>
    failure
      ? `${bug.padEnd(width)}  ${failure.violation.promise.padEnd(27)}  ${String(schedules).padStart(9)}  ${String(failure.seed).padStart(6)}`
      : `${bug.padEnd(width)}  NOT FOUND in ${schedules} schedules`,
  );
  return [
    `${"planted bug".padEnd(width)}  ${"promise that caught it".padEnd(27)}  schedules    seed`,
    ...lines,
  ].join("\n");
}
