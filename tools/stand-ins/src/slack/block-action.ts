import type { BlockAction } from "@slack/bolt";
import { shownMessage } from "./message-methods.ts";
import {
  channelOf,
  findElement,
  findView,
  newResponseUrl,
  type SlackElement,
  viewWith,
  whoAndWhere,
} from "./payload-parts.ts";
import type { SlackSending } from "./sending.ts";
import { newTs, type SlackBlock, type SlackMessage, type SlackStateValues, type SlackView } from "./state.ts";
import { optionOf, type SlackAnswers, type SlackOption, stateValues } from "./state-values.ts";
import type { SlackWorkspace } from "./workspace.ts";

/**
 * A click on an element of a message or of a view. The element comes from the message or the view, found by its ids;
 * `value` and `selectedOption` (an option, or the value of an option) replace its own. An unknown message has `blocks`, or
 * none. `answers` by action_id fill the state of the inputs.
 */
export type BlockActionClick = {
  user: string;
  actionId: string;
  blockId?: string;
  value?: string;
  selectedOption?: string | SlackOption;
  answers?: SlackAnswers;
  triggerId?: string;
} & (
  | { message: { channel: string; ts: string; blocks?: SlackBlock[] }; view?: never }
  | { view: string | SlackView; message?: never }
);

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
export function blockActionPayload(
  workspace: SlackWorkspace,
  url: string,
  click: BlockActionClick,
  sending: SlackSending,
) {
  const place = click.message
    ? inMessage(workspace, url, click.user, click.message, click.answers)
    : inView(workspace, findView(workspace, click.view), click.answers);
  const { blocks, values, viewId, ...rest } = place;
  const payload = {
    ...{ type: "block_actions" as const, ...whoAndWhere(workspace, click.user, sending), ...rest },
    trigger_id: click.triggerId ?? workspace.newTrigger(click.user, viewId),
    actions: [actionOf(blocks, click)],
    ...(!viewId && { state: { values } }),
  };
  return payload satisfies Typed;
}

/** Bolt's type, without what is open here; a click in a view has no response_url. */
type Typed = Omit<BlockAction, "actions" | "state" | "view" | "response_url">;

function inMessage(
  workspace: SlackWorkspace,
  url: string,
  userId: string,
  clicked: { channel: string; ts: string; blocks?: SlackBlock[] },
  answers: SlackAnswers = {},
) {
  const { ts } = clicked;
  const channel = channelOf(workspace, clicked.channel);
  const isSame = (one: { channel: string; ts: string }) => one.ts === ts && one.channel === channel.id;
  const ephemeral = workspace.ephemeralMessages.find(isSame);
  const known = workspace.messages.find(isSame) ?? (ephemeral && { ...ephemeral, updates: 0 });
  const unknown: SlackMessage = {
    ...{ channel: channel.id, ts, user: workspace.app.botUserId, text: "", blocks: [], updates: 0 },
  };
  const message = { ...(known ?? unknown), ...(clicked.blocks && { blocks: clicked.blocks }) };
  return {
    container: {
      ...{ type: "message", message_ts: ts, channel_id: channel.id },
      is_ephemeral: ephemeral !== undefined,
    },
    channel,
    // Slack does not send the content of an ephemeral message.
    ...(!ephemeral && { message: { ...shownMessage(workspace, message), type: "message" as const } }),
    response_url: newResponseUrl(workspace, url, { channel: channel.id, userId, ts }),
    blocks: message.blocks,
    values: stateValues(message.blocks, answers),
    viewId: undefined,
  };
}

function inView(workspace: SlackWorkspace, view: SlackView, answers: SlackAnswers = {}) {
  const values: SlackStateValues = stateValues(view.blocks, answers);
  return {
    container: { type: "view", view_id: view.id },
    view: viewWith(workspace, view, values),
    blocks: view.blocks,
    values,
    viewId: view.id,
  };
}

const noElement: Partial<SlackElement> = {};

/** The clicked element with what the person chose. */
function actionOf(blocks: SlackBlock[], { actionId, blockId, value, selectedOption }: BlockActionClick) {
  const found = findElement(blocks, actionId, blockId);
  const { type = "button", text, style, value: own } = found?.element ?? noElement;
  const option =
    typeof selectedOption === "string" ? optionOf(found?.element, selectedOption) : selectedOption;
  const chosen = option ? { selected_option: option } : { value: value ?? own };
  return {
    ...{ type: option && !found ? "static_select" : type, action_id: actionId },
    block_id: blockId ?? found?.blockId ?? "",
    ...(text !== undefined && { text }),
    ...(style !== undefined && { style }),
    ...chosen,
    action_ts: newTs(),
  };
}
