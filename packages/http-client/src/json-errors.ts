import { SymError } from "@sym/lambda-core";
import type { Connection } from "./connection.ts";
import { HttpFailure } from "./failure.ts";
import { throttledForMs } from "./retry.ts";

/** `body` is the parsed JSON; undefined if the response has no JSON. */
export type JsonResponse = { status: number; body: unknown };

type Attempted = { connection: Connection; method: string; resource: string };

/** The `SymError` for an `HttpFailure`. Returns every other error unchanged. */
export function toSymError(error: unknown, { connection, method, resource }: Attempted): unknown {
  if (!(error instanceof HttpFailure)) return error;
  const { status, headers } = error;
  const { system, variable } = connection;
  const unavailable = (sentence: string, retryable: boolean) =>
    new SymError(sentence, { reason: "unavailable", retryable, cause: error });
  if (status === 401) {
    const holder = "secret" in connection ? `secret ${connection.secret}` : variable;
    return unavailable(`${system} did not accept the token; renew ${holder}`, false);
  }
  if (status === 429) {
    const seconds = Math.max(1, Math.ceil(throttledForMs(headers) / 1_000));
    return unavailable(`${system} is throttling this function; try again in ${seconds} s`, true);
  }
  const sequel =
    method === "GET"
      ? "so nothing was done; try again in a minute"
      : `so ${resource} may or may not have changed; look there, then try again`;
  return unavailable(`${system} did not answer (${status || "no connection"}), ${sequel}`, true);
}

/** Whether the system may have processed the failed request: the response was lost, or the system failed meanwhile. */
export function isUnanswered(error: unknown): boolean {
  const cause = error instanceof SymError ? error.cause : undefined;
  return cause instanceof HttpFailure && cause.status !== 401 && cause.status !== 429;
}

/**
 * The error for a status without a more exact sentence. `what` is the attempted action: `change flag a in shop/b`.
 */
export function unexpectedResponse(system: string, { status, body }: JsonResponse, what: string): SymError {
  const sentence =
    status === 403
      ? `The token for ${system} is not allowed to ${what}; give its role that permission`
      : `${system} refused to ${what} (${[status, codeOf(body)].filter(Boolean).join(" ")}); look for the reason there`;
  return new SymError(sentence, { reason: "unavailable", retryable: false });
}

/** The code or name of an error of LaunchDarkly or Unleash. The messages of both can hold e-mails. */
function codeOf(body: unknown): string | undefined {
  const { code, name } = (body ?? {}) as { code?: unknown; name?: unknown };
  return [code, name].find((one) => typeof one === "string" && /^\w{1,60}$/.test(one)) as string | undefined;
}
