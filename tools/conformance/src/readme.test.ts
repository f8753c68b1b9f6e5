import { readFileSync } from "node:fs";
import path from "node:path";
import { workspaceRoot } from "@sym/local-lambda/handler-bundles";
import { expect, test } from "vitest";
import { planted } from "./planted-faults.test-support.ts";
import { scenes } from "./scenes.ts";

const read = (file: string) => readFileSync(path.join(workspaceRoot, file), "utf8");
const readme = read("tools/conformance/README.md");

/** The rows below this table head. */
function table(head: string): string[] {
  const [, rest = ""] = readme.split(`${head}\n|---|---|\n`);
  return rest.split("\n\n")[0]?.trim().split("\n") ?? [];
}

test("the README lists every scene with its promise", () => {
  expect(table("| Scene | Promise |")).toEqual(scenes.map(({ name, promise }) => `| ${name} | ${promise} |`));
});

test("the README lists every planted fault with the failing scene", () => {
  expect(table("| In the copy | Scene that fails |")).toEqual(
    planted.map(({ fault, scene }) => `| ${fault} | ${scene} |`),
  );
});

test("the README shows iam-group's sandbox/conformance.ts", () => {
  expect(readme).toContain(read("handlers/iam-group/sandbox/conformance.ts"));
});
