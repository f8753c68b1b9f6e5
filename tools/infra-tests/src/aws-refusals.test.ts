// Values that every handler's variable in infra/aws refuses.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { startSandbox } from "@sym/stand-ins/sandbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { handlers, loadStories, terraformName } from "./handlers.ts";
import { createWorkspace, type Workspace } from "./terraform.ts";
import { findTools } from "./tools.ts";

const tools = findTools();

const stories = await loadStories();

/** A change of a valid value, and Terraform's message for the changed variable. */
type Case = { change(good: object): unknown; sentence(variable: string): RegExp };

const listing = (refusal: string) =>
  new RegExp(`${refusal}; its fields are allowed_settings, .*environment, .*reserved_concurrency`);
const unsuitable = (variable: string, field: string, problem: string) =>
  new RegExp(
    `The given value is not suitable for module.${variable}\\[0\\].var.${field} declared at \\S+ ${problem}`,
  );

/** Cases that the validation refuses, also beside other errors. */
const fields: Record<string, Case> = {
  "an unknown field": {
    change: (good) => ({ ...good, reserved_concurency: 0 }),
    sentence: (variable) => listing(`${variable} has reserved_concurency`),
  },
  "a text as a map": {
    change: (good) => ({ ...good, environment: "SWEEP_ACTION=report" }),
    sentence: (variable) => new RegExp(`${variable}.environment may have `),
  },
  "an environment variable that is not the handler's": {
    change: (good) => ({ ...good, environment: { SWEEP_ACTON: "report" } }),
    sentence: (variable) => new RegExp(`${variable}.environment may have `),
  },
  "a text as all fields": {
    change: () => "everything",
    sentence: (variable) => listing(`${variable} has "everything"`),
  },
  "a list as all fields": {
    change: (good) => [good],
    sentence: (variable) => listing(`${variable} has \\[.*\\]`),
  },
};

/** Cases in otherwise valid values, because only these reach modules/handler. */
const types: Record<string, Case> = {
  "a text as a number": {
    change: (good) => ({ ...good, reserved_concurrency: "none" }),
    sentence: (variable) => unsuitable(variable, "reserved_concurrency", "a number is required"),
  },
  "a text as a list of texts": {
    change: (good) => ({ ...good, allowed_settings: { role: "member" } }),
    sentence: (variable) =>
      unsuitable(variable, "allowed_settings", 'element "role": list of string required'),
  },
};

const cases = { ...fields, ...types };

describe.runIf(tools)("infra/aws", () => {
  let workspace: Workspace;
  let said: Map<string, string>;
  beforeAll(async () => {
    workspace = createWorkspace(tools?.awsMirror === undefined ? {} : { hashicorp: tools.awsMirror });
    workspace.linkBundles();
    said = await planAll(workspace);
  });
  afterAll(() => workspace?.remove());

  test("accepts the valid values of the cases", () => {
    expect(said.get("good")).toBe(undefined);
    expect(said.size).toBe(Object.keys(cases).length);
  });

  test.each(Object.entries(fields))("refuses %s for every handler", (name, { sentence }) => {
    for (const handler of handlers) expect(said.get(name)).toMatch(sentence(terraformName(handler)));
  });

  test.each(Object.entries(types))("refuses %s", (name, { sentence }) => {
    for (const handler of withStory) expect(said.get(name)).toMatch(sentence(terraformName(handler)));
  });
});

/** Plans each case with the changed values of all handlers. Returns Terraform's messages by case. */
async function planAll(workspace: Workspace): Promise<Map<string, string>> {
  const good = await goodValues();
  const write = (name: string, names: string[], change: Case["change"]) => {
    const values = names.map(
      (handler) => `    ${terraformName(handler)} = ${JSON.stringify(change(good[handler] ?? {}))}`,
    );
    writeFileSync(path.join(workspace.folder, "tests", `${name}.tftest.hcl`), testOf(values.join("\n")));
  };
  write("good", withStory, (value) => value);
  for (const [name, { change }] of Object.entries(fields)) write(name, handlers, change);
  for (const [name, { change }] of Object.entries(types)) write(name, withStory, change);
  await workspace.terraform("tests", ["init"]);
  const { output } = await workspace.terraform("tests", ["test", "-json"], { codes: [1] });
  const said = new Map<string, string>();
  for (const line of output.split("\n").filter(Boolean)) {
    const { "@testfile": file = "", diagnostic } = JSON.parse(line);
    const name = path.basename(file, ".tftest.hcl");
    if (diagnostic) said.set(name, `${said.get(name) ?? ""}${diagnostic.detail.replace(/\s+/g, " ")}\n`);
  }
  return said;
}

const withStory = stories.map(({ handler }) => handler);

/** Valid values by handler, in the mocks' account. */
async function goodValues(): Promise<Record<string, object>> {
  const sandbox = await startSandbox();
  const all = stories.map((story) => [story.handler, story.variable(sandbox)]);
  await sandbox.close();
  return JSON.parse(JSON.stringify(Object.fromEntries(all)).replaceAll("123456789012", "111122223333"));
}

function testOf(variables: string): string {
  return `mock_provider "aws" {
  source = "./mocks"
}

run "plan" {
  command = plan
  module {
    source = "../aws"
  }
  variables {
${variables}
  }
}
`;
}
