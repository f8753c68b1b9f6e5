import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { Unanswered } from "./faults.ts";
import { type LoopbackServer, listenOnLoopback } from "./loopback.ts";

/** A request, read to its end. */
export type HttpRequest = { method: string; url: URL; headers: IncomingHttpHeaders; body: string };

/** `isForeign`: the reply comes from a proxy, not from the stand-in's system. */
export type HttpReply = {
  status: number;
  headers?: Record<string, string>;
  body?: string | undefined;
  isForeign?: true;
};

type HttpAnswerer = (request: HttpRequest) => HttpReply | Unanswered | Promise<HttpReply | Unanswered>;

/** Answers HTTP on a free port. An error while answering breaks the request's connection. */
export async function serve(answer: HttpAnswerer): Promise<LoopbackServer> {
  const underWay = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    // A client that disconnected during its request needs no answer.
    const work = handle(answer, request, response).catch(() => void request.socket.destroy());
    underWay.add(work);
    void work.then(() => underWay.delete(work));
  });
  const { url, close } = await listenOnLoopback(server);
  return {
    url,
    close: async () => {
      await close();
      // A stand-in that calls another server may still wait for its answer.
      await Promise.all(underWay);
    },
  };
}

async function handle(
  answer: HttpAnswerer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = "", headers } = request;
  const body = await text(request);
  const url = new URL(request.url ?? "", `http://${headers.host}`);
  const reply = await answer({ method, url, headers, body });
  if (!("connection" in reply)) response.writeHead(reply.status, reply.headers).end(reply.body);
  else if (reply.connection === "broken") request.socket.destroy();
}
