// `infra/aws` applied to moto, and each function run as it was deployed: that zip, that environment, that table.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DescribeTableCommand, DescribeTimeToLiveCommand } from "@aws-sdk/client-dynamodb";
import { leasesTable, ttlAttribute } from "@sym/leases";
import { passTime } from "@sym/local-lambda/table-time";
import { loadSystem } from "@sym/local-lambda/target-system";
import { type Sandbox, startSandbox } from "@sym/stand-ins/sandbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deployedFunction, differences, timed } from "./deploy.test-support.ts";
import { createDeployment, type Deployment } from "./deployment.ts";
import { eventFor, type HandlerName, handlers, targets, variables } from "./stack.test-support.ts";
import { findTools } from "./tools.ts";

const tools = findTools();
const minute = 60_000;

describe.runIf(tools)("infra/aws, applied to moto", () => {
  let sandbox: Sandbox;
  let deployment: Deployment;
  let folder: string;

  beforeAll(async () => {
    if (!tools) return;
    folder = mkdtempSync(path.join(tmpdir(), "sym-deployed-"));
    sandbox = await startSandbox();
    sandbox.secretsManager.putSecret("flags/launchdarkly", sandbox.env.LAUNCHDARKLY_TOKEN);
    deployment = await createDeployment(tools);
    await timed("applied", () => deployment.apply(variables(sandbox)));
    process.stderr.write(`infra/aws has ${(await deployment.resources()).length} resources\n`);
  });

  afterAll(async () => {
    await deployment?.close();
    await sandbox?.close();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  test.each(handlers)("%s grants, ends and sweeps as it was deployed", async (handler) => {
    const { outputs, lambda, table, send } = await deployed(handler);
    try {
      const environment = { AWS_REGION: "us-east-1" };
      const event = (file: string) => eventFor(file, outputs["function_arns"][handler], targets[handler]);
      const escalate = event("escalate.json");
      const system = await loadSystem(handler);
      await system?.seed(sandbox, { payload: escalate, environment }, { member: false });
      const holds = () => system?.describe(sandbox, { payload: escalate, environment });
      const before = holds();

      expect(await send(escalate)).toMatchObject({ body: { outcome: "granted" }, errors: [] });
      const inside = holds();
      expect(inside).not.toEqual(before);
      expect(await send(event("deescalate.json"))).toMatchObject({
        body: { outcome: "revoked" },
        errors: [],
      });
      expect(holds()).toEqual(before);

      // A request whose deescalate never comes ends by what the schedule sends.
      expect(await send(event("overlap-escalate.json"))).toMatchObject({ body: { outcome: "granted" } });
      expect(holds()).toEqual(inside);
      await passTime(table, 300 * minute);
      expect(await send(await scheduledEvent(handler))).toMatchObject({ errors: [], body: { orphans: 1 } });
      expect(holds()).toEqual(before);
    } finally {
      await lambda.close();
    }
  });

  test("a function that is given the event of another refuses it", async () => {
    const { outputs, lambda, send } = await deployed("iam-group");
    try {
      const stray = eventFor("escalate.json", outputs["function_arns"]["github-team"], targets["iam-group"]);
      expect(await send(stray)).toMatchObject({ body: { outcome: "refused" } });
    } finally {
      await lambda.close();
    }
  });

  test("each alarm on a metric of our own watches one that the function writes", async () => {
    const { outputs, lambda, send, written } = await deployed("iam-group");
    try {
      await send(eventFor("escalate.json", outputs["function_arns"]["github-team"], targets["iam-group"]));
      sandbox.faults.inject({ service: "iam", action: "GetUser", kind: "access-denied" });
      const event = eventFor(
        "second-user-escalate.json",
        outputs["function_arns"]["iam-group"],
        targets["iam-group"],
      );
      expect(await send(event)).toMatchObject({ body: { outcome: "failed" } });
      await send(await scheduledEvent("iam-group"));
      const alarms = (await deployment.resources())
        .filter(({ address }) => address.startsWith("module.iam_group[0].aws_cloudwatch_metric_alarm."))
        .map(({ values: { namespace, metric_name: metric, dimensions } }) => ({
          namespace,
          metric,
          dimensions,
        }))
        .filter(({ namespace }) => namespace !== "AWS/Lambda");
      expect(alarms).toHaveLength(5);
      expect(written).toEqual(expect.arrayContaining(alarms));
    } finally {
      sandbox.faults.clear();
      await lambda.close();
    }
  });

  test("the table is the one that the leases are written for", async () => {
    const { lambda, table } = await deployed("iam-group");
    await lambda.close();
    const { client, table: TableName } = table;
    const { BillingMode, AttributeDefinitions: attributes, ...definition } = leasesTable(TableName);
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    expect(Table).toMatchObject({ BillingModeSummary: { BillingMode }, ...definition });
    // Terraform sorts them.
    expect(new Set(Table?.AttributeDefinitions)).toEqual(new Set(attributes));
    const live = await client.send(new DescribeTimeToLiveCommand({ TableName }));
    expect(live.TimeToLiveDescription).toMatchObject({
      AttributeName: ttlAttribute,
      TimeToLiveStatus: "ENABLED",
    });
  });

  test("nothing is left to change, but for what moto does not give back", async () => {
    const changes = await timed("planned again", () => deployment.plan(variables(sandbox)));
    process.stderr.write(`infra/aws would change ${changes.length} resources\n`);
    expect(changes.flatMap(differences)).toEqual(
      handlers
        .map(
          (handler) => `module.${handler.replaceAll("-", "_")}[0].aws_lambda_function.this: logging_config`,
        )
        .sort(),
    );
  });

  test.each(handlers)("without the variable of %s, only what belongs to it goes", async (handler) => {
    const module = `module.${handler.replaceAll("-", "_")}[0].`;
    const without = { ...variables(sandbox), [handler.replaceAll("-", "_")]: null };
    const changes = (await deployment.plan(without)).filter((change) =>
      differences(change).some((path) => !path.endsWith(": logging_config")),
    );
    const deleted = changes.filter(({ actions }) => actions.includes("delete")).map(({ address }) => address);
    expect(deleted).toHaveLength(15);
    expect(deleted.filter((address) => !address.startsWith(module))).toEqual([]);
    // The connector may not invoke it any more, which is the only other change.
    const others = changes.filter(({ address }) => !deleted.includes(address));
    expect(others.flatMap(differences)).toEqual(["module.connector[0].aws_iam_role_policy.this: policy"]);
  });

  test("with another name_prefix the functions are made anew, and the table stays with its leases", async () => {
    const changes = await deployment.plan({ ...variables(sandbox), name_prefix: "acme" });
    expect(changes.filter(({ address }) => address.startsWith("module.leases."))).toEqual([]);
    const replaced = changes.find(
      ({ address }) => address === "module.iam_group[0].aws_lambda_function.this",
    );
    expect(replaced).toMatchObject({
      actions: ["delete", "create"],
      after: {
        function_name: "acme-iam-group",
        environment: [{ variables: { LEASES_TABLE: "sym-leases" } }],
      },
    });
  });

  test("with deletion protection, AWS keeps the table of leases", async () => {
    await deployment.apply({ ...variables(sandbox), deletion_protection: true });
    const applied = (await deployment.resources()).length;
    await expect(
      timed(`destroyed ${applied - 1} of ${applied} resources`, () =>
        deployment.destroy({ ...variables(sandbox), deletion_protection: true }),
      ),
    ).rejects.toThrow("DynamoDB: DeleteTable, https response error StatusCode: 400"); // moto gives no more reason.
    const left = (await deployment.resources()).map(({ address }) => address);
    expect(left).toEqual(["module.leases.aws_dynamodb_table.this"]);
  });

  test("a runtime without functions has no connector, and once the protection is off, everything goes", async () => {
    const { region, runtime_external_id } = variables(sandbox);
    const unprotected = { region, runtime_external_id, deletion_protection: false };
    await deployment.apply(unprotected);
    expect((await deployment.outputs())["connector_settings"]).toBeUndefined();
    await deployment.destroy(unprotected);
    expect(await deployment.resources()).toEqual([]);
  });

  const deployed = (handler: HandlerName) => deployedFunction({ deployment, sandbox, folder }, handler);

  async function scheduledEvent(handler: HandlerName): Promise<unknown> {
    const address = `module.${handler.replaceAll("-", "_")}[0].aws_scheduler_schedule.sweep`;
    const schedule = (await deployment.resources()).find((resource) => resource.address === address);
    return JSON.parse((schedule?.values["target"] as { input: string }[] | undefined)?.[0]?.input ?? "null");
  }
});
