import type { FaultKind } from "../kernel/faults.ts";

/**
 * - `throttle`: HTTP 429 with Retry-After, 1 second unless `retryAfter` is set.
 * - `internal-error`: HTTP 500. `down`: HTTP 503 with a page.
 * - `timeout` never answers, and `reset` drops the connection, both before the change.
 * - `answer-withheld` never answers, and `answer-lost` drops the connection, both after the change.
 */
export type SlackFaultKind =
  | Extract<
      FaultKind,
      "throttle" | "internal-error" | "timeout" | "reset" | "answer-withheld" | "answer-lost"
    >
  | "down";

/**
 * A planned fault of the next `times` calls (default 1) of a method, such as `chat.postMessage`, or of every method.
 * `response_url` stands for the calls of a response_url. `error` is a refusal with this error code, without the change.
 * `slow` makes the change at once, and answers when the promise of the test is settled.
 */
export type SlackFault = { action?: string; times?: number } & (
  | { kind: SlackFaultKind; retryAfter?: number }
  | { error: string }
  | { slow: Promise<unknown> }
);
