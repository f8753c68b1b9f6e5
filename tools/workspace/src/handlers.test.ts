import { existsSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";

const root = new URL("../../../handlers/", import.meta.url).pathname;
const handlers = readdirSync(root);

/** The files of every handler, including a new handler without its own tests. */
const common = [
  "/README.md",
  "/package.json",
  "sandbox/conformance.test.ts",
  "sandbox/conformance.ts",
  "src/index.ts",
  "src/resolve.ts",
  "/tsconfig.json",
];

/** The optional files, with the same names in all handlers. */
const optional = [
  "/permissions.md",
  "sandbox/aws.tftest.hcl",
  "sandbox/chaos.ts",
  "sandbox/console.ts",
  "sandbox/least-privilege.md",
  "sandbox/least-privilege.ts",
  "sandbox/sym-targets.ts",
  "sandbox/system.test.ts",
  "sandbox/system.ts",
  "src/index.test.ts",
  "src/leases.test.ts",
  "src/settings.ts",
  "src/world.test-support.ts",
];

const notKept = ["node_modules", "dist", ".turbo"];

function filesOf(handler: string): string[] {
  const names = [handler, `${handler}/sandbox`, `${handler}/src`].flatMap((folder) =>
    readdirSync(`${root}${folder}`, { withFileTypes: true }).flatMap((entry) =>
      entry.isFile() ? `${folder.slice(handler.length + 1)}/${entry.name}` : [],
    ),
  );
  const folders = readdirSync(`${root}${handler}`, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() && !notKept.includes(entry.name) ? `${entry.name}/` : [],
  );
  return [...names, ...folders].sort();
}

/** Whether the target system decides on the file's name: sources, and scenes of the demo. */
function isOwn(file: string): boolean {
  return /^src\/.|^sandbox\/demo\b/.test(file);
}

for (const handler of handlers)
  test(`${handler} has the files of every handler, and a source file of its own name`, () => {
    expect(filesOf(handler)).toEqual(expect.arrayContaining(common));
    const others = filesOf(handler).filter((file) => ![...common, ...optional].includes(file));
    expect(others.filter((file) => !isOwn(file))).toEqual(["sandbox/", "src/"]);
    expect(existsSync(`${root}${handler}/src/${handler}.ts`)).toBe(true);
  });
