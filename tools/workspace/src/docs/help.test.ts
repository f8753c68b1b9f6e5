// The help of each command of the workspace that is our own.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./markdown.ts";

const scripts: Record<string, string> = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).scripts;
const own = Object.entries(scripts).flatMap(([name, command]) => {
  const [, file] = / node (tools\/\S+\.ts)$/.exec(command) ?? [];
  return file === undefined ? [] : [{ name, file }];
});

test("the workspace has commands of its own", () => expect(own.length).toBeGreaterThan(8));

test.each(own)("npm run $name -- --help fits 80 columns and has an example", ({ name, file }) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, "--help"], {
    cwd: root,
    encoding: "utf8",
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
  const last = stdout.trimEnd().split("\n\n").at(-1);
  expect(last).toMatch(new RegExp(`^  npm run ${name}\\b(?!.*[<\\[])`));
});
