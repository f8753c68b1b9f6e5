import { isRun, readLease, readRun } from "@sym/leases/items";
import type { Item } from "@sym/stand-ins/dynamodb";

/** Whether a record still stands for work: a run that holds access or waits for the sweep, or a lock. */
export function isUnfinished(item: Item): boolean {
  if (isRun(item)) {
    const { closedAt, dueAt } = readRun(item);
    return closedAt === null || dueAt !== null;
  }
  const { runs, lock, dueAt, failure } = readLease(item);
  return runs.size > 0 || lock !== null || dueAt !== null || failure !== undefined;
}
