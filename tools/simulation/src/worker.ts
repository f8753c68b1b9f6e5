import { parentPort, workerData } from "node:worker_threads";
import type { Order, Tally } from "./batch.ts";
import { seeded } from "./chance.ts";
import { noCoverage } from "./coverage.ts";
import { plant } from "./planted-bugs.ts";

const { first, end, stride, until, bug, lowest } = workerData as Order;
if (bug !== undefined) plant(bug);
// This import loads the code under test, and therefore follows the planting.
const { runSchedule } = await import("./schedule.ts");

// The stacks of simulated errors are never read, and cost more than all other parts of an error.
Error.stackTraceLimit = 0;
// The store copies plain data only. This copy is several times faster, and shortens a run by a sixth.
globalThis.structuredClone = copyPlain;
const tally: Tally = { schedules: 0, steps: 0, coverage: noCoverage(), failures: [] };
for (let seed = first; seed < Math.min(end, Atomics.load(lowest, 0)) && Date.now() < until; seed += stride) {
  const { steps, violation } = await runSchedule(seeded(seed), tally.coverage);
  tally.schedules += 1;
  tally.steps += steps;
  if (!violation) continue;
  tally.failures.push({ seed, violation });
  Atomics.store(lowest, 0, Math.min(seed, Atomics.load(lowest, 0)));
}
parentPort?.postMessage(tally);

function copyPlain<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(copyPlain) as T;
  if (value instanceof Map) return new Map([...value].map(copyPlain)) as T;
  const copy: Record<string, unknown> = {};
  for (const key in value) copy[key] = copyPlain(value[key]);
  return copy as T;
}
