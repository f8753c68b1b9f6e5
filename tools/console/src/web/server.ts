import { randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { serveAssets } from "./assets.ts";
import { guard, safeHeaders } from "./guard.ts";

export type ConsoleServer = { address: string; close(): Promise<void> };

const longestBody = 20_000;

/** Starts the page on a free port of the loopback interface. `root` of the pages: the path with the token, `/…/`. */
export async function startServer(
  addRoutes: (app: Hono, root: string) => void,
  port = 0,
): Promise<ConsoleServer> {
  const token = randomBytes(24).toString("base64url");
  const root = `/${token}/`;
  let origins: string[] = [];
  const pages = new Hono();
  await serveAssets(pages);
  addRoutes(pages, root);
  const app = new Hono();
  app.use(safeHeaders);
  app.use(guard(token, () => origins));
  app.use(
    bodyLimit({ maxSize: longestBody, onError: (context) => context.text("The form is too long.", 413) }),
  );
  app.route(root, pages);
  app.notFound((context) => context.text("There is no such page.", 404));
  app.onError((error, context) => {
    process.stderr.write(`${error.stack ?? error.message}\n`);
    return context.text("The console failed; the terminal shows the error.", 500);
  });
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port }, (info: AddressInfo) => {
      origins = [`http://127.0.0.1:${info.port}`, `http://localhost:${info.port}`];
      resolve({
        address: `http://127.0.0.1:${info.port}${root}`,
        close: async () => {
          if ("closeAllConnections" in server) server.closeAllConnections();
          await new Promise((closed) => server.close(closed));
        },
      });
    });
  });
}
