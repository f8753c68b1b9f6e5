// Refused names, and the workspace after a refusal. The tests in ../fork check the new handlers themselves.
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { apply } from "./new-handler/apply.ts";
import { copyWorkspace } from "./workspace-copy.test-support.ts";

const copy = copyWorkspace();
const installed = "tools/workspace/node_modules";
symlinkSync(path.resolve(installed), path.join(copy.folder, installed));
afterAll(() => copy.remove());

const make = (args: string) => copy.run(`node tools/workspace/src/new-handler.ts ${args}`);
const snapshot = () =>
  readdirSync(copy.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort()
    .map((file) => `${file}\n${readFileSync(file, "utf8")}`);

const refusals: [args: string, reason: string][] = [
  ["", "Give one name for the new handler, such as npm run new-handler -- okta-group."],
  ["okta group", "Give one name for the new handler"],
  ["okta-group --form iam-group", 'Unknown arguments "okta-group --form iam-group"'],
  [
    "okta-group --from okta",
    'No handler "okta" exists to copy. Choose from: appconfig-flag, github-team, iam-group,',
  ],
  ["okta-group --from ../packages", 'No handler "../packages" exists to copy'],
  [
    "Okta-Group",
    '"Okta-Group" cannot be the name of a handler. Use small letters, digits and single hyphens',
  ],
  ["2nd-group", '"2nd-group" cannot be the name'],
  ["okta_group", '"okta_group" cannot be the name'],
  ["okta--group", '"okta--group" cannot be the name'],
  ["okta-group-", '"okta-group-" cannot be the name'],
  ["../okta-group", '"../okta-group" cannot be the name'],
  ["@sym/okta-group", '"@sym/okta-group" cannot be the name'],
  ["öl-group", '"öl-group" cannot be the name'],
  ["g23456789-123456789-123456789", "has 29 characters. Use at most 28"],
  [
    "class",
    '"class" is a reserved word of TypeScript or Terraform. Choose another name, such as class-access.',
  ],
  ["for-each", '"for-each" is a reserved word'],
  ["iam-group", '"iam-group" is taken: handlers/iam-group exists.'],
  ["lambda-core", '"lambda-core" is taken: packages/lambda-core exists.'],
  ["settings", '"settings" is taken: examples/door-badge/src/resolve.ts uses this name.'],
  [
    "iam-lookup --from iam-group",
    '"iam-lookup" is taken: handlers/iam-group/src/iam-lookup.ts uses this name.',
  ],
  [
    "create-json-client",
    '"create-json-client" is taken: examples/door-badge/src/door-badge.ts uses this name.',
  ],
  ["connector", '"connector" is taken: infra/aws has the file connector.tf already.'],
  ["name-prefix", '"name-prefix" is taken: infra/aws has variable name_prefix already.'],
  ["flow", '"flow" is taken: packages/flow exists.'],
  ["iam-group-choice", '"iam-group-choice" is taken: infra/sym has resource "sym_target" iam_group_choice'],
  ["static", '"static" is a reserved word'],
];

test.each(refusals)("new-handler %s is refused with the reason", async (args, reason) => {
  await expect(make(args)).rejects.toThrow(reason);
});

test("a refused name changes no file, nor does an unexpected list of handlers", async () => {
  const before = snapshot();
  const flow = path.join(copy.folder, "infra/sym/flow.tf");
  const text = readFileSync(flow, "utf8");
  writeFileSync(flow, "");
  await expect(make("okta-group")).rejects.toThrow("infra/sym/flow.tf has no list of handlers");
  writeFileSync(flow, text);
  for (const [args] of refusals.slice(-3)) await expect(make(args)).rejects.toThrow();
  expect(snapshot()).toEqual(before);
});

test("if the last file cannot be moved to its place, all other files stay unchanged", () => {
  const blocked = path.join(copy.folder, "blocked");
  mkdirSync(path.join(blocked, "by-this"), { recursive: true });
  const before = snapshot();
  const files = {
    "handlers/okta-group/README.md": "new",
    "README.md": "changed",
    "infra/new.tf": "",
    blocked: "",
  };
  expect(() => apply(copy.folder, "handlers/okta-group", files)).toThrow("EISDIR");
  expect([snapshot(), readdirSync(path.join(copy.folder, "handlers"))]).toEqual([
    before,
    expect.not.arrayContaining(["okta-group"]),
  ]);
  rmSync(blocked, { recursive: true });
});

test("the name of an existing handler is refused, and --help prints the usage", async () => {
  expect(await make("--help")).toContain("npm run new-handler -- <name> [--from <handler>]");
  expect(await make("-- badge-door")).toContain("Three places to change");
  const readme = readFileSync(path.join(copy.folder, "handlers/badge-door/README.md"), "utf8");
  expect(readme).toContain("npm test -- handlers/badge-door\n");
  await expect(make("badge-door")).rejects.toThrow("handlers/badge-door exists");
  expect(await make("badge-gate --from badge-door")).toContain("a copy of badge-door");
  expect(await make("gate")).toContain("handlers/gate is a copy of");
  await expect(make("gate-door --from gate")).rejects.toThrow('"gate" cannot be copied');
});
