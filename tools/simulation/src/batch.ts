// Runs many schedules in worker threads. Schedules share no state, so the thread of a seed does not matter.
import { Worker } from "node:worker_threads";
import { addCoverage, type Coverage, noCoverage } from "./coverage.ts";
import type { Violation } from "./world.ts";

export type BrokenPromise = { seed: number; violation: Violation };
export type Tally = { schedules: number; steps: number; coverage: Coverage; failures: BrokenPromise[] };
/** The work of one thread: every `stride`-th seed from `first` to before `end`, until the time `until` (epoch ms). */
export type Order = {
  first: number;
  end: number;
  stride: number;
  until: number;
  bug: string | undefined;
  /** The lowest failing seed so far, shared by all threads, so that every search reports the same seed. */
  lowest: Int32Array;
};

type Batch = { from: number; runs: number; workers: number; seconds?: number; bug?: string };

/** Runs schedules with the seeds from `from` on, until one fails, the seconds are over, or all are done. */
export async function runBatch({ from, runs, workers, seconds = Infinity, bug }: Batch): Promise<Tally> {
  const until = Date.now() + seconds * 1_000;
  const lowest = new Int32Array(new SharedArrayBuffer(4)).fill(0x7fff_ffff);
  const tallies = await Promise.all(
    Array.from({ length: workers }, (_, index) => {
      return runInWorker({ first: from + index, end: from + runs, stride: workers, until, bug, lowest });
    }),
  );
  const total: Tally = { schedules: 0, steps: 0, coverage: noCoverage(), failures: [] };
  for (const { schedules, steps, coverage, failures } of tallies) {
    total.schedules += schedules;
    total.steps += steps;
    total.failures.push(...failures);
    addCoverage(total.coverage, coverage);
  }
  total.failures.sort((a, b) => a.seed - b.seed);
  return total;
}

function runInWorker(order: Order): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: order, execArgv: [] });
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`A worker ended with ${code} and no result`)));
  });
}
