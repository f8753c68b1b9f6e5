// Who may use the page: this machine's user, who has the address with the token, in a page that the server itself has sent.
import { timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";

/** The token is a part of every path, so it is in no cookie and in no query. */
export function guard(token: string, origins: () => string[]): MiddlewareHandler {
  return async (context, next) => {
    const host = context.req.header("host") ?? "";
    if (!origins().includes(`http://${host}`))
      return context.text("This server answers only under the address that the command has printed.", 421);
    const given = context.req.path.split("/")[1] ?? "";
    if (!isEqual(given, token))
      return context.text("Open the whole address that the command has printed, with its token.", 403);
    if (
      context.req.method !== "GET" &&
      !isOwn(context.req.header("origin"), context.req.header("sec-fetch-site"), origins())
    )
      return context.text("Only the console's own page may change anything.", 403);
    return next();
  };
}

function isOwn(origin: string | undefined, site: string | undefined, origins: string[]): boolean {
  return origin !== undefined && origins.includes(origin) && (site ?? "same-origin") === "same-origin";
}

function isEqual(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Nothing from elsewhere, no inline script and no inline style; in no frame, in no cache, in no referrer. */
export const safeHeaders: MiddlewareHandler = async (context, next) => {
  await next();
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  context.header("content-security-policy", policy.join("; "));
  context.header("x-content-type-options", "nosniff");
  context.header("referrer-policy", "same-origin");
  context.header("cross-origin-opener-policy", "same-origin");
  context.header("cross-origin-resource-policy", "same-origin");
  context.header("cache-control", "no-store");
};

/** For a server that shows a deployment: it answers reads, and nothing else. */
export const readsOnly: MiddlewareHandler = async (context, next) => {
  if (context.req.method === "GET" || context.req.method === "HEAD") return next();
  return context.text("This console only shows the deployment; it changes nothing.", 405);
};
