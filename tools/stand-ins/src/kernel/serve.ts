import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { Unanswered } from "./faults.ts";
import { type LoopbackServer, listenOnLoopback } from "./loopback.ts";

/** A request that has been read to its end. */
export type HttpRequest = { method: string; url: URL; headers: IncomingHttpHeaders; body: string };

/** `isForeign`: the reply is of something in between, not of the system that the stand-in stands for. */
export type HttpReply = {
  status: number;
  headers?: Record<string, string>;
  body?: string | undefined;
  isForeign?: true;
};

type HttpAnswerer = (request: HttpRequest) => HttpReply | Unanswered | Promise<HttpReply | Unanswered>;

/** Answers HTTP on a free port. A request whose answer fails loses its connection. */
export async function serve(answer: HttpAnswerer): Promise<LoopbackServer> {
  const underWay = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    // A client that went away before it had sent everything needs no answer.
    const work = handle(answer, request, response).catch(() => void request.socket.destroy());
    underWay.add(work);
    void work.then(() => underWay.delete(work));
  });
  const { url, close } = await listenOnLoopback(server);
  return {
    url,
    close: async () => {
      await close();
      // A stand-in that asks elsewhere may not have its answer yet.
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
