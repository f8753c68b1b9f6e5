// docs/fork-a-handler.md, followed to the letter in a copy of the workspace.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { checkInfra, copyWorkspace } from "../src/workspace-copy.test-support.ts";

const copy = copyWorkspace();
afterAll(() => copy.remove());

const guide = readFileSync(path.join(copy.folder, "docs/fork-a-handler.md"), "utf8");
const blocks = Array.from(
  guide.matchAll(/^```(\w+) ?(.*)\n([\s\S]*?)^```$/gm),
  ([, language, file = "", text = ""]) => ({ language, file, text }),
);
const rest = "// From here on as it was.\n";

test("the guide has less than 150 lines, and nothing in it but commands and files", () => {
  expect(guide.split("\n").length - 1).toBeLessThan(150);
  for (const { language, file } of blocks)
    expect([language, file !== ""]).toEqual(language === "sh" ? ["sh", false] : ["ts", true]);
});

for (const { language, file, text } of blocks) {
  if (language === "ts")
    test(`${file} can be changed as shown`, () => change(path.join(copy.folder, file), text));
  else for (const line of text.trim().split("\n")) test(`it says to run: ${line}`, () => follow(line));
}

/** Writes the file, or the part of it before the last line of code that is shown. */
function change(file: string, text: string): void {
  expect(existsSync(file)).toBe(true);
  const [shown = "", isPart] = text.split(rest);
  const [last = ""] = shown.match(/.*\n$/) ?? [];
  const old = readFileSync(file, "utf8").split(last);
  if (isPart !== undefined) expect(old).toHaveLength(2);
  writeFileSync(file, isPart === undefined ? text : shown + old[1]);
}

// Without AWS, `apply` becomes a test of Terraform's own, with the variable from the guide and a provider that it makes up.
async function follow(line: string): Promise<void> {
  const variable = /^terraform -chdir=infra\/aws apply -var '(.*)'$/.exec(line)?.[1];
  if (variable !== undefined) return apply(variable);
  if (line !== "terraform -chdir=infra/aws init") await copy.run(line);
}

async function apply(variable: string): Promise<void> {
  const tests = path.join(copy.folder, "infra/aws/tests/handlers.tftest.hcl");
  const run = `
run "the_guide" {
  variables {
    ${variable.replace("=", " = ")}
  }

  assert {
    condition     = keys(output.function_arns) == ["door-badge"]
    error_message = "Something else than the guide's handler is deployed."
  }
}
`;
  appendFileSync(tests, run);
  expect(await copy.run(checkInfra)).toMatch(/Tests .*passed|SKIPPED: /);
}
