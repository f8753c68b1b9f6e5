import { type FaultsAndCalls, recordCall } from "../kernel/call.ts";
import { answerUnder, type FaultKind, type Faults, queueOfFaults } from "../kernel/faults.ts";
import { inText, type JsonReply } from "../kernel/json.ts";
import type { LoopbackServer } from "../kernel/loopback.ts";
import { type HttpReply, type HttpRequest, serve } from "../kernel/serve.ts";
import { operationOf } from "./operations.ts";

/** Meets the next `times` requests (default 1) of a method to a path that fits. A reply stands for Unleash's own. */
type HttpFault = { method: string; path: RegExp; times?: number; kind: FaultKind | JsonReply };

export type FaultyProxy = LoopbackServer & {
  faults: Faults<HttpFault>;
  /** Method and path of each request. */
  requests: string[];
};

/** Stands before a real server, so that it can be made to fail. `shared`: the faults and calls of a sandbox. */
export async function startFaultyProxy(target: string, shared?: FaultsAndCalls): Promise<FaultyProxy> {
  const { take, ...faults } = queueOfFaults<HttpFault>();
  const requests: string[] = [];
  const server = await serve(async (request) => {
    const { method } = request;
    const path = request.url.pathname + request.url.search;
    requests.push(`${method} ${path}`);
    const { action, route, parameters } = operationOf(method, path);
    const own = take((fault) => fault.method === method && fault.path.test(path))?.kind;
    const kind = own ?? shared?.faults.take("unleash", action);
    const refusal = typeof kind === "string" ? refusals[kind] : kind;
    const outcome = refusal
      ? inText({ body: {}, ...refusal })
      : await answerUnder(kind as FaultKind | undefined, () => pass(target + path, request));
    if (shared) {
      const sent = request.body === "" ? {} : JSON.parse(request.body);
      const call = { service: "unleash", action, account: "", parameters: { ...parameters, ...sent }, route };
      const errorCode = typeof kind === "string" ? { errorCode: kind } : {};
      recordCall(shared.calls, call, { status: outcome.status, ...errorCode });
    }
    return outcome;
  });
  return { ...server, faults, requests };
}

/** What Unleash, or the proxy of a hosted one, answers instead of making a change. */
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

async function pass(url: string, { method, headers, body }: HttpRequest): Promise<HttpReply> {
  const { authorization = "", "content-type": type = "" } = headers;
  const answer = await fetch(url, {
    method,
    headers: { authorization, "content-type": type },
    ...(body && { body }),
  });
  const content = { "content-type": answer.headers.get("content-type") ?? "text/plain" };
  return { status: answer.status, headers: content, body: await answer.text() };
}
