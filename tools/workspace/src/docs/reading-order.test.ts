// The README of a handler names its source files in the order in which to read them, and the minutes for all of them. A
// new handler's README may leave that out.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./markdown.ts";

const wordsPerMinute = 200;

const readmeOf = (handler: string) => readFileSync(join(root, "handlers", handler, "README.md"), "utf8");
const handlers = readdirSync(join(root, "handlers")).filter((handler) =>
  readmeOf(handler).includes("Reading order"),
);

for (const handler of handlers)
  test(`the README of ${handler} names every source file, and the minutes to read them`, () => {
    const folder = join(root, "handlers", handler);
    const files = readdirSync(join(folder, "src")).filter((name) => /^[\w-]+\.ts$/.test(name));
    const [line = "", minutes] = /^Reading order, about (\d+) minutes .*$/m.exec(readmeOf(handler)) ?? [];
    const named = [...line.matchAll(/\(src\/([\w-]+\.ts)\)/g)].map(([, name]) => name);
    expect(named.toSorted()).toEqual(files.toSorted());
    const words = files.flatMap((name) =>
      readFileSync(join(folder, "src", name), "utf8")
        .trim()
        .split(/\s+/),
    );
    expect(Math.abs(words.length / wordsPerMinute - Number(minutes))).toBeLessThanOrEqual(1);
  });

test("the smallest example has 100 lines or fewer, with its test", () => {
  const folder = join(root, "examples/door-badge");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    /^(src|sandbox)\/.*\.ts$/.test(name),
  );
  expect(files).toHaveLength(5);
  const lines = files.flatMap((name) => readFileSync(join(folder, name), "utf8").trimEnd().split("\n"));
  expect(lines.length).toBeLessThanOrEqual(100);
});
