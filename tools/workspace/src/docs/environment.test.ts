// The README of a handler lists the variables that the handler's Terraform sets.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./markdown.ts";

const deployed = [
  ...readdirSync(join(root, "handlers")).map((name) => [`handlers/${name}`, `infra/aws/${name}.tf`] as const),
  ["examples/door-badge", "examples/door-badge/infra/aws.tf"] as const,
];

test.each(deployed)("the README of %s lists each variable that %s sets", (folder, terraform) => {
  const readme = readFileSync(join(root, folder, "README.md"), "utf8");
  const text = readFileSync(join(root, terraform), "utf8");
  const variables = [...text.matchAll(/(?<=^|\{) *([A-Z][A-Z_]+) += /gm)].map(([, name]) => name);
  expect(variables.filter((name) => !readme.includes(`| \`${name}\` |`))).toEqual([]);
});
