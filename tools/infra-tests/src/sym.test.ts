import { readFileSync } from "node:fs";
import path from "node:path";
import { symKinds } from "@sym/stand-ins/sym-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { handlers, loadSymTargets, terraformName } from "./handlers.ts";
import {
  basics,
  createSymDeployment,
  everything as everythingOf,
  findTerraform,
  functionArns,
  type SymDeployment,
} from "./sym.test-support.ts";
import { symProviderName } from "./sym-provider.ts";
import { infraFolder } from "./terraform.ts";

const symTargets = await loadSymTargets();
const everything = everythingOf(symTargets);
const arns = functionArns(...handlers);
const [one = "", ...others] = handlers;
const ownFlows = Object.entries(symTargets).flatMap(([handler, { ownFlows: flows = {} }]) =>
  Object.entries(flows).map(([name, field]) => ({ handler, name, slug: `prod-${name}`, field })),
);

describe.runIf(findTerraform())(`infra/sym with ${symProviderName}`, () => {
  let sym: SymDeployment;
  beforeAll(async () => {
    sym = await createSymDeployment();
  });
  afterAll(() => sym.close());

  test("infra/sym is formatted and valid", async () => {
    await sym.run(["fmt", "-check", "-recursive"], {});
    expect((await sym.run(["validate"], everything)).output).toContain("The configuration is valid.");
  });

  test.each(handlers)("with %s alone, Terraform makes only its targets", async (handler) => {
    const changes = await sym.plan({ ...everything, function_arns: functionArns(handler) });
    const made = changes.filter((change) => change.includes("sym_target"));
    expect(made).toEqual(targetsOf(handler).map((address) => `create ${address}`));
  });

  test("a null variable has its default", async () => {
    const ofOthers = others.flatMap((handler) => Object.keys(symTargets[handler]?.variables ?? {}));
    const names = ["environment", "approvals_channel", "errors_channel", "durations", ...ofOthers];
    const nothing = Object.fromEntries(names.map((name) => [name, null]));
    expect(await sym.plan({ ...everything, ...nothing })).toContain("create sym_flow.access[0]");
  });

  test("without functions, Terraform makes an environment and no targets", async () => {
    const bare = { ...basics, function_arns: {}, connector_settings: null };
    await sym.apply(bare);
    expect(slugs("environments")).toEqual(["prod"]);
    expect([slugs("access-targets"), slugs("access-strategies"), slugs("flows")]).toEqual([[], [], []]);
    expect(await sym.plan(bare)).toEqual([]);
  });

  test("with one function, Terraform makes only its targets, and a warning names the others", async () => {
    const alone = { ...everything, function_arns: functionArns(one) };
    const output = (await sym.apply(alone)).replace(/[│╷╵\s]+/g, " ");
    const { targets = {}, ownFlows = {} } = symTargets[one] ?? {};
    const named = (names: object) => Object.keys(names).map((name) => `prod-${name}`);
    expect(slugs("access-targets")).toEqual(named({ ...targets, ...ownFlows }));
    expect(slugs("flows")).toEqual(named({ access: {}, ...ownFlows }));
    if (others.length > 0)
      expect(output).toContain(
        `function_arns has no function for ${others.join(", ")}, so the targets are left out.`,
      );
    expect(await sym.plan(alone)).toEqual([]);
  });

  test("every flow leads through its strategy to the functions, and to the role that may invoke them", async () => {
    await sym.apply(everything);
    const entity = sym.one;
    const functions = entity("integrations", "prod-functions");
    expect(functions).toMatchObject({ type: "permission_context", external_id: "111122223333" });
    expect(functions["settings"]).toEqual(basics.connector_settings);

    const environment = entity("environments", "prod");
    for (const slug of ["prod-access", ...ownFlows.map((flow) => flow.slug)])
      expect(entity("flows", slug)["environment_id"]).toBe(environment.id);
    expect(entity("runtimes", "prod").id).toBe(environment["runtime_id"]);
    const context = entity("integrations", "prod-runtime-context");
    expect(context.id).toBe(entity("runtimes", "prod")["context_id"]);
    expect(context["settings"]).toEqual(basics.runtime_settings);
    const slack = entity("integrations", "prod-slack");
    expect(environment["integrations"]).toEqual({ slack_id: slack.id });
    expect(sym.api.entities("error-loggers")).toMatchObject([
      { id: environment["error_logger_id"], integration_id: slack.id, destination: "#sym-errors" },
    ]);

    const all = Object.entries(symTargets).flatMap(([handler, { targets }]) =>
      Object.entries(targets).map(([name, settings]) => [
        `prod-${name}`,
        { arn: arns[handler], ...settings },
      ]),
    );
    expect(reachable("prod-access", functions.id)).toEqual(Object.fromEntries(all));
    for (const { handler, slug } of ownFlows)
      expect(reachable(slug, functions.id)).toEqual({ [slug]: { arn: arns[handler] } });
    expect(await sym.plan(everything)).toEqual([]);
  });

  test("a flow prompts for a reason, a duration, and the bound setting", () => {
    const source = readFileSync(path.join(infraFolder, "sym/impl.py"), "utf8");
    const flow = sym.one("flows", "prod-access");
    expect(Buffer.from(String(flow["implementation"]), "base64").toString()).toBe(source);
    expect(flow["vars"]).toEqual({ approvals_channel: "#access-requests" });
    expect(prompts("prod-access")).toMatchObject([
      { name: "reason", type: "string", required: true },
      { name: "duration", type: "duration", required: true, allowed_values: ["30m", "1h", "4h"] },
    ]);
    for (const { slug, field } of ownFlows) {
      const [bound, ...rest] = prompts(slug);
      expect(bound).toMatchObject(field);
      expect(rest.map(({ name }) => name)).toEqual(["reason", "duration"]);
      expect(sym.one("access-targets", slug)["field_bindings"]).toEqual([field.name]);
    }
    const bound = sym.api
      .entities("access-targets")
      .filter((target) => target["field_bindings"] !== undefined);
    expect(bound).toHaveLength(ownFlows.length);
  });

  test.each(handlers)(
    "without %s, only its targets and flows are deleted, also from the strategy",
    async (handler) => {
      const rest = handlers.filter((name) => name !== handler);
      const flows = ownFlows
        .filter((flow) => flow.handler === handler)
        .map(({ name }) => terraformName(name));
      const gone = flows.flatMap((name) => [`sym_strategy.${name}[0]`, `sym_flow.${name}[0]`]);
      const common = ["sym_strategy.functions[0]", "sym_flow.access[0]"];
      expect((await sym.plan({ ...everything, function_arns: functionArns(...rest) })).sort()).toEqual(
        [
          ...[...targetsOf(handler), ...gone].map((address) => `delete ${address}`),
          ...(rest.length > 0
            ? ["update sym_strategy.functions[0]"]
            : common.map((address) => `delete ${address}`)),
        ].sort(),
      );
    },
  );

  test("an existing runtime is used instead of a new runtime", async () => {
    const runtime = sym.one("runtimes", "prod").id;
    const given = { ...everything, runtime_settings: null, runtime_id: runtime };
    const changes = await sym.plan(given);
    expect(changes).toEqual(["delete sym_integration.runtime_context[0]", "delete sym_runtime.this[0]"]);
  });

  test("a second target for the same function is added to the strategy", async () => {
    const variable = `${terraformName(one)}_targets`;
    const given = everything[variable] as Record<string, unknown>;
    const [target] = Object.values(given);
    expect(await sym.plan({ ...everything, [variable]: { ...given, another: target } })).toEqual([
      "update sym_strategy.functions[0]",
      `create sym_target.${terraformName(one)}["${one}-another"]`,
    ]);
  });

  test("destroy deletes every entity", async () => {
    await sym.run(["destroy", "-auto-approve"], everything);
    expect(symKinds.flatMap((kind) => sym.api.entities(kind))).toEqual([]);
  });

  /** The addresses of all targets of a handler. */
  function targetsOf(handler: string): string[] {
    const { targets = {}, ownFlows = {} } = symTargets[handler] ?? {};
    return [
      ...Object.keys(targets).map((name) => `sym_target.${terraformName(handler)}["${name}"]`),
      ...Object.keys(ownFlows).map((name) => `sym_target.${terraformName(name)}[0]`),
    ];
  }

  function slugs(kind: Parameters<SymDeployment["one"]>[0]): unknown[] {
    return sym.api.entities(kind).map((entity) => entity["slug"]);
  }

  function params(slug: string): Record<string, unknown> {
    return sym.one("flows", slug)["params"] as Record<string, unknown>;
  }

  function prompts(slug: string): Record<string, unknown>[] {
    return params(slug)["prompt_fields"] as Record<string, unknown>[];
  }

  /** The settings of each target of a flow, by the target's name. */
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
