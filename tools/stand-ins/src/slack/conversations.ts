import type { ConversationsOpenResponse } from "@slack/web-api";
import { type SlackExchange, textOf } from "./exchange.ts";
import { refuse, type SlackState, slackId } from "./state.ts";

/**
 * Opens the direct message with a single user. https://docs.slack.dev/reference/methods/conversations.open
 */
export function conversationsOpen(exchange: SlackExchange) {
  const { state } = exchange;
  const users = textOf(exchange, "users").split(",").filter(Boolean);
  if (users.length > 8) refuse("too_many_users");
  if (users.length > 1)
    refuse("missing_scope", { needed: "mpim:write", provided: exchange.token.scopes.join(",") });
  const [userId = refuse("users_list_not_supplied")] = users;
  const user = state.users.get(userId) ?? refuse("user_not_found");
  if (user.deleted) refuse("user_disabled");
  const isOpen = state.directMessages.some((direct) => direct.userId === userId);
  return {
    ok: true,
    ...(isOpen && { no_op: true, already_open: true }),
    channel: { id: directMessage(state, userId) },
  } satisfies ConversationsOpenResponse;
}

/**
 * The conversation that a message goes to: a channel by its id or its name, a direct message by its id, or a user, which
 * opens the direct message. Errors: "chat.postMessage". A private channel that the bot is not in, is not found.
 */
export function conversationFor(state: SlackState, named: string): string {
  const byName = [...state.channels.values()].find(({ name }) => `#${name}` === named || name === named);
  const channel = state.channels.get(named) ?? byName;
  if (channel === undefined) return directFor(state, named);
  if (channel.isPrivate && !channel.isMember) refuse("channel_not_found");
  if (channel.isArchived) refuse("is_archived");
  if (!channel.isMember) refuse("not_in_channel");
  return channel.id;
}

function directFor(state: SlackState, named: string): string {
  if (state.directMessages.some(({ id }) => id === named)) return named;
  const user = state.users.get(named);
  const isReachable = user !== undefined && !user.deleted && user.id !== state.app.botUserId;
  return isReachable ? directMessage(state, user.id) : refuse("channel_not_found");
}

/** The id of the direct message with a user, which opens if needed. */
function directMessage(state: SlackState, userId: string): string {
  const known = state.directMessages.find((direct) => direct.userId === userId);
  if (known) return known.id;
  const id = slackId("D");
  state.directMessages.push({ id, userId });
  return id;
}
