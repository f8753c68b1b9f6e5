import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { copyInstalledWorkspace } from "./workspace-copy.test-support.ts";

const copy = copyInstalledWorkspace();
const source = "handlers/iam-group/src/index.ts";
const bundleOf = (handler: string) => join(copy.folder, `handlers/${handler}/dist/index.cjs`);
const planted = "const planted = = 1;";

beforeAll(async () => {
  await copy.run("npm run --silent build");
  expect(existsSync(bundleOf("iam-group"))).toBe(true);
  appendFileSync(join(copy.folder, source), `${planted}\n`);
});
afterAll(() => copy.remove());

/** The error message of esbuild. */
function message(): string {
  const line = readFileSync(join(copy.folder, source), "utf8").split("\n").indexOf(planted) + 1;
  const [code, mark] = [`      ${line} │ `, `      ${" ".repeat(String(line).length)} ╵ `];
  return `✘ [ERROR] Unexpected "="

    ${source}:${line}:16:
${code}${planted}
${mark}${" ".repeat(16)}^

`;
}

for (const command of ["npm run --silent build", "npm test --silent", "npm run --silent demo"])
  test(`${command} prints only the compiler's error message`, async () => {
    await expect(copy.run(command)).rejects.toMatchObject({ output: message() });
  });

test("a failed build deletes the old bundle of its handler only", () => {
  expect(existsSync(bundleOf("iam-group"))).toBe(false);
  expect(existsSync(bundleOf("github-team"))).toBe(true);
});
