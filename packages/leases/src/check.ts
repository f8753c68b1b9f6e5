import {
  type Access,
  type Check,
  type CheckedTarget,
  checkBy,
  checkTargets,
  type Invocation,
} from "@sym/lambda-core";
import type { LeaseDeps } from "./session.ts";

/** The maximum number of due leases and runs that a check reads. */
const mostDue = 1_000;

/** Looks at the table of leases and at the targets, by the calls that the function makes for its events. */
export async function check<A extends Access>(
  { system, store, clock }: LeaseDeps<A>,
  targets: CheckedTarget[],
  invocation: Invocation,
): Promise<Check[]> {
  const [table, index, seen] = await Promise.all([
    checkBy("table of leases", invocation, async () => {
      await store.readRun("check");
      return "The function can read its table of leases; that it can write there is not checked";
    }),
    checkBy("index of due leases", invocation, async () => {
      const now = clock.now();
      const [due, later] = await Promise.all([store.due(now, mostDue), store.later(now)]);
      const failing = [...due.flatMap(({ failingSince }) => failingSince ?? []), ...later.failingSince];
      if (failing.length > 0) return { warning: failingSince(Math.min(...failing)) };
      return due.length > 0 ? "Leases are due for the sweep" : "No lease is due for the sweep";
    }),
    checkTargets(targets, system, invocation),
  ]);
  return [table, index, ...seen];
}

function failingSince(first: number): string {
  const since = `${new Date(first).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  return `The end of a request has failed at every try since ${since}, so the access may remain; npm run leases -- list --failed shows the reason`;
}
