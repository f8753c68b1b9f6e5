import type { ViewsOpenResponse, ViewsPushResponse, ViewsUpdateResponse } from "@slack/web-api";
import { checkView, withBlockIds } from "./block-kit.ts";
import { type SlackExchange, textOf } from "./exchange.ts";
import { newTs, refuse, type SlackState, type SlackTrigger, type SlackView, slackId } from "./state.ts";

/** https://docs.slack.dev/reference/methods/views.open */
export function viewsOpen(exchange: SlackExchange) {
  const given = givenView(exchange);
  const { userId } = exchangeTrigger(exchange);
  const id = slackId("V");
  const root = { root_view_id: id, previous_view_id: null };
  const view = { id, userId, hash: newHash(), ...given, ...root, calls: ["views.open" as const] };
  exchange.state.views.push(view);
  return { ok: true, view: answered(exchange.state, view) } satisfies Answer<ViewsOpenResponse>;
}

/** Three views at most are in a stack. https://docs.slack.dev/reference/methods/views.push */
export function viewsPush(exchange: SlackExchange) {
  const { views } = exchange.state;
  const given = givenView(exchange);
  const { userId, viewId } = exchangeTrigger(exchange);
  const below = views.find(({ id }) => id === viewId) ?? refuse("invalid_trigger_id");
  const { root_view_id } = below;
  if (views.filter((one) => one.root_view_id === root_view_id).length >= 3) refuse("push_limit_reached");
  const stack = { root_view_id, previous_view_id: below.id };
  const id = slackId("V");
  const view = { id, userId, hash: newHash(), ...given, ...stack, calls: ["views.push" as const] };
  views.push(view);
  return { ok: true, view: answered(exchange.state, view) } satisfies Answer<ViewsPushResponse>;
}

/** https://docs.slack.dev/reference/methods/views.update */
export function viewsUpdate(exchange: SlackExchange) {
  const id = textOf(exchange, "view_id");
  const externalId = textOf(exchange, "external_id");
  const view =
    exchange.state.views.find((one) =>
      id !== "" ? one.id === id : externalId !== "" && one.external_id === externalId,
    ) ?? refuse("not_found");
  const given = givenView(exchange, view);
  const hash = textOf(exchange, "hash");
  if (hash !== "" && hash !== view.hash) refuse("hash_conflict");
  Object.assign(view, given, { hash: newHash() });
  view.calls.push("views.update");
  return { ok: true, view: answered(exchange.state, view) } satisfies Answer<ViewsUpdateResponse>;
}

/** The type without Slack's own types of blocks, and with null for what is not there, as Slack answers. */
type Answer<Response extends { view?: object }> = Omit<Response, "view"> & {
  view?: {
    [Field in Exclude<keyof NonNullable<Response["view"]>, "blocks" | "title" | "submit" | "close">]?:
      | NonNullable<Response["view"]>[Field]
      | null;
  };
};

function newHash(): string {
  return newTs();
}

/** Refuses a trigger that is unknown, was used before, or has expired; then uses up the trigger. */
function exchangeTrigger(exchange: SlackExchange): SlackTrigger {
  const trigger = exchange.state.triggers.get(textOf(exchange, "trigger_id")) ?? refuse("invalid_trigger_id");
  if (trigger.isUsed) refuse("exchanged_trigger_id");
  if (trigger.isExpired) refuse("expired_trigger_id");
  trigger.isUsed = true;
  return trigger;
}

type GivenView = Pick<
  SlackView,
  | "title"
  | "submit"
  | "close"
  | "blocks"
  | "private_metadata"
  | "callback_id"
  | "external_id"
  | "clear_on_close"
  | "notify_on_close"
>;

/** The valid view of the arguments. `replaced` is the view that an update replaces. */
function givenView({ state, parameters }: SlackExchange, replaced?: SlackView): GivenView {
  const view = checkView(parameters["view"]);
  const external_id = view.external_id ?? "";
  if (external_id !== "" && state.views.some((one) => one !== replaced && one.external_id === external_id))
    refuse("duplicate_external_id");
  return {
    title: view.title,
    submit: view.submit ?? null,
    close: view.close ?? null,
    blocks: withBlockIds(view.blocks),
    private_metadata: view.private_metadata ?? "",
    callback_id: view.callback_id ?? "",
    external_id,
    clear_on_close: view.clear_on_close ?? false,
    notify_on_close: view.notify_on_close ?? false,
  };
}

/** A view as in answers and in clicks. `previous_view_id` is null for the first view of a stack. */
export function shownView({ app, team }: SlackState, view: SlackView) {
  const { userId: _, calls: __, ...fields } = view;
  return {
    ...fields,
    ...{ type: "modal" as const, team_id: team.id, app_id: app.id, bot_id: app.botId },
    app_installed_team_id: team.id,
  };
}

function answered(state: SlackState, view: SlackView) {
  return { ...shownView(state, view), state: { values: {} } };
}
