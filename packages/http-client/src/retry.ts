import type { IncomingHttpHeaders } from "node:http";
import { type Invocation, waitFor } from "@sym/lambda-core";

export const maxAttempts = 3;

/** The time that a wait must leave before Lambda's deadline, for another attempt, the record and the answer. */
const reserveMs = 3_000;

/**
 * Sends a request up to three times, with waits while the deadline allows. `delayMs` returns the wait after a failed attempt
 * (1, 2), or undefined if another attempt cannot help.
 */
export async function retrying<T>(
  send: () => Promise<T>,
  delayMs: (error: unknown, attempt: number) => number | undefined,
  { signal, deadline }: Pick<Invocation["budget"], "signal" | "deadline">,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send();
    } catch (error) {
      signal.throwIfAborted();
      const delay = attempt < maxAttempts ? delayMs(error, attempt) : undefined;
      if (delay === undefined || Date.now() + delay > deadline - reserveMs) throw error;
      await waitFor(delay, signal);
    }
  }
}

/** The wait that a response with status 429 asks for, in milliseconds; 1 s if the response names no time. */
export function throttledForMs(headers: IncomingHttpHeaders): number {
  const retryAfter = Number(headers["retry-after"] ?? Number.NaN) * 1_000;
  // LaunchDarkly sends either header; its reset is in milliseconds since the epoch. Source: LaunchDarkly, "Rate limiting".
  const reset = Number(headers["x-ratelimit-reset"] ?? Number.NaN) - Date.now();
  return [retryAfter, reset].find((milliseconds) => milliseconds >= 0) ?? 1_000;
}
