import { readFileSync } from "node:fs";
import path from "node:path";
import { symKinds } from "@sym/stand-ins/sym-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  allHandlers,
  basics,
  createSymDeployment,
  findTerraform,
  functionArns,
  type SymDeployment,
  targets,
} from "./sym.test-support.ts";
import { symProviderName } from "./sym-provider.ts";
import { infraFolder } from "./terraform.ts";

const everything = {
  ...basics,
  ...targets,
  function_arns: functionArns(...allHandlers),
  iam_group_choices: ["readers", "writers"],
};

describe.runIf(findTerraform())(`infra/sym with ${symProviderName}`, () => {
  let sym: SymDeployment;
  beforeAll(async () => {
    sym = await createSymDeployment();
  });
  afterAll(() => sym.close());

  test("it is formatted and valid", async () => {
    await sym.run(["fmt", "-check", "-recursive"], {});
    expect((await sym.run(["validate"], everything)).output).toContain("The configuration is valid.");
  });

  test.each([
    [
      "iam-group",
      ['iam_group["iam-group-admins"]', 'iam_group["iam-group-partners"]', "iam_group_choice[0]"],
    ],
    ["identity-center-group", ['identity_center_group["identity-center-group-readers"]']],
    ["github-team", ['github_team["github-team-platform"]']],
    ["feature-flag", ['feature_flag["feature-flag-checkout"]']],
  ])("with %s alone, there are only its targets", async (handler, expected) => {
    const changes = await sym.plan({ ...everything, function_arns: functionArns(handler) });
    const made = changes.filter((change) => change.includes("sym_target"));
    expect(made).toEqual(expected.map((address) => `create sym_target.${address}`));
  });

  test("null is as good as unset", async () => {
    const names = ["environment", "approvals_channel", "errors_channel", "durations", "iam_group_choices"];
    const nothing = Object.fromEntries(names.map((name) => [name, null]));
    expect(await sym.plan({ ...everything, ...nothing })).toContain("create sym_flow.access[0]");
  });

  test("without functions there is an environment, and nothing to ask for", async () => {
    const bare = { ...basics, function_arns: {}, connector_settings: null };
    await sym.apply(bare);
    expect(slugs("environments")).toEqual(["prod"]);
    expect([slugs("access-targets"), slugs("access-strategies"), slugs("flows")]).toEqual([[], [], []]);
    expect(await sym.plan(bare)).toEqual([]);
  });

  test("with one function there are only its targets, and a warning names the others", async () => {
    const one = { ...everything, function_arns: functionArns("github-team") };
    const output = (await sym.apply(one)).replace(/[│╷╵\s]+/g, " ");
    expect(slugs("access-targets")).toEqual(["prod-github-team-platform"]);
    expect(slugs("flows")).toEqual(["prod-access"]);
    expect(output).toContain(
      "There are targets for feature-flag, iam-group, identity-center-group, but no such",
    );
    expect(await sym.plan(one)).toEqual([]);
  });

  test("every flow leads through its strategy to the functions, and to the role that may invoke them", async () => {
    await sym.apply(everything);
    const { one } = sym;
    const functions = one("integrations", "prod-functions");
    expect(functions).toMatchObject({ type: "permission_context", external_id: "111122223333" });
    expect(functions["settings"]).toEqual(basics.connector_settings);

    const environment = one("environments", "prod");
    for (const slug of ["prod-access", "prod-iam-group-choice"])
      expect(one("flows", slug)["environment_id"]).toBe(environment.id);
    expect(one("runtimes", "prod").id).toBe(environment["runtime_id"]);
    const context = one("integrations", "prod-runtime-context");
    expect(context.id).toBe(one("runtimes", "prod")["context_id"]);
    expect(context["settings"]).toEqual(basics.runtime_settings);
    const slack = one("integrations", "prod-slack");
    expect(environment["integrations"]).toEqual({ slack_id: slack.id });
    expect(sym.api.entities("error-loggers")).toMatchObject([
      { id: environment["error_logger_id"], integration_id: slack.id, destination: "#sym-errors" },
    ]);

    const arns = everything.function_arns;
    expect(reachable("prod-access", functions.id)).toEqual({
      "prod-iam-group-admins": { arn: arns["iam-group"], group_name: "prod-admins" },
      "prod-iam-group-partners": {
        arn: arns["iam-group"],
        group_name: "partners",
        role_arn: "arn:aws:iam::444455556666:role/partners",
      },
      "prod-identity-center-group-readers": {
        arn: arns["identity-center-group"],
        identity_store_id: "d-1234567890",
        group_name: "Readers",
        session_hours: "4",
      },
      "prod-github-team-platform": {
        arn: arns["github-team"],
        org: "acme",
        team_slug: "platform",
        role: "maintainer",
        invite: "true",
      },
      "prod-feature-flag-checkout": {
        arn: arns["feature-flag"],
        provider: "launchdarkly",
        project: "shop",
        environment: "production",
        flag: "new-checkout",
        variation: "beta",
      },
    });
    expect(reachable("prod-iam-group-choice", functions.id)).toEqual({
      "prod-iam-group-choice": { arn: arns["iam-group"] },
    });
    expect(await sym.plan(everything)).toEqual([]);
  });

  test("a flow asks for a reason and a duration, and for the setting that is bound", () => {
    const source = readFileSync(path.join(infraFolder, "sym/impl.py"), "utf8");
    const flow = sym.one("flows", "prod-access");
    expect(Buffer.from(String(flow["implementation"]), "base64").toString()).toBe(source);
    expect(flow["vars"]).toEqual({ approvals_channel: "#access-requests" });
    expect(prompts("prod-access")).toMatchObject([
      { name: "reason", type: "string", required: true },
      { name: "duration", type: "duration", required: true, allowed_values: ["30m", "1h", "4h"] },
    ]);
    const [choice, ...others] = prompts("prod-iam-group-choice");
    expect(choice).toMatchObject({
      name: "group_name",
      type: "string",
      allowed_values: ["readers", "writers"],
    });
    expect(others.map(({ name }) => name)).toEqual(["reason", "duration"]);
    expect(sym.one("access-targets", "prod-iam-group-choice")["field_bindings"]).toEqual(["group_name"]);
    const bound = sym.api
      .entities("access-targets")
      .filter((target) => target["field_bindings"] !== undefined);
    expect(bound).toHaveLength(1);
  });

  test("removing one handler removes its targets, and changes nothing but the strategy that named them", async () => {
    const rest = { ...everything, function_arns: functionArns(...allHandlers.slice(0, 3)) };
    expect(await sym.plan(rest)).toEqual([
      "update sym_strategy.functions[0]",
      'delete sym_target.feature_flag["feature-flag-checkout"]',
    ]);
  });

  test("a runtime that is there already is used instead of one of its own", async () => {
    const runtime = sym.one("runtimes", "prod").id;
    const given = { ...everything, runtime_settings: null, runtime_id: runtime };
    const changes = await sym.plan(given);
    expect(changes).toEqual(["delete sym_integration.runtime_context[0]", "delete sym_runtime.this[0]"]);
  });

  test("a second target for the same function is one more thing to ask for", async () => {
    const github_team_targets = { ...targets.github_team_targets, web: { org: "acme", team_slug: "web" } };
    expect(await sym.plan({ ...everything, github_team_targets })).toEqual([
      "update sym_strategy.functions[0]",
      'create sym_target.github_team["github-team-web"]',
    ]);
  });

  test("destroying it leaves nothing", async () => {
    await sym.run(["destroy", "-auto-approve"], everything);
    expect(symKinds.flatMap((kind) => sym.api.entities(kind))).toEqual([]);
  });

  function slugs(kind: Parameters<SymDeployment["one"]>[0]): unknown[] {
    return sym.api.entities(kind).map((entity) => entity["slug"]);
  }

  function params(slug: string): Record<string, unknown> {
    return sym.one("flows", slug)["params"] as Record<string, unknown>;
  }

  function prompts(slug: string): Record<string, unknown>[] {
    return params(slug)["prompt_fields"] as Record<string, unknown>[];
  }

  /** The settings of each target that a flow leads to, by the target's name. */
  function reachable(slug: string, integration: string): Record<string, unknown> {
    const strategy = sym.api
      .entities("access-strategies")
      .find(({ id }) => id === params(slug)["strategy_id"]);
    expect(strategy).toMatchObject({ type: "aws_lambda", integration_id: integration });
    const ids = strategy?.["targets"] as string[];
    const found = sym.api.entities("access-targets").filter(({ id }) => ids.includes(id));
    expect(found).toHaveLength(ids.length);
    for (const target of found) expect(target["type"]).toBe("aws_lambda_function");
    return Object.fromEntries(found.map((target) => [target["slug"], target["settings"]]));
  }
});
