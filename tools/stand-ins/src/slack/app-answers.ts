// What Slack does with the body of the app's answer to a submission and to a search.
import * as v from "valibot";
import { suggestedOptions } from "./block-elements.ts";
import type { SlackState, SlackView } from "./state.ts";
import type { SlackOption } from "./state-values.ts";
import { addView, changeView, givenView } from "./view-methods.ts";

type ResponseAction = { response_action?: string; errors?: Record<string, string>; view?: unknown };

/**
 * Changes the submitted modal as the body says: an empty body closes the modal, `clear` closes the whole stack, `errors`,
 * `update` and `push` keep the modal open. Throws for a body that Slack cannot use; the user then reads "We had some trouble
 * connecting" and the app learns nothing (slackapi/bolt-python#241).
 * https://docs.slack.dev/surfaces/modals, "Responding to submissions"
 */
export function afterSubmission(workspace: SlackState, view: SlackView, body: string): void {
  const {
    response_action: action,
    errors = {},
    view: next,
  }: ResponseAction = body === "" ? {} : JSON.parse(body);
  if (action === undefined) view.isOpen = false;
  else if (action === "clear") closeStack(workspace, view);
  else if (action === "errors") showErrors(view, errors);
  else if (action === "update") changeView(view, givenView(workspace, next, view), "response_action update");
  else if (action === "push")
    addView(workspace, view.userId, givenView(workspace, next), "response_action push", view);
  else throw new Error(`Slack knows no response_action ${action}. Use errors, update, push or clear.`);
}

function closeStack({ views }: SlackState, { root_view_id }: SlackView): void {
  for (const view of views) if (view.root_view_id === root_view_id) view.isOpen = false;
}

function showErrors(view: SlackView, errors: Record<string, string>): void {
  const inputs = view.blocks.flatMap(({ type, block_id }) => (type === "input" ? (block_id ?? []) : []));
  const unknown = Object.keys(errors).filter((id) => !inputs.includes(id));
  if (unknown.length > 0 || Object.keys(errors).length === 0)
    throw new Error(
      `Errors must name the modal's input blocks (${inputs.join(", ")}); found ${unknown.join(", ") || "none"}.`,
    );
  view.errors = errors;
}

/**
 * The options that a user sees after a search, from the body of the app's answer. Throws for an answer that Slack cannot
 * show: more than 100 options, or a text that is too long.
 * https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload
 */
export function optionsIn(body: string): SlackOption[] {
  const { options, option_groups: groups = [] } = v.parse(suggestedOptions, JSON.parse(body));
  return options ?? groups.flatMap((group) => group.options);
}
