import { Octokit } from "@octokit/rest";
import { createCredentials, fetchOverHttp, readSecret, retrying, statusOf } from "@sym/http-client";
import { type Invocation, waitFor } from "@sym/lambda-core";
import { checkAnswer, checkedError } from "./github-answers.ts";
import { type App, installationToken } from "./github-app.ts";
import { limitOf, noSecret, toSymError } from "./github-failures.ts";
import type { GitHubSettings } from "./settings.ts";

/** A client of GitHub for an organisation and an invocation. */
export type GitHubFor = (org: string, invocation: Invocation) => Octokit;

/** GitHub clients, and the login that the clients act as. */
export type GitHubConnection = {
  gitHubFor: GitHubFor;
  /** The login of the App's bot, or of the token's owner: the inviter in this function's invitations. */
  ownLogin(org: string, invocation: Invocation): Promise<string>;
};

const retryMs = 250;
const replicationMs = 1_000;
const renewBeforeEndMs = 5 * 60_000;
const silent = { debug: noop, info: noop, warn: noop, error: noop };

/**
 * Makes clients with credentials, which wait out rate limits and failures while time is left. A warm function keeps the
 * private key and the tokens, and fetches new credentials once when GitHub refuses the old. A call throws a `SymError`,
 * except for the statuses 404 and 422, whose meaning only the caller knows.
 */
export function connect({ url, appId, secretId, installations }: GitHubSettings): GitHubConnection {
  const credentials = createCredentials();
  const slugs = new Map<string, string>();

  async function readKeyOrToken(signal: AbortSignal): Promise<string> {
    const missing = (cause: unknown) => noSecret(secretId, "does not exist", cause);
    const secret = await readSecret(secretId, signal, missing);
    if (!secret) throw noSecret(secretId, "has no text");
    return secret;
  }

  async function authorization(octokit: Octokit, org: string, { budget, log }: Invocation): Promise<string> {
    const secret = await credentials.get("secret", () => readKeyOrToken(budget.signal));
    if (appId === undefined) return `Bearer ${secret}`;
    const app: App = { id: appId, secretId, privateKey: secret, installations };
    const token = await credentials.get(`token ${org}`, async (expireAt) => {
      const { token, expires_at: end, slug } = await installationToken(octokit, app, org, log);
      slugs.set(org, slug);
      expireAt(Date.parse(end) - renewBeforeEndMs);
      return token;
    });
    return `Bearer ${token}`;
  }

  const gitHubFor: GitHubFor = (org, invocation) => {
    const { budget } = invocation;
    const request = { fetch: fetchOverHttp, signal: budget.signal };
    const octokit = new Octokit({ baseUrl: url, log: silent, request });
    octokit.hook.wrap("request", async (request, options) => {
      const call = `${options.method} ${options.url}`;
      const answer = await Promise.resolve(request(options)).catch((error: unknown) => {
        throw checkedError(call, error);
      });
      checkAnswer(call, answer);
      return answer;
    });
    octokit.hook.wrap("request", (request, options) =>
      retrying(async () => request(options), delayMs, budget),
    );
    octokit.hook.wrap("request", async (request, options) => {
      if (options.headers.authorization) return request(options); // The App's own calls are signed.
      const send = async () => {
        // Change the options in place: the inner hooks get this object, even if another is passed on.
        options.headers.authorization = await authorization(octokit, org, invocation);
        return request(options);
      };
      return credentials.renewing(send).catch(async (error: unknown) => {
        if (statusOf(error) !== 401) throw error;
        // A new token takes time to reach all of GitHub's servers. Source: octokit/auth-app.js, hook.ts.
        await waitFor(replicationMs, budget.signal);
        return send();
      });
    });
    octokit.hook.error("request", (error, options) => {
      throw toSymError(error, `${options.method} ${options.url}`, appId !== undefined);
    });
    return octokit;
  };

  async function ownLogin(org: string, invocation: Invocation): Promise<string> {
    const octokit = gitHubFor(org, invocation);
    if (appId === undefined) return (await octokit.rest.users.getAuthenticated()).data.login;
    await authorization(octokit, org, invocation);
    return `${slugs.get(org)}[bot]`;
  }

  return { gitHubFor, ownLogin };
}

function delayMs(error: unknown, attempt: number): number | undefined {
  return (statusOf(error) ?? 0) >= 500 ? retryMs * attempt : limitOf(error);
}

function noop(): void {}
