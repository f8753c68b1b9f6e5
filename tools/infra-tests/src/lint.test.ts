// Checks the files of infra/ with Terraform: format, validity, and the `*.tftest.hcl` beside them.
import { copyFileSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listAwsTests } from "./handlers.ts";
import { createWorkspace, infraFolder, type Workspace } from "./terraform.ts";
import { findTools } from "./tools.ts";

const tools = findTools();
// infra/sym needs Sym's provider; sym.test.ts validates infra/sym.
const roots = [
  "aws",
  "flow",
  ...readdirSync(path.join(infraFolder, "modules")).map((name) => `modules/${name}`),
];
/** The folders with tests, by subject. */
const tested: [what: string, folder: string][] = [
  ["aws", "tests"],
  ...roots
    .filter((root) => existsSync(path.join(infraFolder, root, "tests")))
    .map((root): [string, string] => [root, root]),
];

describe.runIf(tools)("the files of infra/", () => {
  let workspace: Workspace;
  beforeAll(() => {
    workspace = createWorkspace(tools?.awsMirror === undefined ? {} : { hashicorp: tools.awsMirror });
    workspace.linkBundles();
    for (const { handler, file } of listAwsTests())
      copyFileSync(file, path.join(workspace.folder, "tests", `${handler}.tftest.hcl`));
  });
  afterAll(() => workspace?.remove());

  test("are formatted with `terraform fmt -recursive infra`", async () => {
    const { output } = await workspace.terraform(".", ["fmt", "-check", "-recursive"], { codes: [0, 3] });
    expect(output).toBe("");
  });

  test.each(roots)("%s is valid", async (root) => {
    await workspace.terraform(root, ["init", "-backend=false"]);
    await workspace.terraform(root, ["validate"]);
  });

  test("Terraform reads a developer's terraform.tfvars in aws, and copies for other tests do not have the file", async () => {
    for (const file of ["terraform.tfvars", "mine.auto.tfvars"])
      writeFileSync(path.join(workspace.folder, "aws", file), own);
    const environment = { AWS_REGION: "us-east-1", AWS_EC2_METADATA_DISABLED: "true" };
    const { output } = await workspace.terraform("aws", ["plan"], { codes: [1], environment });
    expect(output).toContain("name_prefix begins with a small letter");

    const copy = createWorkspace({}, workspace.folder);
    const files = readdirSync(path.join(copy.folder, "aws"));
    copy.remove();
    expect(files).toContain("main.tf");
    expect(files.filter((file) => file.includes("tfvars"))).toEqual([]);
  });

  // The tests of aws run beside the terraform.tfvars from above.
  test.each(tested)("the tests of %s pass", async (_, root) => {
    await workspace.terraform(root, ["init", "-backend=false"]);
    const { output } = await workspace.terraform(root, ["test"]);
    expect(output).toMatch(/Success! [1-9]\d* passed, 0 failed/);
  });
});

/** A terraform.tfvars in the README's place, with mistakes. */
const own = `
name_prefix = "Mine"
environment = "my own"
iam_group   = { group_arns = ["arn:aws:iam::999999999999:group/mine"] }
`;
