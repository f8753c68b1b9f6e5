import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { errorAnswer, type LambdaAnswer, responseAnswer } from "./lambda-answer.ts";

/** An event for the runtime; `now`, on the function's clock, and `deadline` in milliseconds since 1970. `ahead`: how far that clock is ahead, in ms. */
export type RuntimeEvent = {
  requestId: string;
  body: string;
  now: number;
  deadline: number;
  ahead: number;
  functionArn: string;
};

export type RuntimeListener = {
  /** The runtime is ready for an event; `send` may be called later, once. */
  next(send: (event: RuntimeEvent) => void): void;
  answer(requestId: string, answer: LambdaAnswer): void;
  initError(answer: LambdaAnswer): void;
};

/** The Lambda Runtime API for one environment. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html */
export async function startRuntimeApi(
  listener: RuntimeListener,
): Promise<{ address: string; close(): void }> {
  const server = createServer((request, response) => {
    // If the runtime dies during a request, its exit reports the end.
    handle(listener, request, response).catch(() => request.socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function handle(
  listener: RuntimeListener,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const route = (request.url ?? "").replace("/2018-06-01/runtime/", "");
  if (route === "invocation/next") return listener.next((event) => sendEvent(response, event));
  const body = await text(request);
  const accepted = accept(listener, route, body);
  response.writeHead(accepted, { "content-type": "application/json" }).end("{}");
}

/** Passes a posted result to the listener, and returns the HTTP status. */
function accept(listener: RuntimeListener, route: string, body: string): number {
  const [, requestId = "", kind] = /^invocation\/([^/]+)\/(response|error)$/.exec(route) ?? [];
  if (kind === "response") {
    const answer = responseAnswer(body);
    listener.answer(requestId, answer);
    return answer.functionError ? 413 : 202;
  }
  if (kind === "error") listener.answer(requestId, errorAnswer(JSON.parse(body)));
  else if (route === "init/error") listener.initError(errorAnswer(JSON.parse(body)));
  else return 404;
  return 202;
}

function sendEvent(response: ServerResponse, event: RuntimeEvent): void {
  const headers = {
    "content-type": "application/json",
    "lambda-runtime-aws-request-id": event.requestId,
    "lambda-runtime-deadline-ms": String(event.deadline),
    "lambda-runtime-invoked-function-arn": event.functionArn,
    "local-lambda-clock-ahead-ms": String(event.ahead),
    "local-lambda-clock-now-ms": String(event.now),
  };
  response.writeHead(200, headers).end(event.body);
}
