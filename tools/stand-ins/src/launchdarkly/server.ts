import { type FaultsAndCalls, recordCall } from "../kernel/call.ts";
import { answerUnder, type FaultKind, type Unanswered } from "../kernel/faults.ts";
import { inText, type JsonReply, type JsonRequest, serveJson } from "../kernel/json.ts";
import type { LoopbackServer } from "../kernel/loopback.ts";
import { recordExchange } from "../kernel/record-exchange.ts";
import { findRoute, type LaunchDarklyParameters, type LaunchDarklyRoute, unknownResource } from "./routes.ts";
import { LaunchDarklyError, type LaunchDarklyState, refuse } from "./state.ts";

export type LaunchDarklyServerOptions = FaultsAndCalls & {
  state(): LaunchDarklyState;
  token(): string;
  /** Runs just before a call of this action is handled. */
  before(action: string): void;
};

type LaunchDarklyOutcome = Unanswered | (JsonReply & { errorCode?: string });

/** Serves LaunchDarkly's paths on one loopback port. */
export function startLaunchDarklyServer(options: LaunchDarklyServerOptions): Promise<LoopbackServer> {
  return serveJson(async (request) => {
    const outcome = await exchange(options, request);
    recordExchange("launchdarkly", request, "connection" in outcome ? outcome : inText(outcome));
    return outcome;
  });
}

// Synchronous until the route has answered, so no two requests interleave.
async function exchange(
  options: LaunchDarklyServerOptions,
  request: JsonRequest,
): Promise<LaunchDarklyOutcome> {
  const { method, url, json } = request;
  const { route, parameters: inPath } = findRoute(method, url.pathname) ?? unknown(request);
  options.before(route.action);
  const query = {
    environment: url.searchParams.get("env") ?? "",
    ignoreConflicts: url.searchParams.get("ignoreConflicts") === "true",
  };
  const named = { project: "", flag: "", ...query, ...inPath };
  const outcome = await perform(options, request, route, named);
  const parameters = { ...named, ...(typeof json === "object" && json) };
  const { action, path } = route;
  const call = { service: "launchdarkly", action, account: "", parameters, route: `${method} ${path}` };
  recordCall(options.calls, call, outcome);
  return outcome;
}

function unknown({ method, url }: JsonRequest): { route: LaunchDarklyRoute; parameters: object } {
  return {
    route: { action: "unknown", method, path: url.pathname, answer: unknownResource },
    parameters: {},
  };
}

async function perform(
  { state, token, faults }: LaunchDarklyServerOptions,
  { headers, json }: JsonRequest,
  route: LaunchDarklyRoute,
  parameters: LaunchDarklyParameters,
): Promise<LaunchDarklyOutcome> {
  try {
    if (headers.authorization !== token()) refuse(401, "unauthorized", "Invalid account ID header");
    const fault = faults.take("launchdarkly", route.action);
    refuseFor(fault);
    const contentType = headers["content-type"] ?? "";
    const asked = { state: state(), parameters, contentType, body: json };
    return await answerUnder(fault, () => ({ status: 200, body: route.answer(asked) }));
  } catch (error) {
    const refusal = error instanceof LaunchDarklyError ? error : defect(error);
    const { status, code, message, headers } = refusal;
    return { status, body: { code, message }, headers, errorCode: code };
  }
}

/** Throws for a fault that LaunchDarkly answers with a refusal. https://launchdarkly.com/docs/api#rate-limiting */
function refuseFor(fault: FaultKind | undefined): void {
  if (fault === "throttle")
    refuse(429, "rate_limited", "You've exceeded the API rate limit. Try again later.", {
      "retry-after": "1",
      "x-ratelimit-reset": String(Date.now() + 1_000),
    });
  if (fault === "internal-error") refuse(500, "internal_service_error", "Internal service error");
  if (fault === "access-denied") refuse(403, "forbidden", "Access to the requested resource was denied");
}

function defect(error: unknown): LaunchDarklyError {
  const detail = error instanceof Error ? error.stack : error;
  return new LaunchDarklyError(500, "internal_service_error", `Defect in the stand-in: ${detail}`);
}
