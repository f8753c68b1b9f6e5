// The pages of a deployment. The server answers reads only.
import { isRequestId } from "@sym/flow";
import type { Context, Hono } from "hono";
import type { Look } from "../look/look.ts";
import { leasePage, leasesPage, lookRequestPage, requestsPage } from "../pages/look.ts";
import { readsOnly } from "./guard.ts";

export function lookRoutes(look: Look) {
  return (app: Hono, root: string): void => {
    app.use(readsOnly);
    app.get("/", async (context) => {
      const [person, system, state] = ["person", "system", "state"].map((name) => textOf(context, name));
      const query = { person: person ?? "", system: system ?? "", state: state ?? "", page: pageOf(context) };
      return context.html(await leasesPage(look, root, query));
    });
    app.get("/lease", async (context) =>
      found(context, await leasePage(look, root, textOf(context, "table"), textOf(context, "key"))),
    );
    app.get("/requests", async (context) =>
      found(context, await requestsPage(look, root, textOf(context, "status"), pageOf(context))),
    );
    app.get("/requests/:id", async (context) => {
      const id = context.req.param("id");
      return found(context, isRequestId(id) ? await lookRequestPage(look, root, id) : undefined);
    });
  };
}

function found(context: Context, page: Parameters<Context["html"]>[0] | undefined) {
  return page === undefined ? context.notFound() : context.html(page);
}

function textOf(context: Context, name: string): string {
  return (context.req.query(name) ?? "").slice(0, 2_000);
}

function pageOf(context: Context): number {
  const page = Number(context.req.query("page") ?? 1);
  return Number.isInteger(page) && page > 0 && page < 100_000 ? page : 1;
}
