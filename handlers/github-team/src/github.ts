import { setTimeout as sleep } from "node:timers/promises";
import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { Octokit } from "@octokit/rest";
import { clientDefaults, toSymError } from "@sym/aws";
import type { Invocation } from "@sym/lambda-core";
import { type App, installationToken } from "./github-app.ts";
import { limitOf, noSecret, statusOf, understand } from "./github-failures.ts";
import { fetchOverHttp } from "./github-fetch.ts";
import type { GitHubSettings } from "./settings.ts";

/** A client of GitHub for one organisation and one invocation. */
export type GitHubFor = (org: string, invocation: Invocation) => Octokit;

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
export function connect({ url, appId, secretId, installations }: GitHubSettings): GitHubFor {
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
      throw toSymError(error, { action: "secretsmanager:GetSecretValue", on: `secret ${secretId}` });
    });
    if (!SecretString?.trim()) throw noSecret(secretId, "has no text");
    return SecretString.trim();
  }

  async function authorization(octokit: Octokit, org: string, { budget, log }: Invocation): Promise<string> {
    const secret = await keep("secret", () => readSecret(budget.signal));
    if (appId === undefined) return `Bearer ${secret}`;
    const app: App = { id: appId, secretId, privateKey: secret, installations };
    const token = await keep(`token ${org}`, async (entry) => {
      const { token, expires_at: end } = await installationToken(octokit, app, org, log);
      entry.endsAt = Date.parse(end) - timing.beforeEnd;
      return token;
    });
    return `Bearer ${token}`;
  }

  return (org, invocation) => {
    const { budget } = invocation;
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
        options.headers.authorization = await authorization(octokit, org, invocation);
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
  return (statusOf(error) ?? 0) >= 500 ? timing.pause * attempt : limitOf(error);
}

function noop(): void {}
