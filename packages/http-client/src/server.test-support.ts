import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { Invocation } from "@sym/lambda-core";
import { onTestFinished } from "vitest";

export type Planned = { status: number; headers?: Record<string, string>; body?: unknown };
type Received = { method: string; url: string; authorization: string | undefined; body: string };

/** A server on loopback that sends the planned responses in this order, and 200 afterwards. */
export async function startServer(planned: (Planned | "no response")[] = []) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const { method = "", url = "", headers } = request;
    received.push({ method, url, authorization: headers.authorization, body: await text(request) });
    const next = planned[received.length - 1] ?? { status: 200, body: {} };
    if (next === "no response") return void request.socket.destroy();
    response.writeHead(next.status, next.headers).end(next.body && JSON.stringify(next.body));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

/** An invocation with this time until Lambda's deadline. */
export function invocationFor(milliseconds: number): Invocation {
  const signal = new AbortController().signal;
  const budget: Invocation["budget"] = {
    deadline: Date.now() + milliseconds,
    signal,
    recordSignal: signal,
    expired: new Promise<never>(() => {}),
    part: () => budget,
    end: () => {},
  };
  return {
    id: "test",
    requestId: "test",
    functionArn: "arn:aws:lambda:us-east-1:123456789012:function:x",
    budget,
    log() {},
    about() {},
  };
}
