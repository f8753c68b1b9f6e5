import type { IncomingHttpHeaders } from "node:http";
import type { Unanswered } from "./faults.ts";
import { type Exchange, record, withoutSecrets } from "./record.ts";
import type { HttpReply, HttpRequest } from "./serve.ts";

/**
 * Records an exchange for the check against the official description. Skips a call without an answer, and the answer of
 * a proxy.
 */
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

// Only headers with a meaning for a description; none of these holds credentials.
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

/** For a description, exchanges that differ only in times and in ids of the same form are equal. */
function isNew(text: string): boolean {
  const form = text.replace(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}|\d{10,13}/gi, "#");
  if (seen.has(form)) return false;
  seen.add(form);
  return true;
}
