import { type IncomingHttpHeaders, request as overHttp } from "node:http";
import { request as overHttps } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { clientDefaults, toSymError } from "@sym/aws";
import { type Reading, readAll, SymError } from "@sym/lambda-core";
import type { Call } from "./feature-flag.ts";
import type { FlagAccess } from "./resolve.ts";
import { type Connection, misconfigured } from "./settings.ts";

/** `body` is what the JSON says, undefined if there was none. */
export type Answer = { status: number; body: unknown };

/** Sends one request. Throws for no answer, 401, 429 and 5xx; what any other status means, the caller knows. */
export type Rest = (call: Call, method: string, path: string, body?: object) => Promise<Answer>;

/** No answer, or one that does not say whether the change was made. */
class Unanswered extends SymError {}

const attempts = 3;
const patience = 4_000; // In milliseconds, for one request.

/**
 * A client of one JSON API. It reads the token when it is first needed, and anew after a 401. It repeats what was
 * turned away unread, and look-ups that failed. What may have been a change is for `untilDone` to repeat.
 */
export function createRest(system: string, connection: Connection, contentType = "application/json"): Rest {
  const variable = system.toUpperCase();
  if (connection.url === "") throw misconfigured(`${variable}_URL must be the URL of ${system}`);
  const token = tokenOf(system, connection);

  async function authorized(call: Call, method: string, path: string, body?: object): Promise<Incoming> {
    const sendOnce = async () => {
      const headers = { authorization: await token.read(call), "content-type": contentType };
      return send(connection.url + path, { method, headers, body }, call);
    };
    const answer = await sendOnce();
    if (answer.status !== 401) return answer;
    token.forget();
    const again = connection.secret === undefined ? answer : await sendOnce();
    if (again.status !== 401) return again;
    throw unavailable(`${system} did not accept the token; renew ${token.name}`);
  }

  return async (call, method, path, body) => {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await authorized(call, method, path, body);
      const { status } = answer;
      if (status === 429) await waitForTurn(system, answer.headers, attempt, call);
      else if (status > 0 && status < 500) return answer;
      else if (method === "GET" && attempt < attempts) await pause(200 * attempt, call);
      else throw unanswered(system, method, status);
    }
  };
}

/**
 * Repeats a change that looks first, and does only what is left to do, until it is done: so a conflict, and a change
 * whose answer was lost, are found out. `change` returns false if somebody else was faster.
 */
export async function untilDone(system: string, call: Call, change: () => Promise<boolean>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const done = await change().catch((error: unknown) => {
      if (error instanceof Unanswered && attempt < attempts) return false;
      throw error;
    });
    if (done) return;
    if (attempt === attempts)
      throw unavailable(`Others keep changing the same thing in ${system}; try again in a minute`, true);
    await pause(200 * attempt, call);
  }
}

/** What an answer means that nobody has a better word for. `what` says what was tried: `change flag a in shop/b`. */
export function refusal(system: string, { status, body }: Answer, what: string): SymError {
  if (status === 403)
    return unavailable(`The token for ${system} is not allowed to ${what}; give its role that permission`);
  const code = codeOf(body);
  return unavailable(
    `${system} refused to ${what} (${[status, code].filter(Boolean).join(" ")}); look for the reason there`,
  );
}

/** The error code of LaunchDarkly or the error name of Unleash. Their messages are not for our answers. */
function codeOf(body: unknown): string | undefined {
  const { code, name } = (body ?? {}) as { code?: unknown; name?: unknown };
  return [code, name].find((one) => typeof one === "string" && /^\w{1,60}$/.test(one)) as string | undefined;
}

/** What a toggle's state means, where it is just on or off. */
export function toggleReading(access: FlagAccess, on: boolean): Reading<FlagAccess> {
  const state = on ? "on" : "off";
  const { variation } = access;
  return { state, sufficient: state === variation, access: { ...access, granted: [variation] } };
}

export function refused(sentence: string): SymError {
  return new SymError(sentence, { reason: "refused" });
}

export function noResource(sentence: string): SymError {
  return new SymError(sentence, { reason: "no-resource" });
}

export function unavailable(sentence: string, retryable = false): SymError {
  return new SymError(sentence, { reason: "unavailable", retryable });
}

/** Waits, but no longer than the call may take. */
export async function pause(milliseconds: number, { signal }: Call): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => {
    throw signal.reason;
  });
}

type Outgoing = { method: string; headers: Record<string, string>; body: object | undefined };
type Incoming = Answer & { headers: IncomingHttpHeaders };

/** Not `fetch`, which takes 34 ms longer in a function that has just started. Status 0 stands for no answer. */
function send(url: string, { method, headers, body }: Outgoing, call: Call): Promise<Incoming> {
  const signal = AbortSignal.any([call.signal, AbortSignal.timeout(patience)]);
  return new Promise((resolve, reject) => {
    const failed = () => {
      if (call.signal.aborted) reject(call.signal.reason);
      else resolve({ status: 0, headers: {}, body: undefined });
    };
    const start = url.startsWith("https:") ? overHttps : overHttp;
    const request = start(url, { method, headers, signal }, (response) => {
      const { statusCode: status = 0, headers } = response;
      readAll(response).then((body) => resolve({ status, headers, body: parse(body.toString()) }), failed);
    });
    request.on("error", failed);
    request.end(body && JSON.stringify(body));
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Nothing, or a page of something in between.
  }
}

/** LaunchDarkly says when its next window begins in either header; a client should not count on one of them. */
async function waitForTurn(system: string, headers: IncomingHttpHeaders, attempt: number, call: Call) {
  const reset = Number(headers["x-ratelimit-reset"] ?? Number.NaN) - Date.now();
  const wait = [Number(headers["retry-after"] ?? Number.NaN) * 1_000, reset].find((one) => one >= 0) ?? 1_000;
  if (attempt < attempts && Date.now() + wait < call.deadline) return pause(wait, call);
  throw unavailable(
    `${system} is throttling this function; try again in ${Math.max(1, Math.ceil(wait / 1_000))} s`,
    true,
  );
}

function unanswered(system: string, method: string, status: number): SymError {
  const sequel =
    method === "GET"
      ? "so nothing was done; try again in a minute"
      : "so the flag may or may not have changed; look there, then try again";
  return new Unanswered(`${system} did not answer (${status || "no connection"}), ${sequel}`, {
    reason: "unavailable",
  });
}

function tokenOf(system: string, { token, secret }: Connection) {
  const variable = system.toUpperCase();
  let cached: Promise<string> | undefined;
  const forget = () => {
    cached = undefined;
  };
  return {
    name: secret === undefined ? `${variable}_TOKEN` : `secret ${secret}`,
    forget,
    async read(call: Call): Promise<string> {
      if (secret === undefined) {
        if (token) return token;
        throw misconfigured(`${variable}_SECRET must name the secret with the token for ${system}`);
      }
      cached ??= readSecret(secret, `${variable}_SECRET`, call);
      cached.catch(forget); // A failure is not kept.
      return cached;
    },
  };
}

async function readSecret(name: string, variable: string, { signal }: Call): Promise<string> {
  const client = new SecretsManagerClient(clientDefaults);
  const command = new GetSecretValueCommand({ SecretId: name });
  const { SecretString } = await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
    if (error instanceof ResourceNotFoundException)
      throw misconfigured(`${variable} names the secret ${name}, which does not exist`);
    throw toSymError(error, { action: "secretsmanager:GetSecretValue", on: `secret ${name}` });
  });
  const value = SecretString?.trim();
  // A header must not be broken by what is in the secret.
  if (value && /^[\x21-\x7e]+$/.test(value)) return value;
  throw misconfigured(`secret ${name} must hold a token and nothing else`);
}
