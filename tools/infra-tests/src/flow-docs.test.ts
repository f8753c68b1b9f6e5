// The rules in docs/flow.md, as Terraform reads them.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { createWorkspace, infraFolder } from "./terraform.ts";
import { findTools } from "./tools.ts";

const tools = findTools();

test.runIf(tools)("the three rules of docs/flow.md are planned without a fault", async () => {
  const page = readFileSync(path.join(infraFolder, "../docs/flow.md"), "utf8");
  const [, rules = ""] = /```hcl\n(targets = \{[\s\S]*?\n\})\n```/.exec(page) ?? [];
  expect(rules).toContain("break_glass");
  const workspace = createWorkspace(tools?.awsMirror === undefined ? {} : { hashicorp: tools.awsMirror });
  try {
    workspace.linkBundles();
    writeFileSync(path.join(workspace.folder, "tests", "flow.tftest.hcl"), testOf(rules));
    await workspace.terraform("tests", ["init", "-backend=false"]);
    const { output } = await workspace.terraform("tests", ["test", "-filter=flow.tftest.hcl"]);
    expect(output).toMatch(/Success! 1 passed, 0 failed/);
  } finally {
    workspace.remove();
  }
});

const handlers = ["iam-group", "identity-center-group", "github-team"];

function testOf(rules: string): string {
  const arns = handlers.map(
    (name) => `"${name}" = "arn:aws:lambda:eu-west-1:111122223333:function:sym-${name}"`,
  );
  return `
mock_provider "aws" {
  source = "./mocks"
}
run "the_rules_of_the_docs" {
  command = plan
  module {
    source = "../modules/flow"
  }
  variables {
    function_arns      = { ${arns.join(", ")} }
    allowed_principals = ["arn:aws:sts::111122223333:assumed-role/Access/{email}"]
    slack = {
      team_id       = "T0123ABCD"
      secret_arn    = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:sym-slack-AbCdEf"
      email_domains = ["example.com"]
      channel       = "C0123ABCD"
    }
    ${rules}
  }
  assert {
    condition     = length(aws_ssm_parameter.rules) == 3
    error_message = "A target of the docs has no rules."
  }
}
`;
}
