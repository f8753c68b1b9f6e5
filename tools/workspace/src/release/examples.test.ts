// The examples that take the modules by git name one release: that of the workspace's version.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../bundle.ts";
import { filesWithTag, otherTags } from "./examples.ts";
import { version } from "./version.ts";

/** Before the first release, the examples name the first release. */
const tag = version === "0.0.0" ? "v0.1.0" : `v${version}`;
const roots = filesWithTag().filter((file) => file.endsWith("/main.tf"));

test("the examples name the release of the workspace's version, and no other", () => {
  expect(roots).toHaveLength(2);
  expect(otherTags(tag)).toEqual([]);
});

test.each(roots)("each module of %s comes from this repository, by git and with the tag", (file) => {
  const text = readFileSync(join(root, file), "utf8");
  const sources = [...text.matchAll(/^module .*\{\n +source += "(.*)"$/gm)].map(([, source]) => source);
  expect(sources).toHaveLength(text.match(/^module /gm)?.length ?? 0);
  for (const source of sources) {
    const [, folder = ""] =
      /^git::https:\/\/github\.com\/OWNER\/sym-handlers\.git\/\/(infra\/modules\/\w+)\?ref=v[\d.]+$/.exec(
        source ?? "",
      ) ?? [];
    expect(existsSync(join(root, folder, "versions.tf")), source).toBe(true);
    expect(source).toContain(`?ref=${tag}`);
  }
});
