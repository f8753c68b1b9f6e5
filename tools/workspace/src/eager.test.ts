import { SourceMap } from "node:module";
import { transform } from "esbuild";
import { expect, test } from "vitest";
import { withEagerArrows } from "./eager.ts";

const noMap = JSON.stringify({ version: 3, sources: [], names: [], mappings: "" });

const cases = [
  { what: "one", code: "var a=x=>x+1;", eager: "var a=(x=>x+1);" },
  { what: "one within another", code: "var a=x=>y=>x;", eager: "var a=(x=>(y=>x));" },
  { what: "one as an argument", code: "f(()=>1,()=>2);", eager: "f((()=>1),(()=>2));" },
  { what: "one of a block", code: "a=>{b};", eager: "(a=>{b});" },
  {
    what: "an async one, which V8 does not take the hint for",
    code: "f(async()=>1)",
    eager: "f(async()=>1)",
  },
  { what: "one within an async one", code: "f(async()=>x=>1)", eager: "f(async()=>(x=>1))" },
  { what: "one in a class", code: "class A{b=()=>c}", eager: "class A{b=(()=>c)}" },
  { what: "text that looks like one", code: 'var a="x=>x";', eager: 'var a="x=>x";' },
];
for (const { what, code, eager } of cases)
  test(`parentheses and arrow functions: ${what}`, () => {
    expect(withEagerArrows(code, noMap).code).toBe(eager);
  });

test("the source map leads to the same places as before", async () => {
  const source = "f(`a\nb`, (x) => (y) => first, second);\ng(() => 1, () => third);\nfourth();\n";
  const { code, map } = await transform(source, { minify: true, sourcemap: "external", sourcefile: "a.js" });
  const eager = withEagerArrows(code, map);
  const place = (text: string, mapping: string, wanted: string) => {
    const before = text.slice(0, text.indexOf(wanted)).split("\n");
    const entry = new SourceMap(JSON.parse(mapping)).findEntry(before.length - 1, before.at(-1)?.length ?? 0);
    return "originalLine" in entry ? [entry.originalLine, entry.originalColumn] : [];
  };
  const places = ["first", "second", "third", "fourth"].map((wanted) =>
    place(eager.code, eager.sourceMap, wanted),
  );
  expect(places).toEqual(["first", "second", "third", "fourth"].map((wanted) => place(code, map, wanted)));
  expect(places.at(-1)).toEqual([3, 0]);
});
