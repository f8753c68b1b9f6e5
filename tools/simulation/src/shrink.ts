import { drawsPerStep, type Recorded, recording, replayed, seeded } from "./chance.ts";
import { noCoverage } from "./coverage.ts";
import { runSchedule, type ScheduleOutcome } from "./schedule.ts";

/** The number of schedules that shrinking may try. */
const most = 5_000;

/**
 * Simplifies a failing schedule while the schedule breaks the same promise: leaves out events and steps, removes numbers, and
 * sets numbers to 0, which means no fault. The result is the same for the same seed.
 */
export async function shrink(seed: number): Promise<ScheduleOutcome> {
  const { chances, recorded } = recording(seeded(seed));
  const original = await runSchedule(chances, noCoverage(), true);
  if (!original.violation) return original;
  const { promise } = original.violation;
  let best = recorded;
  let tries = 0;
  const isBroken = async (candidate: Recorded) => {
    tries += 1;
    if (tries > most || (await runSchedule(replayed(candidate))).violation?.promise !== promise) return false;
    best = candidate;
    return true;
  };
  for (let before = ""; before !== JSON.stringify(best) && tries < most; ) {
    before = JSON.stringify(best);
    for (const index of Array.from({ length: 40 }).keys())
      if (!best.without.includes(index)) await isBroken({ ...best, without: [...best.without, index] });
    for (let size = 32 * drawsPerStep; size >= drawsPerStep; size /= 2) await cut("steps", size);
    for (let size = 8; size >= 1; size /= 2) await cut("plan", size);
    await simplify("steps");
    await simplify("plan");
  }
  return runSchedule(replayed(best), noCoverage(), true);

  async function cut(name: "plan" | "steps", size: number): Promise<void> {
    for (let at = 0; at < best[name].length && tries < most; )
      if (!(await isBroken({ ...best, [name]: best[name].toSpliced(at, size) }))) at += size;
  }

  async function simplify(name: "plan" | "steps"): Promise<void> {
    for (const [at, number] of best[name].entries())
      for (const simpler of number < 0.01 ? [0] : [0, number / 2])
        if (await isBroken({ ...best, [name]: best[name].with(at, simpler) })) break;
  }
}
