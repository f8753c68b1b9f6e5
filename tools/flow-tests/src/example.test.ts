// The example with the flow, applied to moto: one root, with the modules of this clone in the place of those by git.
import { DynamoDBClient, ListTablesCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { CreateGroupCommand, IAMClient } from "@aws-sdk/client-iam";
import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { DescribeStateMachineCommand, SFNClient } from "@aws-sdk/client-sfn";
import { initialise, mirrorsOf, type Resource, type Root } from "@sym/infra-tests/deployment";
import { builtHash, copyExample, countsIn, plannedPolicy, writeRelease } from "@sym/infra-tests/examples";
import { createWorkspace } from "@sym/infra-tests/terraform";
import type { Tools } from "@sym/infra-tests/tools";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startGateway } from "./gateway.ts";
import { findFlowTools } from "./tools.ts";

const tools = findFlowTools();

describe.runIf(tools)("the example iam-group-with-flow, applied to moto", () => {
  let started: Awaited<ReturnType<typeof start>>;
  let root: Root;
  let resources: Resource[] = [];
  let refusal = "";

  beforeAll(async () => {
    if (!tools) return;
    started = await start(tools);
    root = started.root;
    const alone = { ...started.variables, approvers: started.variables.requesters };
    refusal = await root.plan(alone).then(
      () => "",
      (error: Error) => error.message.replace(/[\s│]+/g, " "),
    );
    await root.apply(started.variables);
    resources = await root.resources();
  });
  afterAll(() => started?.close());

  test("a rule that nobody can fulfil fails the first plan, before the function exists", () => {
    expect(refusal).toContain("may_approve has 0 people besides robin@example.com");
  });

  test("each function has its zip of the release", async () => {
    const functions = resources.filter(({ type }) => type === "aws_lambda_function");
    const names = functions.map(({ values }) => String(values["function_name"])).sort();
    expect(names).toHaveLength(8);
    for (const FunctionName of names) {
      const deployed = await started.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
      const bundle = FunctionName === "sym-iam-group" ? "iam-group" : "flow-functions";
      expect([FunctionName, deployed.CodeSha256]).toEqual([FunctionName, builtHash(bundle)]);
    }
  });

  test("the handler's policy is the policy that infra/aws plans for the same group", async () => {
    const policy = JSON.parse(String(valuesOf("module.iam_group.aws_iam_role_policy.target")["policy"]));
    expect(policy).toEqual(
      await plannedPolicy(
        started.workspace,
        started.gateway.environment,
        "arn:aws:iam::123456789012:group/prod-admins",
      ),
    );
  });

  test("the rule of the target names the function, the approvers and the longest duration", async () => {
    const { function_arn: arn } = await root.outputs();
    const parameter = valuesOf('module.flow.aws_ssm_parameter.rules["iam-group"]');
    expect(parameter["name"]).toBe("/sym-flow/targets/iam-group");
    expect(JSON.parse(String(parameter["value"]))).toMatchObject({
      function_arn: arn,
      settings: { group_name: "prod-admins" },
      may_ask: { people: ["robin@example.com"] },
      may_approve: { people: ["alex@example.com", "kim@example.com"] },
      longest: "4h",
    });
    expect(valuesOf('module.flow.aws_iam_role_policy.function["escalate"]')["policy"]).toContain(arn);
  });

  test("the tables, the schedules and the state machine exist", async () => {
    const { TableNames } = await new DynamoDBClient(started.aws).send(new ListTablesCommand({}));
    expect(TableNames).toEqual(["sym-flow-requests", "sym-iam-group-leases"]);
    const schedules = resources.filter(({ type }) => type === "aws_scheduler_schedule");
    expect(schedules.map(({ values }) => values["name"]).sort()).toEqual([
      "sym-flow-watchman",
      "sym-iam-group-sweep",
    ]);
    const stateMachineArn = String(valuesOf("module.flow.aws_sfn_state_machine.request")["arn"]);
    const machine = await new SFNClient(started.aws).send(
      new DescribeStateMachineCommand({ stateMachineArn }),
    );
    expect(machine.definition).toContain(":function:sym-flow-deescalate");
  });

  test("the commands of the README count the open requests and the leases", async () => {
    const client = new DynamoDBClient(started.aws);
    const counted = countsIn("iam-group-with-flow").map(async (scan) => [
      scan.TableName,
      (await client.send(new ScanCommand(scan))).Count,
    ]);
    expect(await Promise.all(counted)).toEqual([
      ["sym-flow-requests", 0],
      ["sym-iam-group-leases", 0],
    ]);
  });

  test("a second plan changes only an attribute that moto does not return", async () => {
    const changes = await root.plan(started.variables);
    expect(changes.map(({ address }) => address.replace(/\[.*/, ""))).toEqual([
      ...Array(7).fill("module.flow.aws_lambda_function.this"),
      "module.iam_group.aws_lambda_function.this",
    ]);
    for (const { before, after } of changes)
      expect({ ...Object(after), logging_config: null }).toEqual({ ...Object(before), logging_config: null });
  });

  test("destroy removes everything", async () => {
    await root.apply({ ...started.variables, deletion_protection: false });
    await root.destroy({ ...started.variables, deletion_protection: false });
    expect(await root.resources()).toEqual([]);
  });

  function valuesOf(address: string): Resource["values"] {
    return resources.find((resource) => resource.address === address)?.values ?? {};
  }
});

/** Starts moto with the group, and prepares the example with a release. */
async function start(found: Tools) {
  const workspace = createWorkspace(mirrorsOf(found));
  const gateway = await startGateway({
    python: found.python,
    bundleOf: (name) => {
      throw new Error(`No function runs here, and ${name} was invoked`);
    },
    fateOf: () => "passed",
    allows: () => true,
    slackUrl: "http://127.0.0.1:9",
  });
  const aws = {
    endpoint: gateway.url,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
  await new IAMClient(aws).send(new CreateGroupCommand({ GroupName: "prod-admins" }));
  const root = copyExample(workspace, "iam-group-with-flow");
  return {
    ...{ aws, gateway, workspace },
    lambda: new LambdaClient(aws),
    root: await initialise(workspace, root, gateway.environment),
    variables: {
      region: "us-east-1",
      release: { folder: writeRelease(workspace, ["iam-group", "flow-functions"]) },
      group_name: "prod-admins",
      requesters: ["robin@example.com"],
      approvers: ["alex@example.com", "kim@example.com"],
      allowed_principals: ["arn:aws:sts::123456789012:assumed-role/Access/{email}"],
    },
    async close(): Promise<void> {
      workspace.remove();
      await gateway.close();
    },
  };
}
