// `infra/aws` applied to moto, and each function run as it was deployed: that zip, that environment, that table.
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { GetFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { type Sandbox, startLocalLambda, startSandbox } from "@sym/sandbox";
import { systems } from "@sym/sandbox/systems";
import { passTime } from "@sym/sandbox/table-time";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Change, createDeployment, type Deployment, readZip } from "./deployment.ts";
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
      systems[handler]?.seed(sandbox, { payload: escalate, environment }, { member: false });
      const holds = () => systems[handler]?.describe(sandbox, { payload: escalate, environment });
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

  test("nothing is left to change, but for what moto does not give back", async () => {
    const changes = await timed("planned again", () => deployment.plan(variables(sandbox)));
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

  test("once the protection is off, everything goes", async () => {
    const unprotected = { region: "us-east-1", deletion_protection: false };
    await deployment.apply(unprotected);
    await deployment.destroy(unprotected);
    expect(await deployment.resources()).toEqual([]);
  });

  /** The function as AWS would run it: what moto was given, and the table that was made for it. */
  async function deployed(handler: HandlerName) {
    const outputs = await deployment.outputs();
    const moto = {
      endpoint: deployment.moto.url,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    };
    const functions = new LambdaClient(moto);
    const { Configuration: configuration } = await functions.send(
      new GetFunctionCommand({ FunctionName: outputs["function_arns"][handler] }),
    );
    const zip = readZip(handler);
    expect(configuration).toMatchObject({
      CodeSha256: createHash("sha256").update(zip).digest("base64"),
      Handler: "index.handler",
      Role: outputs["function_role_arns"][handler],
      Runtime: "nodejs22.x",
      Architectures: ["arm64"],
      Timeout: 30,
    });
    const unzipped = mkdtempSync(path.join(folder, `${handler}-`));
    for (const [name, bytes] of Object.entries(unzipSync(zip)))
      writeFileSync(path.join(unzipped, name), bytes);
    const environment = { ...configuration?.Environment?.Variables };
    const { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = sandbox.env;
    const lambda = startLocalLambda({
      bundle: unzipped,
      functionArn: outputs["function_arns"][handler],
      environment: {
        ...environment,
        AWS_ENDPOINT_URL,
        AWS_ENDPOINT_URL_DYNAMODB: deployment.moto.url,
        AWS_ACCESS_KEY_ID,
        AWS_SECRET_ACCESS_KEY,
      },
    });
    const client = new DynamoDBClient(moto);
    const table = { client, table: environment["LEASES_TABLE"] ?? "" };
    await client.send(new ScanCommand({ TableName: table.table }));
    const send = async (event: unknown) => (await lambda.invoke(event)).payload;
    return { outputs, lambda, table, send };
  }

  async function scheduledEvent(handler: HandlerName): Promise<unknown> {
    const address = `module.${handler.replaceAll("-", "_")}[0].aws_scheduler_schedule.sweep`;
    const schedule = (await deployment.resources()).find((resource) => resource.address === address);
    return JSON.parse((schedule?.values["target"] as { input: string }[] | undefined)?.[0]?.input ?? "null");
  }
});

/** The attributes that a change touches, each as `address: attribute`. */
function differences({ address, before, after }: Change): string[] {
  const [old, now] = [before, after].map((values) => values as Record<string, unknown> | null);
  const names = new Set([...Object.keys(old ?? {}), ...Object.keys(now ?? {})]);
  return [...names]
    .filter((name) => JSON.stringify(old?.[name]) !== JSON.stringify(now?.[name]))
    .map((name) => `${address}: ${name}`)
    .sort();
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await work();
  process.stderr.write(`infra/aws ${what} in ${((performance.now() - start) / 1_000).toFixed(1)} s\n`);
  return result;
}
