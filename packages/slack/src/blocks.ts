// Blocks of Slack's Block Kit. Texts of people and of handlers are rich text, whose parts Slack never interprets: no mention, no
// link and no markup arises from them. Source: "Rich text block" in Slack's reference.
import type { ActionsBlock, Button, ContextBlock, RichTextBlock, RichTextText } from "@slack/types";

/** A part of a paragraph: text, or text in bold. */
type Part = string | { bold: string };

/** A paragraph of literal text. */
export function paragraph(...parts: Part[]): RichTextBlock {
  const elements = parts.map((part): RichTextText => {
    if (typeof part === "string") return { type: "text", text: part };
    return { type: "text", text: part.bold, style: { bold: true } };
  });
  return { type: "rich_text", elements: [{ type: "rich_text_section", elements }] };
}

/** A quotation of literal text. */
export function quotation(text: string): RichTextBlock {
  return { type: "rich_text", elements: [{ type: "rich_text_quote", elements: [{ type: "text", text }] }] };
}

/** A small line under a message. */
export function footnote(text: string): ContextBlock {
  return { type: "context", elements: [{ type: "plain_text", text, emoji: false }] };
}

/** A button about a request. Its value is the request's id. */
export function button(text: string, action: string, request: string, style?: "primary" | "danger"): Button {
  return {
    type: "button",
    text: { type: "plain_text", text, emoji: false },
    action_id: action,
    value: request,
    ...(style && { style }),
  };
}

export function actions(...elements: Button[]): ActionsBlock {
  return { type: "actions", elements };
}

/** An escaped character has up to five characters, and `chat.update` takes 4,000. */
const longestNotification = 750;

/**
 * The text of a message's notification, a field that Slack interprets: escaped, and cut. Blocks have the whole text. Source:
 * "Formatting text for app surfaces", "Escaping text".
 */
export function notificationText(text: string): string {
  const short = cut(text, longestNotification);
  return short.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** A text of at most `most` characters, with an ellipsis in place of the rest. */
export function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
