import type { ViewsOpenResponse, ViewsPushResponse, ViewsUpdateResponse } from "@slack/web-api";
import { checkView, withBlockIds } from "./block-kit.ts";
import { type SlackExchange, textOf } from "./exchange.ts";
import {
  newTs,
  refuse,
  type SlackState,
  type SlackTrigger,
  type SlackView,
  type SlackViewCall,
  slackId,
} from "./state.ts";

/** https://docs.slack.dev/reference/methods/views.open */
export function viewsOpen(exchange: SlackExchange) {
  const { state, parameters } = exchange;
  const given = givenView(state, parameters["view"]);
  const { userId } = exchangeTrigger(exchange);
  const view = addView(state, userId, given, "views.open");
  return { ok: true, view: answered(state, view) } satisfies Answer<ViewsOpenResponse>;
}

/** https://docs.slack.dev/reference/methods/views.push */
export function viewsPush(exchange: SlackExchange) {
  const { state, parameters } = exchange;
  const given = givenView(state, parameters["view"]);
  const { userId, viewId } = exchangeTrigger(exchange);
  const below = state.views.find(({ id, isOpen }) => id === viewId && isOpen) ?? refuse("invalid_trigger_id");
  const view = addView(state, userId, given, "views.push", below);
  return { ok: true, view: answered(state, view) } satisfies Answer<ViewsPushResponse>;
}

/** https://docs.slack.dev/reference/methods/views.update */
export function viewsUpdate(exchange: SlackExchange) {
  const { state, parameters } = exchange;
  const id = textOf(exchange, "view_id");
  const externalId = textOf(exchange, "external_id");
  const isMeant = (one: SlackView) =>
    one.isOpen && (id !== "" ? one.id === id : externalId !== "" && one.external_id === externalId);
  const view = state.views.find(isMeant) ?? refuse("not_found");
  const given = givenView(state, parameters["view"], view);
  const hash = textOf(exchange, "hash");
  if (hash !== "" && hash !== view.hash) refuse("hash_conflict");
  changeView(view, given, "views.update");
  return { ok: true, view: answered(state, view) } satisfies Answer<ViewsUpdateResponse>;
}

/** Adds a modal, as the first of a stack or above another modal. Three modals at most are in a stack. */
export function addView(
  state: SlackState,
  userId: string,
  given: GivenView,
  call: SlackViewCall,
  below?: SlackView,
): SlackView {
  const id = slackId("V");
  const root_view_id = below?.root_view_id ?? id;
  const stack = state.views.filter((one) => one.root_view_id === root_view_id && one.isOpen);
  if (stack.length >= 3) refuse("push_limit_reached");
  const place = { root_view_id, previous_view_id: below?.id ?? null };
  const view = { id, userId, isOpen: true, errors: {}, hash: newTs(), ...given, ...place, calls: [call] };
  state.views.push(view);
  return view;
}

export function changeView(view: SlackView, given: GivenView, call: SlackViewCall): void {
  Object.assign(view, given, { hash: newTs(), errors: {} });
  view.calls.push(call);
}

/** The type without Slack's own types of blocks, and with null for what is not there, as Slack answers. */
type Answer<Response extends { view?: object }> = Omit<Response, "view"> & {
  view?: {
    [Field in Exclude<keyof NonNullable<Response["view"]>, "blocks" | "title" | "submit" | "close">]?:
      | NonNullable<Response["view"]>[Field]
      | null;
  };
};

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

/** The view as given by the app, if valid. `replaced` is the view that an update replaces. */
export function givenView(state: SlackState, given: unknown, replaced?: SlackView): GivenView {
  const view = checkView(given);
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
  const { userId: _, calls: __, isOpen: ___, errors: ____, ...fields } = view;
  return {
    ...fields,
    ...{ type: "modal" as const, team_id: team.id, app_id: app.id, bot_id: app.botId },
    app_installed_team_id: team.id,
  };
}

function answered(state: SlackState, view: SlackView) {
  return { ...shownView(state, view), state: { values: {} } };
}
