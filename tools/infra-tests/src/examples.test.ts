// The examples that use the modules by git: checked by Terraform, and the example with Sym applied to moto and to a
// stand-in for Sym. tools/flow-tests applies the example with the flow.
import { readFileSync } from "node:fs";
import path from "node:path";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { CreateGroupCommand, IAMClient } from "@aws-sdk/client-iam";
import { GetFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { startMoto } from "@sym/stand-ins/moto";
import { startSymApi } from "@sym/stand-ins/sym-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { differences } from "./deploy.test-support.ts";
import { initialise, mirrorsOf, type Root } from "./deployment.ts";
import {
  builtHash,
  copyExample,
  countsIn,
  examples,
  hooks,
  plannedPolicy,
  writeRelease,
} from "./examples.ts";
import { startSymProvider } from "./sym-provider.ts";
import { createWorkspace } from "./terraform.ts";
import { findTools } from "./tools.ts";

const tools = findTools();

test("the hooks of the example with Sym are those of infra/sym", () => {
  expect(readFileSync(hooks.example, "utf8")).toBe(readFileSync(hooks.infra, "utf8"));
});

describe.runIf(tools)("the examples", () => {
  let started: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    if (tools) started = await start(tools);
  });
  afterAll(() => started?.close());

  test.each(examples)("%s is formatted and valid", async (name) => {
    const { workspace, environment } = started;
    const root = copyExample(workspace, name);
    const { output } = await workspace.terraform(root, ["fmt", "-check", "-recursive"], { codes: [0, 3] });
    expect(output).toBe("");
    await workspace.terraform(root, ["init", "-backend=false"], { environment });
    await workspace.terraform(root, ["validate"], { environment });
  });

  describe("iam-group-with-sym, applied", () => {
    let root: Root;
    const variables = (others = {}) => ({
      ...values,
      runtime_id: started.runtime,
      release: { folder: started.release, ...others },
    });

    const inS3 = () => variables({ s3_bucket: "releases", s3_prefix: "v0.1.0/" });

    beforeAll(async () => {
      const { workspace, environment } = started;
      root = await initialise(workspace, copyExample(workspace, "iam-group-with-sym"), environment);
      await root.apply(variables());
    });

    test("the function has the zip of the release, its table and its sweep", async () => {
      const resources = await root.resources();
      const names = resources
        .filter(({ address }) => address.startsWith("module.iam_group."))
        .map(({ type, values: { name } }) => ({ type, name }));
      expect(names).toContainEqual({ type: "aws_dynamodb_table", name: "sym-iam-group-leases" });
      expect(names).toContainEqual({ type: "aws_scheduler_schedule", name: "sym-iam-group-sweep" });
      expect(await started.configuration("sym-iam-group")).toMatchObject({
        CodeSha256: builtHash("iam-group"),
        Environment: { Variables: { LEASES_TABLE: "sym-iam-group-leases" } },
      });
    });

    test("the function's policy is the policy that infra/aws plans for the same group", async () => {
      const applied = await policyOf(root, "module.iam_group.aws_iam_role_policy.target");
      expect(applied).toEqual(await plannedPolicy(started.workspace, started.environment, groupArn));
    });

    test("the flow leads to the function, through the role that may invoke only the function", async () => {
      const { api } = started;
      const { function_arn: arn } = await root.outputs();
      const [target] = api.entities("access-targets");
      expect(target).toMatchObject({
        slug: "prod-iam-group",
        type: "aws_lambda_function",
        settings: { arn, group_name: "prod-admins" },
      });
      const [functions] = api
        .entities("integrations")
        .filter(({ slug }) => (slug as unknown) === "prod-functions");
      const role = "arn:aws:iam::123456789012:role/sym/SymLambdaProd";
      expect(functions).toMatchObject({ external_id: "123456789012", settings: { role_arn: role } });
      const [strategy] = api.entities("access-strategies");
      expect(strategy).toMatchObject({ targets: [target?.id], integration_id: functions?.id });
      const [environment] = api.entities("environments");
      expect(environment).toMatchObject({ runtime_id: started.runtime });
      expect(api.entities("flows")).toMatchObject([
        { slug: "prod-access", environment_id: environment?.id, params: { strategy_id: strategy?.id } },
      ]);
      const invoked = await policyOf(root, "module.connector.aws_iam_role_policy.this");
      expect(invoked.Statement).toMatchObject([{ Action: "lambda:InvokeFunction", Resource: [arn] }]);
    });

    test("the command of the README counts the leases", async () => {
      const counts = countsIn("iam-group-with-sym");
      expect(counts.map(({ TableName }) => TableName)).toEqual(["sym-iam-group-leases"]);
      for (const scan of counts)
        expect((await started.tables.send(new ScanCommand(scan))).Count, scan.TableName).toBe(0);
    });

    test("a second plan changes only an attribute that moto does not return", async () => {
      expect((await root.plan(variables())).flatMap(differences)).toEqual([
        "module.iam_group.aws_lambda_function.this: logging_config",
      ]);
    });

    test("the same zip from S3 runs as before, and another zip in S3 fails the apply", async () => {
      await started.upload("iam-group.zip", readFileSync(path.join(started.release, "iam-group.zip")));
      await root.apply(inS3());
      const [created] = (await root.resources()).filter(({ type }) => type === "aws_lambda_function");
      expect(created?.values).toMatchObject({ s3_bucket: "releases", s3_key: "v0.1.0/iam-group.zip" });
      expect(await started.configuration("sym-iam-group")).toMatchObject({
        CodeSha256: builtHash("iam-group"),
      });
      await started.upload("copy-iam-group.zip", Buffer.from("another zip"));
      await expect(
        root.apply(variables({ s3_bucket: "releases", s3_prefix: "v0.1.0/copy-" })),
      ).rejects.toThrow("The zip in S3 is not the zip with the hash");
    });

    test("destroy removes everything", async () => {
      await root.apply({ ...variables(), deletion_protection: false });
      await root.destroy({ ...variables(), deletion_protection: false });
      expect(await root.resources()).toEqual([]);
      expect(started.api.entities("flows")).toEqual([]);
    });
  });
});

const groupArn = "arn:aws:iam::123456789012:group/teams/prod-admins";

/** The variables of the example with Sym, but for the release and the runtime. */
const values = {
  region: "us-east-1",
  group_name: "prod-admins",
  org: "acme",
  runtime_role_arn: "arn:aws:iam::123456789012:role/sym/SymRuntimeProd",
  slack_workspace_id: "T0123ABCD",
};

/** Starts moto with the group, Sym's API and Sym's provider, and prepares a workspace with a release. */
async function start(found: NonNullable<typeof tools>) {
  const api = await startSymApi();
  const provider = await startSymProvider(api);
  const moto = await startMoto(found.python);
  const workspace = createWorkspace({ ...mirrorsOf(found), ...provider.mirrors });
  const aws = {
    endpoint: moto.url,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
  await new IAMClient(aws).send(new CreateGroupCommand({ GroupName: "prod-admins", Path: "/teams/" }));
  const functions = new LambdaClient(aws);
  const runtime = await fetch(`${api.env.SYM_API_URL}/entities/runtimes`, {
    method: "POST",
    headers: { authorization: `Bearer ${api.env.SYM_JWT}`, "content-type": "application/json" },
    body: JSON.stringify({ slug: "prod" }),
  });
  await fetch(`${moto.url}/releases`, { method: "PUT", headers: signed });
  return {
    api,
    workspace,
    tables: new DynamoDBClient(aws),
    /** The id of an existing runtime. */
    runtime: ((await runtime.json()) as { id: string }).id,
    environment: { ...moto.environment, ...provider.environment },
    release: writeRelease(workspace, ["iam-group"]),
    async configuration(name: string) {
      const { Configuration } = await functions.send(new GetFunctionCommand({ FunctionName: name }));
      return Configuration;
    },
    async upload(name: string, body: Buffer): Promise<void> {
      const answer = await fetch(`${moto.url}/releases/v0.1.0/${name}`, {
        method: "PUT",
        headers: signed,
        body: new Uint8Array(body),
      });
      expect(answer.status).toBe(200);
    },
    async close(): Promise<void> {
      workspace.remove();
      await moto.close();
      await provider.close();
      await api.close();
    },
  };
}

/** moto reads the service and the account from the header, and checks no signature. */
const signed = {
  authorization:
    "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0",
};

async function policyOf(root: Root, address: string) {
  const found = (await root.resources()).find((resource) => resource.address === address);
  return JSON.parse(String(found?.values["policy"]));
}
