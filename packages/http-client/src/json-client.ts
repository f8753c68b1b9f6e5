import { type Invocation, misconfigured } from "@sym/lambda-core";
import type { Connection } from "./connection.ts";
import { createCredentials } from "./credentials.ts";
import { HttpFailure } from "./failure.ts";
import { foreignResponse, type JsonResponse, toSymError } from "./json-errors.ts";
import { retrying, throttledForMs } from "./retry.ts";
import { readSecret } from "./secret.ts";
import { send } from "./send.ts";

/**
 * Sends a request. Throws for no response, 401, 429, 5xx, and an error that is not the system's own. The caller interprets
 * every other status, and checks the body of a success.
 */
export type JsonClient = (
  invocation: Invocation,
  method: string,
  path: string,
  body?: object,
) => Promise<JsonResponse>;

/** The arguments that every request needs. */
export type Caller = { client: JsonClient; invocation: Invocation };

/**
 * `scheme` stands before the token in the header `authorization`; without `scheme`, the header is the token alone.
 * `resource` completes the sentence for a lost response to a change: `the flag` may or may not have changed.
 * `errorText`: the text field in each error object of the system, such as `code`; without `errorText`, the caller checks the
 * bodies of errors, too.
 */
type Options = { resource: string; errorText?: string; contentType?: string; scheme?: "Bearer" };

/**
 * A client of a system's JSON API. Loads the token at the first request, and again after 401. Repeats throttled requests
 * and failed reads; `untilDone` repeats changes without an answer.
 */
export function createJsonClient(
  connection: Connection,
  { resource, errorText, contentType = "application/json", scheme }: Options,
): JsonClient {
  const { url, system } = connection;
  const credentials = createCredentials();

  async function attempt({ budget: { signal } }: Invocation, method: string, path: string, body?: object) {
    const token =
      "token" in connection
        ? connection.token
        : await credentials.get("token", () => readToken(connection, signal));
    const authorization = scheme ? `${scheme} ${token}` : token;
    const headers = { authorization, "content-type": contentType };
    const request = { method, headers, body: body && JSON.stringify(body), signal };
    const response = await send(url + path, request).catch(() => {
      throw new HttpFailure(0);
    });
    const { status } = response;
    if (status === 401 || status === 429 || status >= 500) throw new HttpFailure(status, response.headers);
    const text = response.body.toString();
    const answer = { status, body: parse(text), asked: askedOf(method, path) };
    const isPage = answer.body === undefined && text !== "";
    if (isPage || (status >= 300 && !isOwnError(answer.body))) throw foreignResponse(answer);
    return answer;
  }

  function askedOf(method: string, path: string) {
    return { system, method, path: path.replace(/\?.*/, ""), resource };
  }

  /** Whether an error comes from the system: a proxy's 404 says nothing about the system's resources. */
  function isOwnError(body: unknown): boolean {
    return (
      errorText === undefined ||
      typeof (body as Record<string, unknown> | null | undefined)?.[errorText] === "string"
    );
  }

  return async (invocation, method, path, body) => {
    const sendOnce = () => attempt(invocation, method, path, body);
    const sendWithToken = "token" in connection ? sendOnce : () => credentials.renewing(sendOnce);
    const delayMs = (error: unknown, attempt: number) => {
      if (!(error instanceof HttpFailure)) return undefined;
      if (error.status === 429) return throttledForMs(error.headers);
      return method === "GET" && error.status !== 401 ? 200 * attempt : undefined;
    };
    return retrying(sendWithToken, delayMs, invocation.budget).catch((error: unknown) => {
      throw toSymError(error, { connection, asked: askedOf(method, path) });
    });
  };
}

async function readToken(
  { secret, variable }: Connection & { secret: string },
  signal: AbortSignal,
): Promise<string> {
  const token = await readSecret(secret, signal, () =>
    misconfigured(`${variable} names the secret ${secret}, which does not exist`),
  );
  // The token becomes a header, which a line break would end.
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw misconfigured(`secret ${secret} must hold a token and nothing else`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // The body is empty, or the page of a proxy.
  }
}
