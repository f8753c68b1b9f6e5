import { decode, encode, type SourceMapSegment } from "@jridgewell/sourcemap-codec";
import { type Node, parse } from "acorn";

/**
 * Puts each arrow function of a bundle into parentheses, and moves the mappings of its source map along. V8 reads an
 * arrow function to its end where it stands, and throws away what it has read; when the function is called, it reads it
 * again. Parentheses tell it to keep that. Async arrow functions are not told apart by them.
 * Source: V8's parser-base.h, `ParsePrimaryExpression`; https://v8.dev/blog/preparser#pife.
 */
export function withEagerArrows(code: string, sourceMap: string): { code: string; sourceMap: string } {
  const inserted = parentheses(parse(code, { ecmaVersion: "latest", allowReturnOutsideFunction: true }));
  let [eager, from] = ["", 0];
  for (const { at, text } of inserted) {
    eager += code.slice(from, at) + text;
    from = at;
  }
  return { code: eager + code.slice(from), sourceMap: moved(sourceMap, code, inserted) };
}

type Insertion = { at: number; text: "(" | ")" };

/** By position; where one arrow function ends and another begins, the end comes first. */
function parentheses(program: Node): Insertion[] {
  const arrows = within(program).filter(
    (node) => node.type === "ArrowFunctionExpression" && !("async" in node && node.async),
  );
  const ends = arrows.map(({ end }): Insertion => ({ at: end, text: ")" }));
  const starts = arrows.map(({ start }): Insertion => ({ at: start, text: "(" }));
  return [...ends, ...starts].sort((one, other) => one.at - other.at);
}

function within(node: Node): Node[] {
  const parts = Object.values(node).flat().filter(isNode);
  return [node, ...parts.flatMap(within)];
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}

function moved(sourceMap: string, code: string, inserted: Insertion[]): string {
  const map = JSON.parse(sourceMap);
  const segments = decode(map.mappings);
  let start = 0;
  const lines = code.split("\n").map((line, number) => {
    const columns = inserted.map(({ at }) => at - start).filter((at) => at >= 0 && at <= line.length);
    start += line.length + 1;
    let shift = 0;
    return (segments[number] ?? []).map(([column, ...rest]) => {
      while ((columns[shift] ?? Number.POSITIVE_INFINITY) <= column) shift += 1;
      return [column + shift, ...rest] as SourceMapSegment;
    });
  });
  return JSON.stringify({ ...map, mappings: encode(lines) });
}
