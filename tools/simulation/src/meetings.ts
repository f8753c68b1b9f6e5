import { runBook } from "./books.ts";
import type { Coverage } from "./coverage.ts";
import type { Invoked, World } from "./world.ts";

/** Counts the invocations that are at work when an invocation begins. */
export function countMeetings({ alive, coverage, books }: World, by: Invoked): void {
  const { run, type } = by;
  if (run) {
    const { escalates, ofId } = runBook(books, run);
    if (type === "deescalate" ? escalates === 0 : ofId.deescalates > 0)
      coverage["deescalate before escalate"] += 1;
  }
  for (const other of alive) countMeeting(coverage, other, by);
}

function countMeeting(coverage: Coverage, other: Invoked, by: Invoked): void {
  const types = [other.type, by.type].sort().join(" and ");
  if (types === "escalate and sweep") coverage["sweep during escalate"] += 1;
  if (types === "deescalate and sweep") coverage["sweep during deescalate"] += 1;
  if (types === "sweep and sweep") coverage["two sweeps at once"] += 1;
  if (!by.run || !other.run || by.run.subject !== other.run.subject) return;
  if (by.run !== other.run) {
    if (types === "escalate and escalate") coverage["escalates of two runs at once"] += 1;
    return;
  }
  if (types === "escalate and escalate") coverage["duplicate escalates at once"] += 1;
  if (types === "deescalate and deescalate") coverage["duplicate deescalates at once"] += 1;
  if (types === "deescalate and escalate") coverage["deescalate during escalate"] += 1;
}
