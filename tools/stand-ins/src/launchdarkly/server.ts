import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { Call } from "../aws/aws-server.ts";
import type { FaultKind, FaultQueue } from "../kernel/faults.ts";
import { type LoopbackServer, serveOnLoopback } from "../kernel/loopback.ts";
import { type Patch, patchExpiring, patchFlag } from "./patch.ts";
import { type Flag, LaunchDarklyError, type LaunchDarklyState, refuse } from "./state.ts";

export type LaunchDarklyBackstage = {
  state(): LaunchDarklyState;
  faults: FaultQueue;
  calls: Call[];
  token(): string;
  /** What happens just before a call of this action is handled. */
  before(action: string): void;
};

type Request = {
  method: string;
  url: URL;
  authorization: string | undefined;
  contentType: string;
  body: unknown;
};
type Result = {
  status: number;
  body?: object;
  headers?: Record<string, string>;
  errorCode?: string;
  hang?: boolean;
};

/** Serves LaunchDarkly's paths on one loopback port. */
export function startLaunchDarklyServer(world: LaunchDarklyBackstage): Promise<LoopbackServer> {
  return serveOnLoopback((request, response) => handle(world, request, response));
}

async function handle(world: LaunchDarklyBackstage, incoming: IncomingMessage, response: ServerResponse) {
  const body = await text(incoming);
  const { authorization, "content-type": contentType = "" } = incoming.headers;
  const result = exchange(world, {
    method: incoming.method ?? "",
    url: new URL(incoming.url ?? "", "http://launchdarkly"),
    authorization,
    contentType,
    body: parse(body),
  });
  if (result.hang) return;
  if (result.status === 0) return void incoming.socket.destroy();
  response.writeHead(result.status, { "content-type": "application/json", ...result.headers });
  response.end(JSON.stringify(result.body));
}

// Synchronous from here on, so that no two requests interleave.
function exchange(world: LaunchDarklyBackstage, request: Request): Result {
  const { action, route, parameters } = operationOf(request);
  world.before(action);
  const result = perform(world, request, action, parameters);
  const { status, errorCode } = result;
  const sent = typeof request.body === "object" && request.body !== null ? request.body : {};
  const call: Call = {
    service: "launchdarkly",
    action,
    account: "",
    parameters: { ...parameters, ...sent },
    status,
    route,
  };
  world.calls.push(errorCode === undefined ? call : { ...call, errorCode });
  return result;
}

const flag = "/api/v2/flags/{project}/{flag}";
const paths: [action: string, method: string, template: string][] = [
  ["getFeatureFlag", "GET", flag],
  ["patchFeatureFlag", "PATCH", flag],
  ["getExpiringContextTargets", "GET", `${flag}/expiring-targets/{environment}`],
  ["patchExpiringTargets", "PATCH", `${flag}/expiring-targets/{environment}`],
  ["getProject", "GET", "/api/v2/projects/{project}"],
  ["getEnvironment", "GET", "/api/v2/projects/{project}/environments/{environment}"],
];

function operationOf({ method, url }: Request) {
  for (const [action, verb, template] of paths) {
    const pattern = new RegExp(`^${template.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`);
    const match = verb === method ? pattern.exec(url.pathname) : null;
    if (!match) continue;
    const named = { environment: url.searchParams.get("env") ?? "", ...match.groups };
    const { project = "", flag = "", environment }: Partial<Record<string, string>> = named;
    const parameters = { project, flag, environment: environment ?? "" };
    return { action, route: `${verb} ${template}`, parameters };
  }
  return {
    action: "unknown",
    route: `${method} ${url.pathname}`,
    parameters: { project: "", flag: "", environment: "" },
  };
}

type Parameters = ReturnType<typeof operationOf>["parameters"];

function perform(
  world: LaunchDarklyBackstage,
  request: Request,
  action: string,
  parameters: Parameters,
): Result {
  try {
    if (request.authorization !== world.token()) refuse(401, "unauthorized", "Invalid account ID header");
    const fault = world.faults.take("launchdarkly", action);
    if (fault === "timeout") return { status: 0, errorCode: fault, hang: true };
    if (fault === "reset") return { status: 0, errorCode: fault };
    if (fault === "throttle") return throttled();
    if (fault) refuseFor(fault);
    const body = answer(world.state(), request, action, parameters);
    if (fault === "answer-withheld") return { status: 0, errorCode: fault, hang: true };
    if (fault === "answer-lost") return { status: 0, errorCode: fault };
    return { status: 200, body };
  } catch (error) {
    const refusal = error instanceof LaunchDarklyError ? error : defect(error);
    const { status, code, message } = refusal;
    return { status, body: { code, message }, errorCode: code };
  }
}

function answer(state: LaunchDarklyState, request: Request, action: string, parameters: Parameters): object {
  const { project, flag: key, environment } = parameters;
  const path = `${project}/${key}`;
  if (action === "getProject") return getProject(state, project);
  if (action === "getEnvironment") return getEnvironment(state, project, environment);
  const isVisible = Object.hasOwn(state.projects, project) && Object.hasOwn(state.flags, path);
  const flag = isVisible ? state.flags[path] : undefined;
  if (action === "unknown" || !flag) return refuse(404, "not_found", "Unknown resource");
  if (action === "getFeatureFlag") return show(flag, environment);
  if (action === "getExpiringContextTargets")
    return { items: state.expiring[`${path}/${environment}`] ?? [] };
  // Without it, the body is taken for a JSON patch, which is a list.
  if (!/domain-model=launchdarkly\.semanticpatch/.test(request.contentType))
    refuse(400, "invalid_request", "Invalid JSON patch");
  const patch = (request.body ?? {}) as Patch;
  if (action === "patchExpiringTargets") return patchExpiring(state, project, flag, environment, patch);
  patchFlag(state, project, flag, patch);
  return show(flag, "");
}

function getProject(state: LaunchDarklyState, key: string): { key: string; environments: string[] } {
  const environments = Object.hasOwn(state.projects, key) ? state.projects[key] : undefined;
  return environments ? { key, environments } : refuse(404, "not_found", "Unknown resource");
}

function getEnvironment(state: LaunchDarklyState, project: string, key: string): object {
  const { environments } = getProject(state, project);
  return environments.includes(key) ? { key } : refuse(404, "not_found", "Unknown resource");
}

/** With `env` in the query, only that environment. */
function show(flag: Flag, environment: string): object {
  const environments = Object.entries(flag.environments)
    .filter(([name]) => environment === "" || name === environment)
    .map(([name, one]) => {
      // Beside each list of users there is an empty one of contexts.
      const shadows = one.targets.map((target) => ({ ...target, values: [] }));
      return [name, { ...one, contextTargets: [...shadows, ...one.contextTargets], _environmentName: name }];
    });
  return { ...flag, environments: Object.fromEntries(environments) };
}

/** https://launchdarkly.com/docs/api#rate-limiting */
function throttled(): Result {
  const headers = { "retry-after": "1", "x-ratelimit-reset": String(Date.now() + 1_000) };
  const body = { code: "rate_limited", message: "You've exceeded the API rate limit. Try again later." };
  return { status: 429, body, headers, errorCode: "rate_limited" };
}

function refuseFor(fault: FaultKind): void {
  if (fault === "internal-error") refuse(500, "internal_service_error", "Internal service error");
  if (fault === "access-denied") refuse(403, "forbidden", "Access to the requested resource was denied");
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // Then it is no patch, and is refused as such.
  }
}

function defect(error: unknown): LaunchDarklyError {
  const detail = error instanceof Error ? error.stack : error;
  return new LaunchDarklyError(500, "internal_service_error", `Defect in the stand-in: ${detail}`);
}
