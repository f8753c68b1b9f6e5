// The pages and the forms of a flow that plays.
import { isRequestId, parseDuration, personOf, routes } from "@sym/flow";
import type { Context, Hono } from "hono";
import * as v from "valibot";
import { playPage } from "../pages/play.ts";
import { requestPage } from "../pages/request.ts";
import type { Play } from "../play/play.ts";
import { isTrouble } from "../play/trouble.ts";
import { live } from "./live.ts";

const person = v.pipe(
  v.string(),
  v.transform((text) => personOf(text)),
  v.check((one) => one !== undefined, "must be an e-mail"),
);
const id = v.pipe(v.string(), v.check(isRequestId));
const minutes = v.pipe(v.string(), v.regex(/^[1-9]\d{0,3}$/), v.transform(Number));

const shapes = {
  ask: v.strictObject({
    ...{ person, target: v.string(), reason: v.string(), route: v.picklist(routes) },
    duration: v.pipe(
      v.string(),
      v.transform((text) => parseDuration(text) ?? 0),
    ),
  }),
  decide: v.strictObject({ id, person, what: v.picklist(["approve", "deny", "withdraw", "end"]) }),
  time: v.strictObject({ minutes }),
  trouble: v.strictObject({ trouble: v.pipe(v.string(), v.check(isTrouble)) }),
  change: v.strictObject({
    target: v.string(),
    person,
    by: v.picklist(["requester", "admin"]),
    holds: v.picklist(["yes", "no"]),
  }),
  deliver: v.strictObject({ id, type: v.picklist(["escalate", "deescalate"]) }),
  stop: v.strictObject({ id }),
};

export function playRoutes(play: Play) {
  return (app: Hono, root: string): void => {
    // One form after another: a form waits until everything that follows from the last form has happened.
    let last: Promise<unknown> = Promise.resolve();

    function form<S extends keyof typeof shapes>(
      name: S,
      act: (fields: v.InferOutput<(typeof shapes)[S]>) => unknown,
    ): void {
      app.post(`/${name}`, async (context) => {
        const parsed = v.safeParse(shapes[name], await context.req.parseBody());
        if (!parsed.success) return context.text("The form is not one of this page.", 400);
        await inTurn(() => act(parsed.output as v.InferOutput<(typeof shapes)[S]>));
        return back(context, root);
      });
    }

    function button(name: string, act: () => unknown): void {
      app.post(`/${name}`, async (context) => {
        await inTurn(act);
        return back(context, root);
      });
    }

    function inTurn(act: () => unknown): Promise<unknown> {
      const turn = last.then(act);
      last = turn.catch(() => undefined);
      return turn;
    }

    app.get("/", async (context) => context.html(await playPage(play, root)));
    app.get("/requests/:id", async (context) => {
      const request = await play.read(context.req.param("id"));
      if (request === undefined) return context.notFound();
      return context.html(await requestPage(play, root, request));
    });
    app.get("/events", (context) => live(context, play.journal.onChange));
    form("ask", ({ person: requester, ...asked }) => requester && play.ask({ ...asked, requester }));
    form("decide", ({ id: request, person: by, what }) => by && play.decide(request, by, what));
    form("time", ({ minutes: count }) => play.pass(count * 60_000));
    form("trouble", ({ trouble }) => isTrouble(trouble) && play.choose(trouble));
    form("deliver", ({ id: request, type }) => play.deliver(request, type));
    form("stop", ({ id: request }) => play.stop(request));
    form("change", ({ target, person: whose, by, holds }) => {
      const offered = play.offered.find(({ thing }) => thing.target === target);
      return offered && whose && play.change(offered, { person: whose, by, holds: holds === "yes" });
    });
    button("next", () => play.pass(Math.max(0, (play.nextAt() ?? Date.now()) - Date.now())));
    button("sweep", play.sweep);
    button("watch", play.watch);
  };
}

/** Without the page's script, a form leads back to its page. */
function back(context: Context, root: string) {
  const from = new URL(context.req.header("referer") ?? "", "http://127.0.0.1").pathname;
  return context.redirect(from.startsWith(root) ? from : root, 303);
}
