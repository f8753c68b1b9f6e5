import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

import { type LoopbackServer, serveOnLoopback } from "../kernel/loopback.ts";

/** Meets the next `times` requests (default 1) of a method to a path that fits. */
type HttpFault = {
  method: string;
  path: RegExp;
  times?: number;
  /** `answer-lost` passes the request on and drops the connection; `timeout` does neither. */
  kind: "answer-lost" | "timeout" | { status: number; headers?: Record<string, string>; body?: object };
};

export type FaultyProxy = LoopbackServer & {
  faults: { inject(fault: HttpFault): void; clear(): void };
  /** Method and path of all that was asked for. */
  requests: string[];
};

/** Stands before a real server, so that it can be made to fail as it does on a bad day. */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  let queue: (HttpFault & { left: number })[] = [];
  const take = (method = "", path = "") => {
    const fault = queue.find((one) => one.method === method && one.path.test(path) && one.left > 0);
    if (fault) fault.left -= 1;
    return fault?.kind;
  };
  const requests: string[] = [];
  const server = await serveOnLoopback((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    return pass(target, take(request.method, request.url), request, response);
  });
  return {
    ...server,
    faults: {
      inject: (fault) => void queue.push({ ...fault, left: fault.times ?? 1 }),
      clear: () => {
        queue = [];
      },
    },
    requests,
  };
}

async function pass(
  target: string,
  fault: HttpFault["kind"] | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { authorization = "", "content-type": type = "" } = request.headers;
  const body = await text(request);
  if (fault === "timeout") return;
  if (typeof fault === "object") {
    response.writeHead(fault.status, { "content-type": "application/json", ...fault.headers });
    response.end(JSON.stringify(fault.body ?? {}));
    return;
  }
  const answer = await fetch(target + request.url, {
    method: request.method ?? "",
    headers: { authorization, "content-type": type },
    ...(body && { body }),
  });
  const content = await answer.text();
  if (fault === "answer-lost") return void request.socket.destroy();
  response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "text/plain" });
  response.end(content);
}
