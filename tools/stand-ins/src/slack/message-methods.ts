import type { ChatPostEphemeralResponse, ChatPostMessageResponse, ChatUpdateResponse } from "@slack/web-api";
import { checkMessageBlocks, withBlockIds } from "./block-kit.ts";
import { conversationFor } from "./conversations.ts";
import { blocksOf, flagOf, type SlackExchange, textOf } from "./exchange.ts";
import { newTs, refuse, type SlackMessage, type SlackState } from "./state.ts";

/** Longer texts of a new message are cut. "chat.postMessage" */
const longestText = 40_000;
/** Longer texts of an update are refused. "chat.update" */
const longestUpdate = 4_000;

/** https://docs.slack.dev/reference/methods/chat.postMessage */
export function chatPostMessage(exchange: SlackExchange) {
  const { state } = exchange;
  const { text = "", blocks } = contentOf(exchange);
  const channel = conversationFor(state, textOf(exchange, "channel"));
  const message = {
    channel,
    ts: newTs(),
    user: state.app.botUserId,
    text: text.slice(0, longestText),
    blocks: blocks ?? [],
    updates: 0,
    ...optional(exchange),
  };
  state.messages.push(message);
  const isCut = text.length > longestText;
  return {
    ok: true,
    channel,
    ts: message.ts,
    message: shownMessage(state, message),
    ...(isCut && { warning: "message_truncated", response_metadata: { warnings: ["message_truncated"] } }),
  } satisfies Answer<ChatPostMessageResponse>;
}

/**
 * Changes a message of the app. A `text` without `blocks` removes the blocks, and marks the message as edited. `blocks`
 * without a `text` leave the text. https://docs.slack.dev/reference/methods/chat.update
 */
export function chatUpdate(exchange: SlackExchange) {
  const { state } = exchange;
  const { text, blocks } = contentOf(exchange, longestUpdate);
  const channel = textOf(exchange, "channel");
  const known = state.channels.get(channel);
  if (!known && !state.directMessages.some(({ id }) => id === channel)) refuse("channel_not_found");
  if (known?.isPrivate && !known.isMember) refuse("channel_not_found");
  if (known?.isArchived) refuse("is_inactive");
  const ts = textOf(exchange, "ts");
  const message = state.messages.find((one) => one.channel === channel && one.ts === ts);
  if (!message) return refuse("message_not_found");
  if (message.user !== state.app.botUserId) refuse("cant_update_message");
  if (text !== undefined) message.text = text;
  message.blocks = blocks ?? [];
  message.updates += 1;
  if (blocks === undefined) message.edited = { user: state.app.botUserId, ts: newTs() };
  return {
    ok: true,
    channel,
    ts,
    text: message.text,
    message: shownMessage(state, message),
  } satisfies Answer<ChatUpdateResponse>;
}

/** https://docs.slack.dev/reference/methods/chat.postEphemeral */
export function chatPostEphemeral(exchange: SlackExchange) {
  const { state } = exchange;
  const { text = "", blocks = [] } = contentOf(exchange, longestUpdate);
  const channel = conversationFor(state, textOf(exchange, "channel"));
  const toUserId = textOf(exchange, "user");
  const direct = state.directMessages.find(({ id }) => id === channel);
  const user = state.users.get(toUserId);
  if (!user || user.deleted || (direct && direct.userId !== toUserId)) refuse("user_not_in_channel");
  const ts = newTs();
  const more = optional(exchange);
  state.ephemeralMessages.push({ channel, ts, user: state.app.botUserId, toUserId, text, blocks, ...more });
  return { ok: true, message_ts: ts } satisfies ChatPostEphemeralResponse;
}

/** The type without Slack's own types of blocks, which are enumerations of all known blocks. */
type Answer<Response extends { message?: object }> = Omit<Response, "message"> & {
  message?: Omit<NonNullable<Response["message"]>, "blocks">;
};

function contentOf(exchange: SlackExchange, longest = Number.POSITIVE_INFINITY) {
  const given = textOf(exchange, "text");
  const blocks = blocksOf(exchange);
  if (given === "" && !blocks?.length) refuse("no_text");
  if (given.length > longest) refuse("msg_too_long");
  checkMessageBlocks(blocks ?? []);
  const text = exchange.parameters["text"] === undefined ? undefined : given;
  return { text, blocks: blocks && withBlockIds(blocks) };
}

function optional(exchange: SlackExchange) {
  const thread = textOf(exchange, "thread_ts");
  const links = flagOf(exchange, "unfurl_links");
  const media = flagOf(exchange, "unfurl_media");
  return {
    ...(thread !== "" && { thread_ts: thread }),
    ...(links !== undefined && { unfurl_links: links }),
    ...(media !== undefined && { unfurl_media: media }),
  };
}

/** A message as in answers and in clicks. https://docs.slack.dev/reference/events/message */
export function shownMessage({ app, team }: SlackState, message: SlackMessage) {
  const { user, ts, text, blocks, thread_ts, edited } = message;
  return {
    ...{ type: "message", user, ts, text, team: team.id },
    ...(user === app.botUserId && { bot_id: app.botId, app_id: app.id }),
    ...(blocks.length > 0 && { blocks }),
    ...(thread_ts && { thread_ts }),
    ...(edited && { edited }),
  };
}
