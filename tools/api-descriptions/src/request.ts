import type { Exchange } from "@sym/stand-ins/kernel/record";
import { descriptionOf } from "./description.ts";
import type { FoundOperation } from "./find-operation.ts";
import type { SentMessage } from "./message.ts";
import { readForm, typed } from "./typed.ts";

/** The request in the form of the description. */
export function requestOf(exchange: Exchange, { operation, path }: FoundOperation): SentMessage {
  const { headers, body } = exchange;
  const description = descriptionOf(exchange.system);
  const query = Object.fromEntries(new URL(exchange.path, "http://system").searchParams);
  if (description.protocol !== "query")
    return { path, query, header: headers, body: operation.raw ? undefined : readJson(body) };
  const { Action: _action, Version: _version, ...form } = readForm(body);
  const sent = operation.body ? typed(description, operation.body, form) : undefined;
  return { path, query, header: headers, body: sent };
}

/** Undefined for an empty text. Text that is not JSON stays text, and so violates every schema. */
export function readJson(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
