import { awsFailure, isUnreachable } from "@sym/command-line/aws-failure";
import { printable } from "@sym/command-line/terminal";
import { UsageError } from "@sym/command-line/usage-error";
import type { ApiPlace } from "./place.ts";
import { signed } from "./signed.ts";

type Method = "GET" | "POST";
/** The answer of the flow's API. `error` is the API's sentence for a call that it did not carry out. */
export type ApiAnswer = { status: number; body: Record<string, unknown>; error: string | undefined };

/** Calls the flow's API with the caller's own AWS credentials. */
export type Api = (method: Method, path: string, body?: object) => Promise<ApiAnswer>;

const onlyRead = "The call only reads; try again in a minute.";
const recorded =
  "The flow may or may not have recorded this. Look with npm run requests -- list before you run the command again.";

/** The API at an address. A call without an answer of the API is a usage error with the remedy. */
export function apiAt(place: ApiPlace): Api {
  return async (method, path, body) => {
    const after = method === "GET" ? onlyRead : recorded;
    const response = await send(place, method, path, body, after);
    const text = await response.text().catch(() => {
      throw new UsageError(`The connection to ${place.address} broke. ${after}`);
    });
    return readAnswer(place, response.status, text, after);
  };
}

async function send(place: ApiPlace, method: Method, path: string, body: object | undefined, after: string) {
  const { address, timeoutMilliseconds } = place;
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers = await signed(place, method, path, text).catch((error: unknown) => {
    throw awsFailure(error, { failed: `Nothing was sent to ${address}` });
  });
  try {
    return await fetch(address + path, {
      method,
      headers,
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMilliseconds),
      ...(text !== undefined && { body: text }),
    });
  } catch (error) {
    throw new UsageError(whyUnsent(error, place, after));
  }
}

/** Failures of the connection itself, before a request is sent. */
const unsent =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|CERT_|ERR_TLS|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/;

function whyUnsent(error: unknown, { address, timeoutMilliseconds }: ApiPlace, after: string): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const { code, name } = cause as { code?: unknown; name?: unknown };
  if (typeof code === "string" && unsent.test(code))
    return `The API at ${address} is unreachable (${code}). Correct --api or SYM_FLOW_API, or check the network.`;
  if (name === "TimeoutError")
    return `The API at ${address} did not answer within ${timeoutMilliseconds / 1_000} seconds. ${after}`;
  const detail = isUnreachable(cause) ? ` (${String(code)})` : "";
  return `The connection to ${address} broke${detail}. ${after}`;
}

function readAnswer(place: ApiPlace, status: number, text: string, after: string): ApiAnswer {
  const body = jsonIn(text);
  if (body === undefined)
    throw new UsageError(
      `The answer of ${place.address} is not from the flow's API (status ${status}). Correct --api or SYM_FLOW_API.`,
    );
  if (typeof body["error"] === "string") return { status, body, error: body["error"] };
  if (status >= 200 && status < 300) return { status, body, error: undefined };
  const message = typeof body["message"] === "string" ? body["message"] : "";
  throw gatewayFailure(place, status, printable(message), after);
}

function jsonIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** A refusal by API Gateway itself, which has a `message` and no `error`. */
function gatewayFailure(
  { address, region }: ApiPlace,
  status: number,
  message: string,
  after: string,
): UsageError {
  const failed = `API Gateway at ${address} refused the call`;
  if (status === 403 && /expired/i.test(message))
    return awsFailure(named("ExpiredTokenException"), { failed });
  if (status === 403 && /security token|signature|scoped/i.test(message))
    return new UsageError(
      `${failed} (${message.replace(/\.$/, "")}). Correct AWS_PROFILE or the AWS_ variables of your credentials, and check the region ${region}.`,
    );
  if (status === 403)
    return awsFailure(named("AccessDeniedException"), { failed, needs: "execute-api:Invoke on the API" });
  if (status === 404)
    return new UsageError(
      `${address} has no such call. Correct --api or SYM_FLOW_API: the address of the flow's API, with its stage if the stage is not $default.`,
    );
  if (status === 429) return awsFailure(named("TooManyRequestsException"), { failed });
  return new UsageError(`The API at ${address} failed (status ${status}). ${after}`);
}

function named(name: string): Error {
  return Object.assign(new Error(name), { name });
}
