// What the watchman tells: the messages that a step could not tell.
import { type FlowDeps, readRequired } from "./deps.ts";
import type { Outlet } from "./request.ts";
import { tellMessages } from "./tell.ts";

/** A request with messages to tell. `isStopped`: no step of the request runs any more. */
export type Untold = { id: string; isStopped: boolean };

/** A step tells its messages within this time, the time limit of its function. */
const stepTellsForMs = 2 * 60 * 1_000;
/** A round tells for this long, and calls no outlet that has failed for this many requests. */
const roundTellsForMs = 60 * 1_000;
const mostFailures = 3;

/** Tells the messages of requests; `newestFirst` is their order. Returns how many requests could not be read or written. */
export async function tellUntold(deps: FlowDeps, newestFirst: Untold[]): Promise<number> {
  const { clock } = deps;
  const until = clock.now() + roundTellsForMs;
  const failures: Outlet[] = [];
  const failing = () =>
    failures.filter((outlet) => failures.filter((one) => one === outlet).length >= mostFailures);
  let broken = 0;
  // The oldest messages are lost first.
  for (const { id, isStopped } of newestFirst.toReversed()) {
    if (clock.now() >= until) break;
    const down = new Set(failing());
    const known = new Set(down);
    // A step that still runs tells its own messages: told by both, a message would arrive twice.
    const writtenBefore = isStopped ? Number.POSITIVE_INFINITY : clock.now() - stepTellsForMs;
    try {
      await tellMessages(deps, await readRequired(deps, id), { down, until, writtenBefore });
    } catch {
      broken += 1;
    }
    failures.push(...[...down].filter((outlet) => !known.has(outlet)));
  }
  return broken;
}
