import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { onTestFinished } from "vitest";

/** A fault of a request: the answer is lost after the change, DynamoDB throttles the request, or the request never arrives. */
export type Mishap = "answer-lost" | "throttled" | "reset";

/** A proxy between a client and DynamoDB until the test ends. Each request meets the next of `mishaps`, while the list lasts. */
export async function startFaultyProxy(target: string) {
  const mishaps: Mishap[] = [];
  const requests: string[] = [];
  const server = createServer((request, response) => {
    void forward(target, request, response, mishaps, requests);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, mishaps, requests };
}

async function forward(
  target: string,
  request: IncomingMessage,
  response: ServerResponse,
  mishaps: Mishap[],
  requests: string[],
): Promise<void> {
  const { host: _, connection: __, ...headers } = request.headers as Record<string, string>;
  const body = await buffer(request);
  requests.push(String(headers["x-amz-target"]).split(".")[1] ?? "");
  const mishap = mishaps.shift();
  if (mishap === "reset") return void request.socket.destroy();
  if (mishap === "throttled") {
    const name = "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException";
    response.writeHead(400, { "content-type": "application/x-amz-json-1.0" });
    return void response.end(JSON.stringify({ __type: name, message: "Slow down" }));
  }
  const answer = await fetch(target, { method: "POST", headers, body });
  const answered = Buffer.from(await answer.arrayBuffer());
  if (mishap === "answer-lost") return void request.socket.destroy();
  const requestId = answer.headers.get("x-amzn-requestid");
  response
    .writeHead(answer.status, {
      "content-type": "application/x-amz-json-1.0",
      ...(requestId && { "x-amzn-requestid": requestId }),
    })
    .end(answered);
}
