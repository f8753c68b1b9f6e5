// docs/fault-kinds.md names a test for each kind of fault and each handler: those tests must be there.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./markdown.ts";

const page = readFileSync(join(root, "docs/fault-kinds.md"), "utf8");
const named = [...page.matchAll(/`([^`]+)` \(\[[^\]]+\]\(\.\.\/([^)]+)\)\)/g)].map(
  ([, title = "", file = ""]) => ({ title, file }),
);

test("each section of the kinds of faults has a row for each handler", () => {
  const handlers = readdirSync(join(root, "handlers")).filter((name) =>
    existsSync(join(root, "handlers", name, "package.json")),
  );
  for (const section of page.split("\n## ").slice(1))
    expect(
      [...section.matchAll(/^\| ([a-z-]+) \| (?=\S)/gm)].map(([, name]) => name).sort(),
      section.split("\n")[0],
    ).toEqual([...handlers].sort());
});

test("each test that the kinds of faults name is there", () => {
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter(({ title, file }) => !isTitleIn(file, title))).toEqual([]);
});

/** Whether a file has a test of this title, or takes it from a shared file. What a test fills in is `…`. */
function isTitleIn(file: string, title: string): boolean {
  const own = existsSync(join(root, file)) ? readFileSync(join(root, file), "utf8") : "";
  const shared = [...own.matchAll(/@sym\/local-lambda\/([\w-]+\.test-support)/g)].map(([, name]) =>
    readFileSync(join(root, `tools/local-lambda/src/${name}.ts`), "utf8"),
  );
  const text = [own, ...shared].join("\n").replace(/\$\{[^}]*\}/g, "…");
  return text.includes(`"${title}"`) || text.includes(`\`${title}\``);
}
