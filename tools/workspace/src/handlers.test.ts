import { existsSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";

const root = new URL("../../../handlers/", import.meta.url).pathname;
const handlers = readdirSync(root);

/** What every handler has, also a new one that has no tests of its own. */
const common = [
  "/README.md",
  "/package.json",
  "src/conformance.test-support.ts",
  "src/conformance.test.ts",
  "src/index.ts",
  "src/resolve.ts",
  "/tsconfig.json",
];

/**
 * What the names of the own files of the handlers that came with the workspace begin with; all their other files have
 * the same names.
 */
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

test("the handlers that came with the workspace have the same files, except for those of their own systems", () => {
  const [first = "", ...others] = Object.keys(own);
  expect(filesOf(first)).toContain("src/leases.test.ts");
  for (const other of others) expect(filesOf(other), `${other} beside ${first}`).toEqual(filesOf(first));
});

for (const handler of handlers)
  test(`${handler} has what every handler has, and reads, grants and restores in a file of its name`, () => {
    expect(filesOf(handler)).toEqual(expect.arrayContaining(common));
    expect(existsSync(`${root}${handler}/src/${handler}.ts`)).toBe(true);
  });
