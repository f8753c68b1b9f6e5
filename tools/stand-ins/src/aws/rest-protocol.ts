import { randomUUID } from "node:crypto";
import { createRouter, type Route } from "../kernel/routes.ts";
import type { HttpReply } from "../kernel/serve.ts";
import { AwsError } from "./aws-error.ts";
import type { Caller, Operation, Service } from "./service.ts";

/** The ids in the path, the query, the route's headers, and the sent body as `body`. */
export type RestParameters = Record<string, string>;

type RestAnswer = { status?: number; headers?: Record<string, string> } & (
  | { json: object }
  | { text: string }
);

export type RestAction = (parameters: RestParameters, caller: Caller) => RestAnswer;

/** `headers` are the headers that become parameters. */
export type RestRoute = Route & { action: string; headers?: string[]; run: RestAction };

/**
 * A service that speaks AWS REST-JSON 1: ids in the path, JSON or raw bytes in the body, a refusal's code in a header.
 * https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
 */
export function restService(routes: RestRoute[]): Service {
  const find = createRouter(routes);

  return {
    read: ({ method, url, headers, body }): Operation => {
      const { route, parameters: ids } = find(method, url.pathname) ?? {};
      const sent = Object.fromEntries((route?.headers ?? []).map((name) => [name, headers[name]]));
      const query = Object.fromEntries(url.searchParams);
      return {
        action: route?.action ?? "",
        parameters: { ...ids, ...query, ...sent, ...(body && { body }) },
      };
    },
    answer: ({ action, parameters }, caller) => {
      const route = routes.find((one) => one.action === action);
      if (!route) throw new AwsError(404, "UnknownOperationException", "The sandbox has no such operation");
      const { status = 200, headers, ...content } = route.run(parameters as RestParameters, caller);
      const body = "text" in content ? content.text : JSON.stringify(content.json);
      return reply(status, body, headers);
    },
    refuse: ({ status, code, message }) => {
      const [answered, name] = faultCodes[code] ?? [status, code];
      return reply(answered, JSON.stringify({ Message: message }), { "x-amzn-errortype": name });
    },
  };
}

/** The service's own codes for the sandbox's faults. */
const faultCodes: Record<string, [status: number, code: string]> = {
  AccessDenied: [403, "AccessDeniedException"],
  Throttling: [429, "ThrottlingException"],
  ServiceFailure: [500, "InternalServerException"],
};

function reply(status: number, body: string, headers: Record<string, string> = {}): HttpReply {
  const all = { "content-type": "application/json", "x-amzn-requestid": randomUUID(), ...headers };
  return { status, headers: all, body };
}
