import type { Invocation } from "@sym/lambda-core";

/** Between looks at a deployment. */
export const pollMs = 500;
/** What has to be left before Lambda's deadline, to record the change and to answer. */
const reserveMs = 2_000;

/** Whether there is time for one more look. */
export function hasTime({ budget }: Invocation): boolean {
  return Date.now() + pollMs < budget.deadline - reserveMs;
}
