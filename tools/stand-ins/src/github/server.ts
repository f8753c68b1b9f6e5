import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { Call } from "../aws/aws-server.ts";
import type { FaultKind, FaultQueue } from "../kernel/faults.ts";
import { type LoopbackServer, serveOnLoopback } from "../kernel/loopback.ts";
import { identify } from "./credentials.ts";
import type { Reply } from "./exchange.ts";
import { GitHubError } from "./github-error.ts";
import { failure } from "./graphql.ts";
import { findRoute, type Route } from "./routes.ts";
import { type GitHubState, refuse } from "./state.ts";

export type GitHubWorld = { state(): GitHubState; faults: FaultQueue; calls: Call[] };

type Request = { method: string; url: URL; authorization: string | undefined; body: unknown };
type Result = Reply & { errorCode?: string; hang?: boolean };

/** Serves github.com's paths, and under /api those of a GitHub Enterprise Server, on one loopback port. */
export function startGitHubServer(world: GitHubWorld): Promise<LoopbackServer> {
  return serveOnLoopback((request, response) => handle(world, request, response));
}

async function handle(world: GitHubWorld, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const origin = `http://${request.headers.host}`;
  const body = await text(request);
  const {
    status,
    body: answer,
    headers,
    errorCode,
    hang,
  } = exchange(world, {
    method: request.method ?? "",
    url: new URL(request.url ?? "", origin),
    authorization: request.headers.authorization,
    body: parse(body),
  });
  if (hang) return;
  if (errorCode && status === 0) return void request.socket.destroy();
  const link = headers?.["link"] && { link: headers["link"].replace("{url}", origin) };
  const content = answer === undefined ? undefined : JSON.stringify(answer);
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    ...limitHeaders(world.state()),
    ...headers,
    ...link,
  });
  response.end(content);
}

// Synchronous from here on, so that no two requests interleave.
function exchange(world: GitHubWorld, request: Request): Result {
  const path = request.url.pathname.replace(/^\/api\/v3(?=\/(?!graphql))|^\/api(?=\/graphql$)/, "");
  const found = findRoute(request.method, path);
  const parameters = { ...found?.parameters, ...(typeof request.body === "object" && request.body) };
  const action = found?.route.action ?? `${request.method} ${path}`;
  const result = found ? perform(world, request, found.route, found.parameters) : unknownRoute(action);
  const { status, errorCode } = result;
  const route = found && `${request.method} ${found.template}`;
  const call = { service: "github", action, account: "", parameters, status, ...(route && { route }) };
  world.calls.push(errorCode === undefined ? call : { ...call, errorCode });
  return result;
}

function unknownRoute(action: string): Result {
  return { status: 404, errorCode: "404", body: { message: `The stand-in has no ${action}` } };
}

function perform(
  world: GitHubWorld,
  { authorization, url, body }: Request,
  route: Route,
  parameters: Record<string, string>,
): Result {
  try {
    const state = world.state();
    const caller = identify(state, authorization);
    checkLimit(state, route);
    const fault = world.faults.take("github", route.action);
    if (fault === "timeout") return { status: 0, errorCode: fault, hang: true };
    if (fault === "reset") return { status: 0, errorCode: fault };
    if (fault) refuseFor(fault);
    const reply = route.answer({ state, caller, parameters, query: url.searchParams, body });
    if (fault === "answer-withheld") return { status: 0, errorCode: fault, hang: true };
    if (fault === "answer-lost") return { status: 0, errorCode: fault };
    return reply;
  } catch (error) {
    const refusal = error instanceof GitHubError ? error : defect(error);
    const { status, message, headers } = refusal;
    if (route.action === "graphql" && status === 403 && !headers["retry-after"])
      return failure(message.includes("rate limit") ? "RATE_LIMITED" : "FORBIDDEN", message);
    const documentation = "https://docs.github.com/rest";
    const content = { message, documentation_url: documentation, status: String(status) };
    return { status, headers, body: content, errorCode: String(status) };
  }
}

/** https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api */
function checkLimit({ limit }: GitHubState, { action }: Route): void {
  const milliseconds = limit === null ? 0 : limit.until - Date.now();
  if (limit === null || milliseconds <= 0 || (limit.kind === "graphql" && action !== "graphql")) return;
  if (limit.kind === "primary" || limit.kind === "graphql")
    refuse(403, "API rate limit exceeded for installation.");
  if (limit.kind === "unannounced") refuse(403, SECONDARY);
  refuse(429, SECONDARY, { "retry-after": String(Math.ceil(milliseconds / 1_000)) });
}

const SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";

function refuseFor(fault: FaultKind): void {
  if (fault === "throttle") refuse(403, SECONDARY, { "retry-after": "1" });
  if (fault === "internal-error") refuse(502, "Server Error");
  if (fault === "not-found") refuse(404, "Not Found");
  if (fault === "access-denied")
    refuse(403, "Resource not accessible by integration", {
      "x-accepted-github-permissions": "members=write",
    });
}

function limitHeaders({ limit }: GitHubState): Record<string, string> {
  const exhausted = limit?.kind === "primary" && limit.until > Date.now();
  const reset = exhausted ? limit.until : Date.now() + 3_600_000;
  return {
    "x-ratelimit-limit": "5000",
    "x-ratelimit-remaining": exhausted ? "0" : "4999",
    "x-ratelimit-reset": String(Math.ceil(reset / 1_000)),
    "x-ratelimit-resource": "core",
  };
}

function parse(body: string): unknown {
  try {
    return body === "" ? undefined : JSON.parse(body);
  } catch {
    return undefined; // GitHub says "Problems parsing JSON"; a client that sends none has to find out otherwise.
  }
}

function defect(error: unknown): GitHubError {
  return new GitHubError(500, `Defect in the stand-in: ${error instanceof Error ? error.stack : error}`);
}
