import type { IncomingHttpHeaders } from "node:http";
import type { Unanswered } from "./faults.ts";
import { type Exchange, record, withoutSecrets } from "./record.ts";
import type { HttpReply, HttpRequest } from "./serve.ts";

/** Records an exchange, so that it can be held against the official description. No answer, and none of the system: no entry. */
export function recordExchange(
  system: string,
  { method, url, headers, body }: HttpRequest,
  reply: HttpReply | Unanswered,
): void {
  if (!process.env["SANDBOX_RECORD"] || "connection" in reply || reply.isForeign) return;
  const exchange: Exchange = {
    system,
    method,
    path: url.pathname + url.search,
    headers: telling(headers),
    body,
    status: reply.status,
    answerHeaders: telling(reply.headers ?? {}),
    answer: reply.body ?? "",
  };
  const text = withoutSecrets(JSON.stringify(exchange));
  if (isNew(text)) record({ exchange: JSON.parse(text) });
}

// Not those that authorize, and not those that say nothing of what is asked or answered.
const telling = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      /^(content-type|x-amz-target|x-amzn-errortype|description|.*version.*)$/.test(name) &&
      value !== undefined
        ? [[name, String(value)]]
        : [],
    ),
  );

const seen = new Set<string>();

/** Exchanges that differ only in ids of one form and in times are the same to a description. */
function isNew(text: string): boolean {
  const form = text.replace(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}|\d{10,13}/gi, "#");
  if (seen.has(form)) return false;
  seen.add(form);
  return true;
}
