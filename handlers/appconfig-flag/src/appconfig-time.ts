import { type Invocation, waitFor } from "@sym/lambda-core";

/** Time between two reads of a deployment. */
const pollMs = 500;
/** Time before Lambda's deadline reserved for recording the change and answering. */
const reserveMs = 2_000;

/** Whether time is left for another read. */
export function hasTime({ budget }: Invocation): boolean {
  return Date.now() + pollMs < budget.deadline - reserveMs;
}

/** Waits until the next read of a deployment. */
export async function waitForNextRead({ budget }: Invocation): Promise<void> {
  await waitFor(pollMs, budget.signal);
}
