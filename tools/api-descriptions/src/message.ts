import { type Description, descriptionOf, type Message, resolve, type Schema } from "./description.ts";
import { schemaViolations } from "./schema-violations.ts";
import { readText } from "./typed.ts";
import type { Violation } from "./violation.ts";

export type Found = Pick<Violation, "at" | "says" | "value">;

/** A sent message: the texts outside of the body, and the body as a value. `undefined`: no body was sent. */
export type SentMessage = Record<"path" | "query" | "header", Record<string, string>> & { body: unknown };

/** A query parameter without a description is a violation; a header without a description is allowed. */
export function messageViolations(
  system: string,
  { parameters = [], body, raw }: Message,
  sent: SentMessage,
): Found[] {
  const description = descriptionOf(system);
  const inParameters = parameters.flatMap((one) => {
    const name = one.in === "header" ? one.name.toLowerCase() : one.name;
    const text = sent[one.in][one.in === "path" ? name.replaceAll("-", "_") : name];
    const at = `${one.in} ${one.name}`;
    if (text === undefined) return one.required ? [{ at, says: "must be there", value: "" }] : [];
    return valueViolations(system, one.schema, readText(resolve(description, one.schema), text), at);
  });
  const named = parameters.filter((one) => one.in === "query").map(({ name }) => name);
  const unknown = Object.keys(sent.query).filter((name) => !named.includes(name));
  const inQuery = unknown.map((name) => ({
    at: `query ${name}`,
    says: "is not described",
    value: sent.query[name] ?? "",
  }));
  return [...inParameters, ...inQuery, ...(raw ? [] : bodyViolations(description, system, body, sent.body))];
}

function bodyViolations(
  description: Description,
  system: string,
  schema: Schema | undefined,
  body: unknown,
): Found[] {
  if (schema)
    return body === undefined && isOptional(description, schema)
      ? []
      : valueViolations(system, schema, body, "");
  return body === undefined ? [] : [{ at: "", says: "must have no body", value: show(body) }];
}

/** A body without required fields may be left out. */
function isOptional(description: Description, schema: Schema): boolean {
  return [resolve(description, schema)["required"] ?? []].flat().length === 0;
}

/** `prefix` is the place of the value in the message. */
export function valueViolations(system: string, schema: Schema, value: unknown, prefix: string): Found[] {
  if (value === undefined) return [{ at: prefix, says: "must have a body", value: "" }];
  return schemaViolations(system, schema, value).map(({ at, says, pointer }) => ({
    at: prefix + at,
    says,
    value: show(valueAt(value, pointer)),
  }));
}

function valueAt(value: unknown, pointer: string): unknown {
  const steps = pointer.split("/").slice(1);
  return steps.reduce((inner, step) => (inner as Record<string, unknown>)?.[unescaped(step)], value);
}

function unescaped(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}

const longest = 160;

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? "";
  return text.length > longest ? `${text.slice(0, longest)}...` : text;
}
