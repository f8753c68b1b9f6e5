// What Terraform says of the files themselves: their form, their sense, and the tests beside them.
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createWorkspace, handlersFolder, infraFolder, type Workspace } from "./terraform.ts";
import { findTools } from "./tools.ts";

const tools = findTools();
// infra/sym needs Sym's provider, and is validated where that is built.
const roots = ["aws", ...readdirSync(path.join(infraFolder, "modules")).map((name) => `modules/${name}`)];
const tested = roots.filter((root) => existsSync(path.join(infraFolder, root, "tests")));

describe.runIf(tools)("the files of infra/", () => {
  let workspace: Workspace;
  beforeAll(() => {
    workspace = createWorkspace(tools?.awsMirror === undefined ? {} : { hashicorp: tools.awsMirror });
    workspace.linkHandlers(handlersFolder);
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

  test.each(tested)("the tests of %s pass", async (root) => {
    const { output } = await workspace.terraform(root, ["test"]);
    expect(output).toMatch(/Success! [1-9]\d* passed, 0 failed/);
  });
});
