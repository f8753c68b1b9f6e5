import { SymError } from "@sym/lambda-core";
import type { Outlets } from "./outlets.ts";
import type { Outlet } from "./request.ts";

/** An outlet that fails this often, one time after the other, is left alone for the rest of the round. */
const mostFailures = 5;

/**
 * The outlets for one round over many requests. An outlet that does not answer delays each request by its time limit, and so the
 * ends of access that come later in the round: after some failures, each call fails at once with the last error.
 */
export function outletsForRound(outlets: Outlets): Outlets {
  const failures = new Map<Outlet, { count: number; last: SymError }>();

  async function guarded<T>(outlet: Outlet, call: () => Promise<T>): Promise<T> {
    const failed = failures.get(outlet);
    if (failed !== undefined && failed.count >= mostFailures) throw failed.last;
    try {
      const result = await call();
      failures.delete(outlet);
      return result;
    } catch (error) {
      if (error instanceof SymError && error.retryable)
        failures.set(outlet, { count: (failed?.count ?? 0) + 1, last: error });
      throw error;
    }
  }

  const { tell, updateCard } = outlets;
  const told = Object.entries(tell).map(([name, call]) => {
    const outlet = name as Outlet;
    const guardedTell: typeof call = (message, request) => guarded(outlet, () => call(message, request));
    return [outlet, guardedTell];
  });
  return {
    tell: Object.fromEntries(told),
    ...(updateCard && { updateCard: (request) => guarded("slack", () => updateCard(request)) }),
  };
}
