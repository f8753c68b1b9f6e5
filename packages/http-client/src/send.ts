import { type IncomingHttpHeaders, request as overHttp } from "node:http";
import { request as overHttps } from "node:https";
import { readAll } from "@sym/lambda-core";

export type HttpRequest = {
  method: string;
  headers: Record<string, string>;
  body?: string | undefined;
  signal?: AbortSignal;
};

export type HttpResponse = { status: number; headers: IncomingHttpHeaders; body: Buffer };

const requestTimeoutMs = 4_000;

/**
 * Sends a request. Rejects if no complete response arrives in time. The global `fetch` takes 34 ms longer in a freshly
 * started process.
 */
export function send(url: string, { method, headers, body, signal }: HttpRequest): Promise<HttpResponse> {
  const signals = [AbortSignal.timeout(requestTimeoutMs), ...(signal ? [signal] : [])];
  return new Promise((resolve, reject) => {
    const start = url.startsWith("https:") ? overHttps : overHttp;
    const request = start(url, { method, headers, signal: AbortSignal.any(signals) }, (response) => {
      const { statusCode: status = 0, headers } = response;
      readAll(response).then((body) => resolve({ status, headers, body }), reject);
    });
    request.on("error", reject);
    request.end(body);
  });
}
