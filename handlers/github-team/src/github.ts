import { setTimeout as sleep } from "node:timers/promises";
import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { createAppAuth } from "@octokit/auth-app";
import { Octokit } from "@octokit/rest";
import { clientDefaults, explain } from "@sym/aws";
import { type Invocation, SymError } from "@sym/lambda-core";
import { fetchOverHttp } from "./github-fetch.ts";
import type { Settings } from "./settings.ts";

/** A client of GitHub for one organisation and one invocation. */
export type GitHubFor = (org: string, invocation: Invocation) => Octokit;

/** GitHub's answer to a call that failed. Without a response, none came. */
type Failure = Error & {
  status: number;
  response?: { headers: Record<string, string>; data?: { message?: string } };
};
/** `endsAt` in milliseconds since the epoch. */
type Kept = { value: Promise<string>; endsAt: number };

// All in milliseconds.
const timing = { attempt: 4_000, pause: 250, replication: 1_000, toAct: 3_000, beforeEnd: 5 * 60_000 };
const attempts = 3;
const silent = { debug: noop, info: noop, warn: noop, error: noop };

/**
 * Makes clients that bring their credentials along, and wait out limits and failures as long as there is time. The
 * private key and the tokens are kept while the function is warm, and fetched anew once when GitHub refuses them.
 * What a call throws is a `SymError`, except for statuses that only the caller understands: 404 and 422.
 */
export function connect({ url, appId, secretId }: Settings): GitHubFor {
  const secrets = new SecretsManagerClient(clientDefaults);
  const kept = new Map<string, Kept>();
  let generation = 0;

  function keep(name: string, load: (entry: Kept) => Promise<string>): Promise<string> {
    const known = kept.get(name);
    if (known && Date.now() < known.endsAt) return known.value;
    const entry = { value: Promise.resolve(""), endsAt: Number.POSITIVE_INFINITY };
    kept.set(name, entry);
    entry.value = load(entry);
    entry.value.catch(() => kept.delete(name)); // A failure is not kept.
    return entry.value;
  }

  async function readSecret(abortSignal: AbortSignal): Promise<string> {
    const command = new GetSecretValueCommand({ SecretId: secretId });
    const { SecretString } = await secrets.send(command, { abortSignal }).catch((error: unknown) => {
      if (error instanceof ResourceNotFoundException) throw noSecret(secretId, "does not exist", error);
      throw explain(error, { action: "secretsmanager:GetSecretValue", on: `secret ${secretId}` });
    });
    if (!SecretString?.trim()) throw noSecret(secretId, "has no text");
    return SecretString.trim();
  }

  // auth-app only signs: its own cache keeps a token for 59 minutes whatever its end is, and its calls take no signal.
  async function newToken(octokit: Octokit, app: string, org: string, privateKey: string, entry: Kept) {
    const jwt = await createAppAuth({ appId: app, privateKey })({ type: "app" }).catch((error: unknown) => {
      throw noSecret(secretId, "holds no private key of a GitHub App", error);
    });
    const headers = { authorization: `Bearer ${jwt.token}` };
    const notInstalled = `GitHub App ${app} is not installed in the organisation ${org}, or there is none of that name; install it there, or correct the target's setting org`;
    const notPermitted = `GitHub App ${app} may not change teams of the organisation ${org}; give it the organisation permission Members (read and write), and have an owner accept that`;
    const { data: installation } = await octokit.rest.apps
      .getOrgInstallation({ org, headers })
      .catch(refuseOn(404, notInstalled));
    if (installation.suspended_at)
      throw new SymError(
        `GitHub App ${app} is suspended in the organisation ${org}; have an owner of the organisation end that`,
        { reason: "refused" },
      );
    const { data } = await octokit.rest.apps
      .createInstallationAccessToken({
        installation_id: installation.id,
        permissions: { members: "write" },
        headers,
      })
      .catch(refuseOn(422, notPermitted));
    entry.endsAt = Date.parse(data.expires_at) - timing.beforeEnd;
    return data.token;
  }

  async function authorization(octokit: Octokit, org: string, signal: AbortSignal): Promise<string> {
    const secret = await keep("secret", () => readSecret(signal));
    const load = (entry: Kept) => newToken(octokit, appId ?? "", org, secret, entry);
    return `Bearer ${appId === undefined ? secret : await keep(`token ${org}`, load)}`;
  }

  return (org, { budget }) => {
    const octokit = new Octokit({ baseUrl: url, log: silent, request: { fetch: fetchOverHttp } });
    // Options are changed in place, since the hooks within get these same ones whatever is passed on.
    octokit.hook.wrap("request", async (request, options) => {
      for (let attempt = 1; ; attempt += 1) {
        const signal = AbortSignal.any([budget.signal, AbortSignal.timeout(timing.attempt)]);
        options.request = { ...options.request, signal };
        try {
          return await request(options);
        } catch (error) {
          budget.signal.throwIfAborted();
          const wait = waitFor(error, attempt);
          if (wait === undefined || Date.now() + wait > budget.deadline - timing.toAct) throw error;
          await sleep(wait, undefined, { signal: budget.signal });
        }
      }
    });
    octokit.hook.wrap("request", async (request, options) => {
      if (options.headers.authorization) return request(options); // The App's own calls are signed.
      let used = generation;
      const send = async () => {
        used = generation;
        options.headers.authorization = await authorization(octokit, org, budget.signal);
        return request(options);
      };
      const forget = () => {
        // Requests are sent side by side: another may have been faster to find out, and to fetch anew.
        if (used !== generation) return;
        generation += 1;
        kept.clear();
      };
      return renewing(send, forget, budget.signal);
    });
    octokit.hook.error("request", (error, options) => {
      throw understand(error, `${options.method} ${options.url}`);
    });
    return octokit;
  };
}

/** The HTTP status of GitHub's answer; a `SymError` has none. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof Error && "status" in error ? (error as Failure).status : undefined;
}

/** For `catch`: not to be there is an answer; not to be able to look is an error. */
export function nothingIfGone(error: unknown): { data: undefined } {
  if (statusOf(error) === 404) return { data: undefined };
  throw error;
}

/** For `catch`: what a status means here. */
function refuseOn(status: number, sentence: string): (error: unknown) => never {
  return (error) => {
    if (statusOf(error) !== status) throw error;
    throw new SymError(sentence, { reason: "refused", cause: error });
  };
}

/** Sends once more without what was kept, if GitHub does not accept it, also where the App asks for a token. */
async function renewing<T>(send: () => Promise<T>, forget: () => void, signal: AbortSignal): Promise<T> {
  return send()
    .catch((error: unknown) => {
      if (statusOf(error) !== 401 && statusOf((error as Error).cause) !== 401) throw error;
      forget();
      return send();
    })
    .catch(async (error: unknown) => {
      if (statusOf(error) !== 401) throw error;
      // GitHub's servers learn of a new token one after the other. Source: octokit/auth-app.js, hook.ts.
      await sleep(timing.replication, undefined, { signal });
      return send();
    });
}

/** For how many milliseconds to wait before trying again; undefined if that cannot help. */
function waitFor(error: unknown, attempt: number): number | undefined {
  if (attempt === attempts) return undefined;
  return (statusOf(error) ?? 0) >= 500 ? timing.pause * attempt : limitOf(error as Failure);
}

/** For how many milliseconds GitHub does not want to hear from us. Source: "Rate limits for the REST API". */
function limitOf({ status, response }: Failure): number | undefined {
  const { headers = {}, data } = response ?? {};
  if (status !== 403 && status !== 429) return undefined;
  if (headers["retry-after"]) return (Number(headers["retry-after"]) || 60) * 1_000;
  if (headers["x-ratelimit-remaining"] === "0")
    return Math.max(1_000, Number(headers["x-ratelimit-reset"]) * 1_000 - Date.now());
  return status === 429 || /secondary rate/i.test(data?.message ?? "") ? 60_000 : undefined;
}

/** Says what a failed call means by its status and headers, since GitHub's own texts change. */
function understand(error: Error, call: string): Error {
  const { status = 0, response } = error as Partial<Failure>;
  const headers = response?.headers ?? {};
  const say = (sentence: string, retryable = false) =>
    new SymError(sentence, { reason: "unavailable", retryable, cause: error });
  const limit = limitOf(error as Failure);
  if (limit !== undefined)
    return say(`GitHub limits this function's calls; try again in ${Math.ceil(limit / 1_000)} s`, true);
  if (status === 401)
    return say("GitHub does not accept this function's credentials; renew the secret, or check the App's id");
  if (status === 403 && headers["x-github-sso"])
    return say("The token is not authorised for the organisation's single sign-on; its owner can do that");
  if (status === 403) {
    const needed = headers["x-accepted-github-permissions"] ?? headers["x-accepted-oauth-scopes"];
    const advice = needed
      ? `that needs ${needed}`
      : "only an owner of the organisation, or an App, may do that";
    return say(`GitHub does not let this function call ${call}; ${advice}`);
  }
  if (status < 500) return error;
  const what = `GitHub did not complete ${call} (${response ? status : "no answer"})`;
  return /^(GET|POST) /.test(call)
    ? say(`${what}, so nothing was done; try again in a minute`, true)
    : say(`${what}, so it may or may not have changed; look there, then try again`, true);
}

function noSecret(secretId: string, problem: string, cause?: unknown): SymError {
  const advice = "put the App's private key or the token into it, or name another in the environment";
  return new SymError(`Secret ${secretId} ${problem}; ${advice}`, {
    reason: "unavailable",
    retryable: false,
    cause,
  });
}

function noop(): void {}
