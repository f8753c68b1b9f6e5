import { refuse, type SlackBlock, type SlackState, type SlackToken } from "./state.ts";

/** A call of a Web API method. `parameters` are the arguments, with JSON in texts parsed. */
export type SlackExchange = {
  state: SlackState;
  token: SlackToken;
  parameters: Record<string, unknown>;
};

/** The arguments that are JSON within a form. */
const inJson = new Set(["blocks", "attachments", "metadata", "view"]);

/**
 * The arguments of a form or a JSON body. A text that should be JSON and is not, stays a text.
 * https://docs.slack.dev/apis/web-api
 */
export function parametersOf(contentType: string, body: string): Record<string, unknown> {
  if (contentType.includes("application/json")) return Object(parsed(body));
  return Object.fromEntries(
    [...new URLSearchParams(body)].map(([name, text]) => [name, inJson.has(name) ? parsed(text) : text]),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** An argument as a text; empty if missing. */
export function textOf({ parameters }: SlackExchange, name: string): string {
  const value = parameters[name];
  return typeof value === "string" ? value : "";
}

/** An argument as a truth value; undefined if missing. */
export function flagOf({ parameters }: SlackExchange, name: string): boolean | undefined {
  const value = parameters[name];
  return value === undefined ? undefined : value === true || value === "true" || value === "1";
}

/** The argument `blocks`; undefined if missing. */
export function blocksOf({ parameters: { blocks } }: SlackExchange): SlackBlock[] | undefined {
  if (blocks === undefined) return undefined;
  const isList =
    Array.isArray(blocks) && blocks.every((block) => typeof block === "object" && block !== null);
  return isList ? (blocks as SlackBlock[]) : refuse("invalid_blocks_format");
}

/** Refuses a token without all of these scopes. The form is in every method page, "missing_scope". */
export function requireScopes({ scopes }: SlackToken, needed: string[]): void {
  const missing = needed.filter((scope) => !scopes.includes(scope));
  if (missing.length > 0) refuse("missing_scope", { needed: missing.join(","), provided: scopes.join(",") });
}
