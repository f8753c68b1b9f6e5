// Applies `infra/aws` to moto, and runs each function with its deployed zip, environment and table.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DescribeTableCommand, DescribeTimeToLiveCommand } from "@aws-sdk/client-dynamodb";
import { leasesTable, ttlAttribute } from "@sym/leases";
import { passTime } from "@sym/local-lambda/table-time";
import type { PolicyStatement } from "@sym/stand-ins/enforcement/policy";
import { type Sandbox, startSandbox } from "@sym/stand-ins/sandbox";
import { strFromU8, unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deployedFunction, differences, timed } from "./deploy.test-support.ts";
import { createDeployment, type Deployment, readZip } from "./deployment.ts";
import { terraformName } from "./handlers.ts";
import type { Story } from "./least-privilege/story.ts";
import { variablesOf } from "./least-privilege/variables.ts";
import { startStories } from "./stories.test-support.ts";
import { findTools } from "./tools.ts";

const tools = findTools();
const { all, playable } = await startStories();
const [one] = playable;
if (!one) throw new Error("No handler to deploy");
const minute = 60_000;

describe.runIf(tools)("infra/aws, applied to moto", () => {
  let sandbox: Sandbox;
  let deployment: Deployment;
  let folder: string;

  beforeAll(async () => {
    if (!tools) return;
    folder = mkdtempSync(path.join(tmpdir(), "sym-deployed-"));
    sandbox = await startSandbox();
    deployment = await createDeployment(tools);
    await timed("applied", () => deployment.apply(variables()));
    process.stderr.write(`infra/aws has ${(await deployment.resources()).length} resources\n`);
  });

  afterAll(async () => {
    await deployment?.close();
    await sandbox?.close();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  test.each(playable)("the deployed $handler grants, revokes and sweeps", async (story) => {
    await begin(story);
    const { lambda, table, event, send } = await deployed(story);
    try {
      const holds = async () => story.holds(sandbox);
      const before = await holds();

      expect(await send(event("escalate.json"))).toMatchObject({ body: { outcome: "granted" }, errors: [] });
      await story.between?.(sandbox);
      const inside = await holds();
      expect(inside).not.toEqual(before);
      expect(await send(event("deescalate.json"))).toMatchObject({
        body: { outcome: "revoked" },
        errors: [],
      });
      await story.between?.(sandbox);
      expect(await holds()).toEqual(before);

      // The schedule's event ends a request whose deescalate never arrives.
      expect(await send(event("overlap-escalate.json"))).toMatchObject({ body: { outcome: "granted" } });
      await story.between?.(sandbox);
      expect(await holds()).toEqual(inside);
      await passTime(table, 300 * minute);
      expect(await send(await scheduledEvent(story))).toMatchObject({ errors: [], body: { orphans: 1 } });
      await story.between?.(sandbox);
      expect(await holds()).toEqual(before);
    } finally {
      await lambda.close();
    }
  });

  test("a function refuses an event for another function", async () => {
    const { lambda, event, send } = await deployed(one);
    try {
      expect(await send(event("escalate.json", ofAnother))).toMatchObject({ body: { outcome: "refused" } });
    } finally {
      await lambda.close();
    }
  });

  test("each alarm on an own metric watches a metric that the function writes", async () => {
    await begin(one);
    const { lambda, event, send, written } = await deployed(one);
    try {
      await send(event("escalate.json", ofAnother));
      const nothing: PolicyStatement = { Effect: "Deny", Action: "*", Resource: "*" };
      sandbox.enforce(sandbox.executionRole, [{ Version: "2012-10-17", Statement: nothing }]);
      expect(await send(event("second-user-escalate.json"))).toMatchObject({ body: { outcome: "failed" } });
      await send(await scheduledEvent(one));
      const alarms = (await deployment.resources())
        .filter(({ address }) => address.startsWith(`${moduleOf(one)}.aws_cloudwatch_metric_alarm.`))
        .map(({ values: { namespace, metric_name: metric, dimensions } }) => ({
          namespace,
          metric,
          dimensions,
        }))
        .filter(({ namespace }) => namespace !== "AWS/Lambda");
      expect(alarms).toHaveLength(9);
      // The function writes no zeros, so these events write no count of a rare finding: its name must be in the bundle.
      const code = strFromU8(unzipSync(readZip(one.handler))["index.cjs"] ?? new Uint8Array());
      const rare = alarms.filter(
        ({ metric }) => !written.some((metricWritten) => metricWritten.metric === metric),
      );
      expect(rare.filter(({ metric }) => !code.includes(`${metric}:`))).toEqual([]);
      expect(written).toEqual(expect.arrayContaining(alarms.filter((alarm) => !rare.includes(alarm))));
    } finally {
      await lambda.close();
    }
  });

  test("the table has the definition from leases", async () => {
    const { lambda, table } = await deployed(one);
    await lambda.close();
    const { client, table: TableName } = table;
    const { BillingMode, AttributeDefinitions: attributes, ...definition } = leasesTable(TableName);
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    expect(Table).toMatchObject({ BillingModeSummary: { BillingMode }, ...definition });
    // Terraform sorts the attributes.
    expect(new Set(Table?.AttributeDefinitions)).toEqual(new Set(attributes));
    const live = await client.send(new DescribeTimeToLiveCommand({ TableName }));
    expect(live.TimeToLiveDescription).toMatchObject({
      AttributeName: ttlAttribute,
      TimeToLiveStatus: "ENABLED",
    });
  });

  test("a second plan changes only attributes that moto does not return", async () => {
    const changes = await timed("planned again", () => deployment.plan(variables()));
    process.stderr.write(`infra/aws would change ${changes.length} resources\n`);
    expect(changes.flatMap(differences)).toEqual(
      all.map((story) => `${moduleOf(story)}.aws_lambda_function.this: logging_config`).sort(),
    );
  });

  test.each(all)("without the variable of $handler, only its resources are deleted", async (story) => {
    const without = { ...variables(), [terraformName(story.handler)]: null };
    const changes = (await deployment.plan(without, { refresh: false })).filter((change) =>
      differences(change).some((path) => !path.endsWith(": logging_config")),
    );
    const isLast = all.length === 1;
    const modules = [moduleOf(story), ...(isLast ? ["module.connector[0]"] : [])];
    const own = (await deployment.resources())
      .map(({ address }) => address)
      .filter((address) => modules.some((module) => address.startsWith(`${module}.`)));
    const deleted = changes.filter(({ actions }) => actions.includes("delete")).map(({ address }) => address);
    expect(own.length).toBeGreaterThan(10);
    expect(deleted.sort()).toEqual(own.sort());
    // The only other change: the connector loses the permission to invoke the function.
    const others = changes.filter(({ address }) => !deleted.includes(address));
    const forgotten = isLast ? [] : ["module.connector[0].aws_iam_role_policy.this: policy"];
    expect(others.flatMap(differences)).toEqual(forgotten);
  });

  test.each([
    ["name_prefix", { name_prefix: "acme" }, `us-east-1:123456789012:table/acme-${one.handler}-leases`],
    ["region", { region: "eu-west-1" }, `eu-west-1:123456789012:table/sym-${one.handler}-leases`],
  ])("another %s fails the plan, because the leases would be left behind", async (_, change, table) => {
    const plan = deployment.plan({ ...variables(), ...change });
    const said = await plan.then(
      () => "",
      (error: Error) => error.message.replace(/[\s│]+/g, " "),
    );
    const old = `arn:aws:dynamodb:us-east-1:123456789012:table/sym-${one.handler}-leases`;
    expect(said).toContain(
      `The leases of this function are in ${old}. With these settings the function would use `,
    );
    expect(said).toContain(`arn:aws:dynamodb:${table}, and nothing would end the access`);
  });

  test("with deletion protection, AWS keeps the tables of leases, and Terraform keeps each table's function", async () => {
    const isProtected = { ...variables(), deletion_protection: true };
    await deployment.apply(isProtected);
    const applied = (await deployment.resources()).length;
    await expect(
      timed(`destroyed what may go of ${applied} resources`, () => deployment.destroy(isProtected)),
    ).rejects.toThrow("DynamoDB: DeleteTable, https response error StatusCode: 400"); // moto gives no reason.
    const left = (await deployment.resources()).map(({ address }) => address);
    const kept = [
      "aws_cloudwatch_log_group.this",
      "aws_dynamodb_table.leases[0]",
      "aws_iam_role.function",
      "aws_iam_role_policy.own",
      "aws_iam_role_policy.target",
      "aws_lambda_function.this",
      "terraform_data.leases_table",
    ];
    expect(left.sort()).toEqual(
      all.flatMap((story) => kept.map((name) => `${moduleOf(story)}.${name}`)).sort(),
    );
  });

  test("a runtime without functions has no connector, and without protection everything is destroyed", async () => {
    const none = Object.fromEntries(all.map(({ handler }) => [terraformName(handler), null]));
    await deployment.apply(variables()); // AWS deletes a table only once its protection is off.
    const unprotected = { ...variables(), ...none };
    await deployment.apply(unprotected);
    expect((await deployment.outputs())["connector_settings"]).toBeUndefined();
    await deployment.destroy(unprotected);
    expect(await deployment.resources()).toEqual([]);
  });

  function variables() {
    return {
      ...variablesOf(all, sandbox),
      tags: { team: "platform" },
      runtime_external_id: "5f0c7a52-0000-4000-8000-000000000001",
    };
  }

  async function begin(story: Story): Promise<void> {
    sandbox.reset();
    await story.seed(sandbox);
  }

  const deployed = (story: Story) => deployedFunction({ deployment, sandbox, folder }, story);

  async function scheduledEvent(story: Story): Promise<unknown> {
    const address = `${moduleOf(story)}.aws_scheduler_schedule.sweep`;
    const schedule = (await deployment.resources()).find((resource) => resource.address === address);
    return JSON.parse((schedule?.values["target"] as { input: string }[] | undefined)?.[0]?.input ?? "null");
  }
});

const ofAnother = "arn:aws:lambda:us-east-1:123456789012:function:sym-another";

function moduleOf({ handler }: Story): string {
  return `module.${terraformName(handler)}[0]`;
}
