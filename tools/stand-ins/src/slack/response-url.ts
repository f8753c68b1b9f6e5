import { checkMessageBlocks, withBlockIds } from "./block-kit.ts";
import { blocksOf, flagOf, type SlackExchange, textOf } from "./exchange.ts";
import { newTs, refuse, type SlackState } from "./state.ts";

/**
 * A message by a response_url, which needs no token: ephemeral unless `response_type` is `in_channel`, or in place of the
 * message of the click. Five uses, within 30 minutes.
 * https://docs.slack.dev/interactivity/handling-user-interaction, "Message responses"; the errors from memory.
 */
export function answerResponseUrl(state: SlackState, id: string, parameters: Record<string, unknown>): void {
  const target = state.responseUrls.get(id) ?? refuse("expired_url");
  if (target.usesLeft === 0) refuse("used_url");
  const exchange: SlackExchange = { state, token: { scopes: [], isRevoked: false }, parameters };
  if (flagOf(exchange, "delete_original")) {
    target.usesLeft -= 1;
    state.messages = state.messages.filter(({ ts }) => ts !== target.ts);
    state.ephemeralMessages = state.ephemeralMessages.filter(({ ts }) => ts !== target.ts);
    return;
  }
  const text = textOf(exchange, "text");
  const blocks = blocksOf(exchange) ?? [];
  if (text === "" && blocks.length === 0) refuse("no_text");
  checkMessageBlocks(blocks);
  target.usesLeft -= 1;
  const content = { text, blocks: withBlockIds(blocks) };
  const { channel, userId: toUserId, ts } = target;
  if (flagOf(exchange, "replace_original") && replace(state, ts, content)) return;
  const message = { channel, ts: newTs(), user: state.app.botUserId, ...content };
  if (textOf(exchange, "response_type") === "in_channel") state.messages.push({ ...message, updates: 0 });
  else state.ephemeralMessages.push({ ...message, toUserId });
}

/** Whether there was a message to replace. A slash command has no message. */
function replace(state: SlackState, ts: string | undefined, content: object): boolean {
  const message = state.messages.find((one) => one.ts === ts);
  if (message) message.updates += 1;
  const original = message ?? state.ephemeralMessages.find((one) => one.ts === ts);
  if (original) Object.assign(original, content);
  return original !== undefined;
}
