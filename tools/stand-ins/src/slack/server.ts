import { type Call, recordCall } from "../kernel/call.ts";
import { answerUnder, type queueOfFaults, type Unanswered } from "../kernel/faults.ts";
import type { LoopbackServer } from "../kernel/loopback.ts";
import { type HttpReply, type HttpRequest, serve } from "../kernel/serve.ts";
import { parametersOf, requireScopes } from "./exchange.ts";
import type { SlackFault } from "./faults.ts";
import { findMethod } from "./methods.ts";
import { answerResponseUrl } from "./response-url.ts";
import { refuse, SlackError, type SlackState, type SlackToken } from "./state.ts";

export type SlackServerOptions = {
  state: SlackState;
  calls: Call[];
  faults: ReturnType<typeof queueOfFaults<SlackFault>>;
};

type SlackOutcome = Unanswered | (HttpReply & { errorCode?: string });

/** Serves the Web API under /api/ and the response_urls under /actions/. */
export function startSlackServer(options: SlackServerOptions): Promise<LoopbackServer> {
  return serve(async (request) => {
    const action = actionOf(request.url.pathname);
    const parameters = parametersOf(request.headers["content-type"] ?? "", request.body);
    const outcome = await answer(options, request, action, parameters);
    const { token: _, ...recorded } = parameters;
    recordCall(options.calls, { service: "slack", action, account: "", parameters: recorded }, outcome);
    return outcome;
  });
}

/** The name of the method; `response_url` for every response_url. */
function actionOf(path: string): string {
  return path.startsWith("/api/") ? path.slice("/api/".length) : "response_url";
}

async function answer(
  { state, faults }: SlackServerOptions,
  request: HttpRequest,
  action: string,
  parameters: Record<string, unknown>,
): Promise<SlackOutcome> {
  const perform =
    action === "response_url"
      ? () => plain(respond(state, request.url.pathname, parameters))
      : () => json(callMethod(state, request, action, parameters));
  const fault = faults.take((planned) => (planned.action ?? action) === action);
  try {
    if (fault && "error" in fault) refuse(fault.error);
    if (fault && "slow" in fault) {
      const reply = perform();
      await fault.slow.catch(() => undefined);
      return reply;
    }
    const refusal = fault && refusalOf(fault.kind, fault.retryAfter ?? 1);
    return refusal ?? (await answerUnder(fault?.kind === "down" ? undefined : fault?.kind, perform));
  } catch (error) {
    return failure(error, action);
  }
}

/** Slack refuses calls of the Web API with status 200, and calls of a response_url with 404. */
function failure(error: unknown, action: string): SlackOutcome {
  if (!(error instanceof SlackError)) {
    const detail = `Defect in the stand-in: ${error instanceof Error ? error.stack : error}`;
    return { status: 500, body: detail, errorCode: "defect" };
  }
  const { code, more } = error;
  const status = action === "response_url" ? 404 : 200;
  return { ...json({ ok: false, error: code, ...more }, status), errorCode: code };
}

function refusalOf(kind: string, retryAfter: number): SlackOutcome | undefined {
  if (kind === "throttle") {
    const reply = json({ ok: false, error: "ratelimited" }, 429);
    return {
      ...reply,
      headers: { ...reply.headers, "retry-after": String(retryAfter) },
      errorCode: "ratelimited",
    };
  }
  if (kind === "internal-error")
    return { ...json({ ok: false, error: "internal_error" }, 500), errorCode: "internal_error" };
  if (kind !== "down") return undefined;
  const page = "<!DOCTYPE html><html><body>Service Unavailable</body></html>";
  return { status: 503, headers: { "content-type": "text/html" }, body: page, errorCode: "down" };
}

function callMethod(
  state: SlackState,
  { headers }: HttpRequest,
  name: string,
  parameters: Record<string, unknown>,
): object {
  const method = findMethod(name) ?? refuse("unknown_method");
  const token = identify(state, headers.authorization, parameters["token"]);
  requireScopes(token, method.scopes);
  return method.answer({ state, token, parameters });
}

/** The token is in the header, or is an argument. https://docs.slack.dev/authentication/tokens, and the errors of "auth.test" */
function identify(state: SlackState, authorization = "", argument?: unknown): SlackToken {
  const [, inHeader] = /^Bearer (.+)$/i.exec(authorization) ?? [];
  const given = inHeader ?? argument ?? refuse("not_authed");
  const token = state.tokens.get(String(given)) ?? refuse("invalid_auth");
  return token.isRevoked ? refuse("token_revoked") : token;
}

function respond(state: SlackState, path: string, parameters: Record<string, unknown>): string {
  answerResponseUrl(state, path.split("/").at(-1) ?? "", parameters);
  return "ok";
}

function json(body: object, status = 200): HttpReply {
  const headers = { "content-type": "application/json; charset=utf-8" };
  return { status, headers, body: JSON.stringify(body) };
}

function plain(body: string): HttpReply {
  return { status: 200, headers: { "content-type": "text/html" }, body };
}
