import { refused, type SymError } from "./errors.ts";

/** Copied JSON. Its objects have no prototype, so code can read only the payload's own keys. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

// A payload of Sym is about 3 KB; a prompt field holds a few paragraphs at most. Lambda itself would accept 6 MB.
const limits = { characters: 256 * 1024, depth: 32, values: 10_000 };

/** Copies a payload. Refuses a payload that is too large, too deep or not JSON. */
export function boundedCopy(input: unknown): Json {
  let characters = 0;
  let values = 0;

  function text(value: string): string {
    characters += value.length;
    if (characters > limits.characters) throw tooMuch(`more than ${limits.characters} characters of text`);
    return value;
  }

  function copy(value: unknown, depth: number): Json {
    values += 1;
    if (values > limits.values) throw tooMuch(`more than ${limits.values} values`);
    if (depth > limits.depth) throw tooMuch(`more than ${limits.depth} levels of nesting`);
    if (value === null || typeof value === "boolean" || typeof value === "number") return value;
    if (typeof value === "string") return text(value);
    if (Array.isArray(value)) return Array.from(value, (item) => copy(item, depth + 1));
    if (typeof value !== "object") throw tooMuch(`a ${typeof value}, which JSON does not have`);
    const result: { [key: string]: Json } = Object.create(null);
    for (const key of Object.keys(value))
      result[text(key)] = copy((value as Record<string, unknown>)[key], depth + 1);
    return result;
  }

  return copy(input, 0);
}

function tooMuch(what: string): SymError {
  return refused(`Payload refused: the payload has ${what}, unlike an event from Sym; check the sender`, {
    path: "",
  });
}
