import { type Invocation, unavailable, waitFor } from "@sym/lambda-core";
import { isUnanswered } from "./json-errors.ts";
import { maxAttempts } from "./retry.ts";

/**
 * Repeats a change until the change is done, up to three times. `change` first reads the present state and makes only the
 * missing change, so a repetition after a conflict or a lost response is safe. `change` returns false if another client
 * has changed the same resource since that read.
 */
export async function untilDone(
  system: string,
  { budget }: Invocation,
  change: () => Promise<boolean>,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const done = await change().catch((error: unknown) => {
      if (isUnanswered(error) && attempt < maxAttempts) return false;
      throw error;
    });
    if (done) return;
    if (attempt === maxAttempts)
      throw unavailable(`Other clients keep changing the same resource in ${system}; try again in a minute`);
    await waitFor(200 * attempt, budget.signal);
  }
}
