import { SymError, unavailable } from "@sym/lambda-core";
import * as v from "valibot";
import type { Connection } from "./connection.ts";
import { HttpFailure } from "./failure.ts";
import { throttledForMs } from "./retry.ts";

/** The request to a system. `path` is without the query; `resource` is the resource that a change concerns. */
type Asked = { system: string; method: string; path: string; resource: string };

/** `body` is the parsed JSON; undefined if the response has no JSON. */
export type JsonResponse = { status: number; body: unknown; asked: Asked };

type Attempted = { connection: Connection; asked: Asked };

/** The `SymError` for an `HttpFailure`. Returns every other error unchanged. */
export function toSymError(error: unknown, { connection, asked }: Attempted): unknown {
  if (!(error instanceof HttpFailure)) return error;
  const { status, headers } = error;
  const { system, variable } = connection;
  if (status === 401) {
    const holder = "secret" in connection ? `secret ${connection.secret}` : variable;
    return unavailable(`${system} did not accept the token; renew the token in ${holder}`, {
      retryable: false,
      cause: error,
    });
  }
  if (status === 429) {
    const seconds = Math.max(1, Math.ceil(throttledForMs(headers) / 1_000));
    return unavailable(`${system} rate limit reached; retry in ${seconds} s`, { cause: error });
  }
  const advice =
    asked.method === "GET" ? "try again in a minute" : `check ${system} for the change, then try again`;
  const sequel = `${whatMayHaveHappened(asked)}; ${advice}`;
  return unavailable(`${system} did not complete the request (${status || "no connection"}), ${sequel}`, {
    cause: error,
  });
}

function whatMayHaveHappened({ method, resource }: Asked): string {
  return method === "GET" ? "so the call changed nothing" : `so ${resource} may or may not have changed`;
}

/**
 * The error for a response from between the function and the system: a proxy or a captive portal can answer with any status.
 * The system may still have made the change.
 */
export function foreignResponse({ status, asked }: JsonResponse): SymError {
  const { system, method, path } = asked;
  return unavailable(
    `The answer to ${method} ${path} did not come from ${system}, ${whatMayHaveHappened(asked)}; if the error persists, check for a proxy between the function and ${system}`,
    { cause: new HttpFailure(status) },
  );
}

/**
 * Whether the system may have processed the failed request: the response was lost, or the system failed during the
 * request.
 */
export function isUnanswered(error: unknown): boolean {
  const cause = error instanceof SymError ? error.cause : undefined;
  return cause instanceof HttpFailure && cause.status !== 401 && cause.status !== 429;
}

/**
 * The error for a status without a more exact sentence. `what` is the attempted action: `change flag a in shop/b`.
 */
export function unexpectedResponse(response: JsonResponse, what: string): SymError {
  const { status, body, asked } = response;
  const { system } = asked;
  if (status < 300) return foreignResponse(response);
  const reason = [status, codeOf(body)].filter(Boolean).join(" ");
  const sentences: Record<number, string> = {
    400: `${system} did not accept the request to ${what} (${reason}); check the target's settings and the limits in ${system}`,
    403: `The token for ${system} is not allowed to ${what}; give the token's role that permission`,
    404: `${system} did not find the resource of the request to ${what} (${reason}); if it was deleted or renamed just now, correct the target's settings`,
  };
  const sentence =
    sentences[status] ?? `${system} refused to ${what} (${reason}); look up the reason in ${system}`;
  return unavailable(sentence, { retryable: false });
}

/**
 * The body of a success. Throws `unexpectedResponse` for every other status, and if the body lacks required fields: a proxy
 * sent the response, not the system.
 */
export function bodyOf<S extends v.GenericSchema>(
  shape: S,
  response: JsonResponse,
  what: string,
): v.InferOutput<S> {
  const { success, output } = v.safeParse(shape, response.body);
  if (response.status >= 300 || !success) throw unexpectedResponse(response, what);
  return output;
}

/** The code or name of an error of LaunchDarkly or Unleash. The messages of both can hold e-mails. */
function codeOf(body: unknown): string | undefined {
  const { code, name } = (body ?? {}) as { code?: unknown; name?: unknown };
  return [code, name].find((one) => typeof one === "string" && /^\w{1,60}$/.test(one)) as string | undefined;
}
