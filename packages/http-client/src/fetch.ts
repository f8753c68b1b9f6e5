import { type HttpRequest, send } from "./send.ts";

/** The part of `Response` that Octokit reads. */
type FetchResponse = {
  status: number;
  url: string;
  headers: Map<string, string>;
  text(): Promise<string>;
  arrayBuffer(): Promise<ArrayBuffer>;
};

const maxRedirects = 5;

/**
 * A `fetch` for Octokit. Follows redirects only within the same origin: another origin must not receive the token.
 * Source: GitHub REST API, "Best practices for using the REST API", "Follow redirects".
 */
export async function fetchOverHttp(address: string, request: HttpRequest): Promise<FetchResponse> {
  for (let url = address, redirects = 0; ; redirects += 1) {
    const { status, headers, body } = await send(url, request);
    if (status < 300 || status > 399 || status === 304)
      return {
        status,
        url,
        headers: new Map(Object.entries(headers).map(([name, value]) => [name, String(value)])),
        text: async () => body.toString("utf8"),
        arrayBuffer: async () => new Uint8Array(body).buffer,
      };
    const next = new URL(headers.location ?? "", url);
    const keepsMethod = request.method === "GET" || status === 307 || status === 308;
    if (next.origin !== new URL(url).origin || !keepsMethod || redirects === maxRedirects)
      throw new Error(`${new URL(url).host} redirected to ${next.origin}, which was not followed`);
    url = next.href;
  }
}
