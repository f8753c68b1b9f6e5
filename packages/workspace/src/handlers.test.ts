import { existsSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";

const root = new URL("../../../handlers/", import.meta.url).pathname;
const handlers = readdirSync(root);

/** What the names of a handler's own files begin with; all its other files have the names that every handler has. */
const own: Record<string, string[]> = {
  "iam-group": ["iam-"],
  "identity-center-group": ["identity-"],
  "github-team": ["github"],
  "feature-flag": ["feature-flag", "launchdarkly", "unleash", "appconfig"],
};
const notKept = ["node_modules", "dist", ".turbo"];

function filesOf(handler: string): string[] {
  const names = [handler, `${handler}/src`].flatMap((folder) =>
    readdirSync(`${root}${folder}`, { withFileTypes: true }).flatMap((entry) =>
      entry.isFile() ? `${folder.slice(handler.length + 1)}/${entry.name}` : [],
    ),
  );
  const folders = readdirSync(`${root}${handler}`, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() && !notKept.includes(entry.name) ? `${entry.name}/` : [],
  );
  const isOwn = (name: string) => (own[handler] ?? []).some((prefix) => name.startsWith(`src/${prefix}`));
  return [...names.filter((name) => !isOwn(name)), ...folders].sort();
}

test("every handler has the same files, except for those of its own system", () => {
  expect(handlers.toSorted()).toEqual(Object.keys(own).toSorted());
  const [first = "", ...others] = handlers;
  expect(filesOf(first)).toContain("src/leases.test.ts");
  for (const other of others) expect(filesOf(other), `${other} beside ${first}`).toEqual(filesOf(first));
});

for (const handler of handlers)
  test(`${handler} reads, grants and restores in a file of its name`, () => {
    expect(existsSync(`${root}${handler}/src/${handler}.ts`)).toBe(true);
  });
