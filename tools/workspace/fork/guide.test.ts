// Checks that docs/fork-a-handler.md shows the example's files, and that its commands run in a copy of the workspace.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { copyWorkspace, infraCheck } from "../src/workspace-copy.test-support.ts";

const copy = copyWorkspace();
afterAll(() => copy.remove());

const guide = readFileSync(path.join(copy.folder, "docs/fork-a-handler.md"), "utf8");
const blocks = Array.from(
  guide.matchAll(/^```(\w+) ?(.*)\n([\s\S]*?)^```$/gm),
  ([, language, file = "", text = ""]) => ({ language, file, text }),
);

test("the guide has less than 160 lines, and its code blocks are commands and files", () => {
  expect(guide.split("\n").length - 1).toBeLessThan(160);
  for (const { language, file } of blocks)
    expect([language, file !== ""]).toEqual(language === "sh" ? ["sh", false] : ["ts", true]);
});

for (const { language, file, text } of blocks) {
  if (language === "ts")
    test(`${file} is as shown`, () => expect(readFileSync(path.join(copy.folder, file), "utf8")).toBe(text));
  else
    for (const line of text.trim().split("\n")) test(`the guide's command runs: ${line}`, () => follow(line));
}

// Without AWS, `apply` becomes a `terraform test` with the guide's variable and a mock provider.
async function follow(line: string): Promise<void> {
  const variable = /^terraform -chdir=infra\/aws apply -var '(.*)'$/.exec(line)?.[1];
  if (variable !== undefined) return apply(variable);
  if (line !== "terraform -chdir=infra/aws init") await copy.run(line);
}

async function apply(variable: string): Promise<void> {
  const run = `mock_provider "aws" {
  source = "./mocks"
}

run "the_guide" {
  module {
    source = "../aws"
  }
  variables {
    ${variable.replace("=", " = ")}
  }

  assert {
    condition     = keys(output.function_arns) == ["badge-gate"]
    error_message = "The deployed functions are not exactly the guide's handler."
  }
}
`;
  writeFileSync(path.join(copy.folder, "handlers/badge-gate/sandbox/aws.tftest.hcl"), run);
  expect(await copy.run(infraCheck({ tested: true }))).toMatch(/Tests .*passed|SKIPPED: /);
}
