import type { Unanswered } from "./faults.ts";
import type { LoopbackServer } from "./loopback.ts";
import { type HttpReply, type HttpRequest, serve } from "./serve.ts";

/** `json` is undefined if the body is empty or not JSON; each system has its own answer to such a body. */
export type JsonRequest = HttpRequest & { json: unknown };

/** Without a `body`, the reply is only the head. */
export type JsonReply = { status: number; body?: unknown; headers?: Record<string, string> };

type JsonAnswerer = (request: JsonRequest) => JsonReply | Unanswered | Promise<JsonReply | Unanswered>;

/** Serves a JSON API. A reply's own headers replace the default headers. */
export function serveJson(answer: JsonAnswerer): Promise<LoopbackServer> {
  return serve(async (request) => {
    const reply = await answer({ ...request, json: parse(request.body) });
    return "connection" in reply ? reply : inText(reply);
  });
}

/** The reply with its body as text. */
export function inText({ status, body, headers }: JsonReply): HttpReply {
  return { status, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
