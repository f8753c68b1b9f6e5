import { type FaultsAndCalls, recordCall } from "../kernel/call.ts";
import {
  answerUnder,
  type FaultKind,
  type Faults,
  queueOfFaults,
  type Unanswered,
} from "../kernel/faults.ts";
import { inText, type JsonReply } from "../kernel/json.ts";
import type { LoopbackServer } from "../kernel/loopback.ts";
import { recordExchange } from "../kernel/record-exchange.ts";
import { type HttpReply, type HttpRequest, serve } from "../kernel/serve.ts";
import { operationOf } from "./operations.ts";

/** Meets the next `times` requests (default 1) of a method to a matching path. A `JsonReply` replaces Unleash's. */
type HttpFault = { method: string; path: RegExp; times?: number; kind: FaultKind | JsonReply };

export type FaultyProxy = LoopbackServer & {
  faults: Faults<HttpFault>;
  /** Method and path of each request. */
  requests: string[];
};

/** Stands before a real server and injects faults. `shared`: the faults and calls of a sandbox. */
export async function startFaultyProxy(target: string, shared?: FaultsAndCalls): Promise<FaultyProxy> {
  const { take, ...faults } = queueOfFaults<HttpFault>();
  const requests: string[] = [];
  const server = await serve(async (request) => {
    const { method, url, body } = request;
    const path = url.pathname + url.search;
    requests.push(`${method} ${path}`);
    const { action, route, parameters } = operationOf(method, url.pathname);
    const own = take((fault) => fault.method === method && fault.path.test(path))?.kind;
    const fault = own ?? shared?.faults.take("unleash", action);
    const outcome =
      typeof fault === "object"
        ? inText({ body: {}, ...fault })
        : await answer(target + path, request, fault);
    const sent = body === "" ? {} : JSON.parse(body);
    const call = { service: "unleash", action, account: "", parameters: { ...parameters, ...sent }, route };
    const errorCode = typeof fault === "string" && { errorCode: fault };
    if (fault === undefined) recordExchange("unleash", request, outcome);
    if (shared) recordCall(shared.calls, call, { status: outcome.status, ...errorCode });
    return outcome;
  });
  return { ...server, faults, requests };
}

/** Refusals of Unleash, or of the proxy of a hosted Unleash, in place of a change. */
const refusals: Partial<Record<FaultKind, JsonReply>> = {
  throttle: {
    status: 429,
    headers: { "retry-after": "1" },
    body: { name: "TooManyRequests", message: "Rate exceeded" },
  },
  "internal-error": { status: 500, body: { name: "InternalError", message: "Internal service error" } },
  "access-denied": {
    status: 403,
    body: { name: "PermissionError", message: "Access to the requested resource was denied" },
  },
};

async function answer(
  url: string,
  request: HttpRequest,
  fault: FaultKind | undefined,
): Promise<HttpReply | Unanswered> {
  const refusal = fault && refusals[fault];
  return refusal ? inText(refusal) : answerUnder(fault, () => pass(url, request));
}

async function pass(url: string, { method, headers, body }: HttpRequest): Promise<HttpReply> {
  const { authorization = "", "content-type": type = "" } = headers;
  const response = await fetch(url, {
    method,
    headers: { authorization, "content-type": type },
    ...(body && { body }),
  });
  const content = { "content-type": response.headers.get("content-type") ?? "text/plain" };
  return { status: response.status, headers: content, body: await response.text() };
}
