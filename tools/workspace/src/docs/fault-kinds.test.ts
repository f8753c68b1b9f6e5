// docs/fault-kinds.md names a test for each kind of fault and each handler of this repository: these tests must exist. A
// copy of the workspace may add handlers, and remove some.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./markdown.ts";

const page = readFileSync(join(root, "docs/fault-kinds.md"), "utf8");
const named = [...page.matchAll(/`([^`]+)` \(\[[^\]]+\]\(\.\.\/([^)]+)\)\)/g)].map(
  ([, title = "", file = ""]) => ({ title, file }),
);

test("each kind of fault has a row for each handler", () => {
  const [first = "", ...others] = page.split("\n## ").slice(1);
  expect(rowsOf(first).length).toBeGreaterThan(5);
  for (const section of others) expect(rowsOf(section), section.split("\n")[0]).toEqual(rowsOf(first));
});

test("each test that the kinds of faults name exists", () => {
  expect(named.length).toBeGreaterThan(40);
  const handlers = readdirSync(join(root, "handlers"));
  const isOfHere = (file: string) =>
    !file.startsWith("handlers/") || handlers.includes(file.split("/")[1] ?? "");
  const missing = named.filter(({ title, file }) => isOfHere(file) && !isTitleIn(file, title));
  expect(missing).toEqual([]);
});

function rowsOf(section: string): (string | undefined)[] {
  return [...section.matchAll(/^\| ([a-z-]+) \| (?=\S)/gm)].map(([, name]) => name);
}

/** Whether a file, or a shared file that it imports, has a test with this title. `…` stands for a test's values. */
function isTitleIn(file: string, title: string): boolean {
  const own = existsSync(join(root, file)) ? readFileSync(join(root, file), "utf8") : "";
  const shared = [...own.matchAll(/@sym\/local-lambda\/([\w-]+\.test-support)/g)].map(([, name]) =>
    readFileSync(join(root, `tools/local-lambda/src/${name}.ts`), "utf8"),
  );
  const text = [own, ...shared].join("\n").replace(/\$\{[^}]*\}/g, "…");
  return text.includes(`"${title}"`) || text.includes(`\`${title}\``);
}
