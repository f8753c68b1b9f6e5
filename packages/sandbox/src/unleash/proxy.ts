import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** Meets the next `times` requests (default 1) of a method to a path that fits. */
type HttpFault = {
  method: string;
  path: RegExp;
  times?: number;
  /** `answer-lost` passes the request on and drops the connection; `timeout` does neither. */
  kind: "answer-lost" | "timeout" | { status: number; headers?: Record<string, string>; body?: object };
};

export type FaultyProxy = {
  url: string;
  faults: { inject(fault: HttpFault): void; clear(): void };
  close(): Promise<void>;
};

/** Stands before a real server, so that it can be made to fail as it does on a bad day. */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  let queue: (HttpFault & { left: number })[] = [];
  const take = (method = "", path = "") => {
    const fault = queue.find((one) => one.method === method && one.path.test(path) && one.left > 0);
    if (fault) fault.left -= 1;
    return fault?.kind;
  };
  const server = createServer((request, response) => {
    pass(target, take(request.method, request.url), request, response).catch(() => request.socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults: {
      inject: (fault) => void queue.push({ ...fault, left: fault.times ?? 1 }),
      clear: () => {
        queue = [];
      },
    },
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
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
