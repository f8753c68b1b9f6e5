import { type FaultsAndCalls, recordCall } from "../kernel/call.ts";
import { answerUnder, type FaultKind, type Unanswered } from "../kernel/faults.ts";
import { inText, type JsonReply, type JsonRequest, serveJson } from "../kernel/json.ts";
import type { LoopbackServer } from "../kernel/loopback.ts";
import { recordExchange } from "../kernel/record-exchange.ts";
import { type GitHubCaller, identify } from "./credentials.ts";
import { GitHubError } from "./github-error.ts";
import { failure } from "./graphql.ts";
import { findRoute, type GitHubRoute } from "./routes.ts";
import { type GitHubState, refuse } from "./state.ts";

export type GitHubServerOptions = FaultsAndCalls & { state(): GitHubState };

type GitHubOutcome = Unanswered | (JsonReply & { errorCode?: string });

/** Serves github.com's paths, and under /api the paths of a GitHub Enterprise Server, on one loopback port. */
export function startGitHubServer(options: GitHubServerOptions): Promise<LoopbackServer> {
  return serveJson(async (request) => {
    const outcome = await exchange(options, request);
    if ("connection" in outcome) return outcome;
    const { headers } = outcome;
    const link = headers?.["link"] && { link: headers["link"].replace("{url}", request.url.origin) };
    const all = { ...commonHeaders(options.state()), ...headers, ...link };
    const reply = { ...outcome, headers: all };
    recordExchange("github", request, inText(reply));
    return reply;
  });
}

// Synchronous until the route has answered, so no two requests interleave.
async function exchange(options: GitHubServerOptions, request: JsonRequest): Promise<GitHubOutcome> {
  const { method, url, json } = request;
  const path = url.pathname.replace(/^\/api\/v3(?=\/(?!graphql))|^\/api(?=\/graphql$)/, "");
  const found = findRoute(method, path);
  const parameters = { ...found?.parameters, ...(typeof json === "object" && json) };
  const action = found?.route.action ?? `${method} ${path}`;
  const route = found && `${method} ${found.route.path}`;
  const outcome = found
    ? await perform(options, request, found.route, found.parameters)
    : unknownRoute(action);
  const call = { service: "github", action, account: "", parameters, ...(route && { route }) };
  recordCall(options.calls, call, outcome);
  return outcome;
}

function unknownRoute(action: string): GitHubOutcome {
  return { status: 404, errorCode: "404", body: { message: `The stand-in has no ${action}` } };
}

async function perform(
  options: GitHubServerOptions,
  { headers, url, json }: JsonRequest,
  route: GitHubRoute,
  parameters: Record<string, string>,
): Promise<GitHubOutcome> {
  try {
    const state = options.state();
    const caller = identify(state, headers.authorization);
    checkLimit(state, route);
    const fault = options.faults.take("github", route.action);
    refuseFor(fault);
    const query = url.searchParams;
    const outcome = await answerUnder(fault, () =>
      route.answer({ state, caller, parameters, query, body: json }),
    );
    if ("connection" in outcome) return outcome;
    return { ...outcome, headers: { ...scopesOf(caller), ...outcome.headers } };
  } catch (error) {
    const refusal = error instanceof GitHubError ? error : defect(error);
    const { status, message, headers } = refusal;
    if (route.action === "graphql" && status === 403 && !headers["retry-after"])
      return failure(message.includes("rate limit") ? rateLimit : { type: "FORBIDDEN" }, message);
    const documentation = "https://docs.github.com/rest";
    const content = { message, documentation_url: documentation, status: String(status) };
    return { status, headers, body: content, errorCode: String(status) };
  }
}

/** Each answer names the scopes of a classic token. https://docs.github.com/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps */
function scopesOf({ token }: GitHubCaller): Record<string, string> {
  return token?.kind === "classic" ? { "x-oauth-scopes": token.scopes.join(", ") } : {};
}

/** GraphQL's error types in place of a status. */
const rateLimit = { type: "RATE_LIMIT", code: "graphql_rate_limit" };

/** https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api */
function checkLimit({ limit }: GitHubState, { action }: GitHubRoute): void {
  const milliseconds = limit === null ? 0 : limit.until - Date.now();
  if (limit === null || milliseconds <= 0 || (limit.kind === "graphql" && action !== "graphql")) return;
  if (limit.kind === "primary" || limit.kind === "graphql")
    refuse(403, "API rate limit exceeded for installation.");
  if (limit.kind === "unannounced") refuse(403, SECONDARY);
  refuse(429, SECONDARY, { "retry-after": String(Math.ceil(milliseconds / 1_000)) });
}

const SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";

/** Throws for a fault that GitHub answers with a refusal. */
function refuseFor(fault: FaultKind | undefined): void {
  if (fault === "throttle") refuse(403, SECONDARY, { "retry-after": "1" });
  if (fault === "internal-error") refuse(502, "Server Error");
  if (fault === "not-found") refuse(404, "Not Found");
  if (fault === "access-denied")
    refuse(403, "Resource not accessible by integration", {
      "x-accepted-github-permissions": "members=write",
    });
}

function commonHeaders({ limit }: GitHubState): Record<string, string> {
  const exhausted = limit?.kind === "primary" && limit.until > Date.now();
  const reset = exhausted ? limit.until : Date.now() + 3_600_000;
  return {
    "content-type": "application/json; charset=utf-8",
    "x-ratelimit-limit": "5000",
    "x-ratelimit-remaining": exhausted ? "0" : "4999",
    "x-ratelimit-reset": String(Math.ceil(reset / 1_000)),
    "x-ratelimit-resource": "core",
  };
}

function defect(error: unknown): GitHubError {
  return new GitHubError(500, `Defect in the stand-in: ${error instanceof Error ? error.stack : error}`);
}
