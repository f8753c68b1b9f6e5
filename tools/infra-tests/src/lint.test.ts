// What Terraform says of the files themselves: their form, their sense, and the tests beside them.
import { copyFileSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listAwsTests } from "./handlers.ts";
import { createWorkspace, handlersFolder, infraFolder, type Workspace } from "./terraform.ts";
import { findTools } from "./tools.ts";

const tools = findTools();
// infra/sym needs Sym's provider, and is validated where that is built.
const roots = ["aws", ...readdirSync(path.join(infraFolder, "modules")).map((name) => `modules/${name}`)];
/** The folders with tests, by what they test. */
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
    workspace.linkHandlers(handlersFolder);
    for (const { handler, file } of listAwsTests())
      copyFileSync(file, path.join(workspace.folder, "tests", `${handler}.tftest.hcl`));
  });
  afterAll(() => workspace?.remove());

  test("are formatted as `terraform fmt -recursive infra` does it", async () => {
    const { output } = await workspace.terraform(".", ["fmt", "-check", "-recursive"], { codes: [0, 3] });
    expect(output).toBe("");
  });

  test.each(roots)("%s is valid", async (root) => {
    await workspace.terraform(root, ["init", "-backend=false"]);
    await workspace.terraform(root, ["validate"]);
  });

  test("Terraform reads an own terraform.tfvars in aws, and other tests do not get a copy of it", async () => {
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

  // Those of aws with the terraform.tfvars from above beside it.
  test.each(tested)("the tests of %s pass", async (_, root) => {
    await workspace.terraform(root, ["init", "-backend=false"]);
    const { output } = await workspace.terraform(root, ["test"]);
    expect(output).toMatch(/Success! [1-9]\d* passed, 0 failed/);
  });
});

/** As the README says where, with mistakes. */
const own = `
name_prefix = "Mine"
environment = "my own"
iam_group   = { group_arns = ["arn:aws:iam::999999999999:group/mine"] }
`;
