import {
  type Access,
  type Check,
  type CheckedTarget,
  checkBy,
  checkTargets,
  type Invocation,
} from "@sym/lambda-core";
import type { LeaseDeps } from "./session.ts";

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
      const due = await store.due(clock.now(), 1);
      return due.length > 0 ? "Leases are due for the sweep" : "No lease is due for the sweep";
    }),
    checkTargets(targets, system, invocation),
  ]);
  return [table, index, ...seen];
}
