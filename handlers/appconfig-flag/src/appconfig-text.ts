// Changes a single value of a JSON text and keeps every other byte: the document is not ours, and parsing and rewriting
// would round numbers of more than 16 digits.

const tokens = /"(?:[^"\\]|\\.)*"|[^\s{}[\]:,"]+|[{}[\]:,]/g;

/** Replaces a value by a word, for example `true`. `path`: the value's keys from the outside in; all must exist. */
export function replaceValue(text: string, path: string[], word: string): string {
  const found = lastTokenAt(text, path);
  return found ? text.slice(0, found.start) + word + text.slice(found.end) : text;
}

/** Inserts a member at the start of an object. `path`: the object's keys from the outside in; all must exist. */
export function insertFirst(text: string, path: string[], member: string): string {
  const found = lastTokenAt(text, path);
  if (!found) return text;
  const rest = text.slice(found.end);
  return `${text.slice(0, found.end)}${member}${/^\s*\}/.test(rest) ? "" : ","}${rest}`;
}

/** The first token of the value at a path. If a key occurs twice, the last occurrence counts. */
function lastTokenAt(text: string, path: string[]): { start: number; end: number } | undefined {
  const keys: string[] = [];
  let last = "";
  let isNext = false;
  let found: { start: number; end: number } | undefined;
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if (isNext) found = { start: index, end: index + token.length };
    isNext = false;
    if (token === "{" || token === "[") keys.push("");
    else if (token === "}" || token === "]") keys.pop();
    else if (token === ":") {
      keys[keys.length - 1] = JSON.parse(last);
      isNext = keys.length === path.length && keys.every((key, depth) => key === path[depth]);
    } else last = token;
  }
  return found;
}
