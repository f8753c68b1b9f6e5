import { AppConfigClient, GetEnvironmentCommand } from "@aws-sdk/client-appconfig";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { GetGroupCommand, IAMClient } from "@aws-sdk/client-iam";
import { DescribeGroupCommand, IdentitystoreClient } from "@aws-sdk/client-identitystore";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { expect, onTestFinished, test, vi } from "vitest";
import { refusalOf } from "../aws/clients.test-support.ts";
import { role, seed, send, startSandboxWithTable, table } from "./calls.test-support.ts";
import type { PolicyStatement } from "./policy.ts";

const own = "User: arn:aws:sts::123456789012:assumed-role/sym-handler/sandbox is not authorized to perform:";
const options = { maxAttempts: 1 };

/** SDK clients that find the sandbox, also as DynamoDB, only through the environment. */
async function open() {
  const { dynamoDb, sandbox } = await startSandboxWithTable();
  for (const [name, value] of Object.entries(sandbox.env)) vi.stubEnv(name, value);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await sandbox.close();
    await dynamoDb.close();
  });
  const { group } = seed(sandbox);
  const allow = (roleArn: string, ...Statement: PolicyStatement[]) =>
    sandbox.enforce(roleArn, [{ Version: "2012-10-17", Statement }]);
  const getGroup = () => new IAMClient(options).send(new GetGroupCommand({ GroupName: "prod-admins" }));
  const assume = async () => {
    const command = new AssumeRoleCommand({ RoleArn: role, RoleSessionName: "elsewhere" });
    const { Credentials: found } = await new STSClient(options).send(command);
    const credentials = {
      accessKeyId: String(found?.AccessKeyId),
      secretAccessKey: String(found?.SecretAccessKey),
      sessionToken: String(found?.SessionToken),
    };
    return new IAMClient({ ...options, credentials });
  };
  return { sandbox, group, allow, getGroup, assume };
}

const nothing: PolicyStatement = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::a/b" };
const onProdAdmins = { Resource: "arn:aws:iam::123456789012:group/ops/prod-admins" };

test("a role without policies may do everything, and a role with policies only what they allow", async () => {
  const { sandbox, allow, getGroup } = await open();
  await getGroup();
  expect(sandbox.calls[0]).not.toHaveProperty("needs");
  allow(sandbox.executionRole, { Effect: "Allow", Action: "iam:GetGroup", ...onProdAdmins });
  await getGroup();
  allow(sandbox.executionRole, { Effect: "Allow", Action: "iam:GetUser", ...onProdAdmins });
  await expect(getGroup()).rejects.toThrow("iam:GetGroup");
  const needs = [{ action: "iam:GetGroup", resources: [{ arn: onProdAdmins.Resource }] }];
  expect(sandbox.calls.slice(1)).toMatchObject([
    { status: 200, needs },
    { status: 403, errorCode: "AccessDenied", needs },
  ]);
  sandbox.reset();
  seed(sandbox);
  await getGroup();
});

const environment = { ApplicationId: "shop123", EnvironmentId: "prod123" };
const refusals = [
  {
    service: "IAM",
    call: () => new IAMClient(options).send(new GetGroupCommand({ GroupName: "prod-admins" })),
    refusal: { name: "AccessDenied", status: 403, on: "iam:GetGroup on resource: group prod-admins" },
  },
  {
    service: "the identity store",
    call: (GroupId: string) =>
      new IdentitystoreClient(options).send(
        new DescribeGroupCommand({ IdentityStoreId: "d-1234567890", GroupId }),
      ),
    refusal: {
      name: "AccessDeniedException",
      status: 400,
      on: "identitystore:DescribeGroup on resource: arn:aws:identitystore::123456789012:identitystore/d-1234567890",
    },
  },
  {
    service: "AppConfig",
    call: () => new AppConfigClient(options).send(new GetEnvironmentCommand(environment)),
    refusal: {
      name: "AccessDeniedException",
      status: 403,
      on: "appconfig:GetEnvironment on resource: arn:aws:appconfig:us-east-1:123456789012:application/shop123",
    },
  },
  {
    service: "DynamoDB",
    call: () =>
      new DynamoDBClient(options).send(
        new GetItemCommand({ TableName: "sym-leases", Key: { pk: { S: "a" } } }),
      ),
    refusal: {
      name: "AccessDeniedException",
      status: 400,
      on: "dynamodb:GetItem on resource: arn:aws:dynamodb:us-east-1:123456789012:table/sym-leases",
    },
  },
];
test.each(refusals)("$service denies access with its own error format", async ({ call, refusal }) => {
  const { sandbox, group, allow } = await open();
  expect(await refusalOf(call(group))).toMatchObject({ name: undefined });
  allow(sandbox.executionRole, nothing);
  const { name, status, on } = refusal;
  const [action] = on.split(" ");
  const sentence = `${own} ${on} because no identity-based policy allows the ${action} action`;
  expect(await refusalOf(call(group))).toEqual({ name, status, message: sentence });
});

test("an explicit deny overrides an allow, and the error names the deny", async () => {
  const { sandbox, allow, getGroup } = await open();
  allow(
    sandbox.executionRole,
    { Effect: "Deny", Action: "iam:Get*", Resource: "arn:aws:iam::*:group/ops/*" },
    { Effect: "Allow", Action: "*", Resource: "*" },
  );
  const on = "iam:GetGroup on resource: group prod-admins";
  await expect(getGroup()).rejects.toThrow(`${own} ${on} with an explicit deny in an identity-based policy`);
});

test("a role can be assumed only if allowed, and then has its own policies only", async () => {
  const { sandbox, allow, assume } = await open();
  allow(sandbox.executionRole, nothing);
  expect(await refusalOf(assume())).toEqual({
    name: "AccessDenied",
    status: 403,
    message: `${own} sts:AssumeRole on resource: ${role}`,
  });
  allow(sandbox.executionRole, { Effect: "Allow", Action: "sts:AssumeRole", Resource: role });
  const elsewhere = await assume();
  const getGroup = () => elsewhere.send(new GetGroupCommand({ GroupName: "prod-admins" }));
  await getGroup();
  allow(role, nothing);
  await expect(getGroup()).rejects.toThrow("assumed-role/sym-elsewhere/elsewhere is not authorized");
  allow(role, { Effect: "Allow", Action: "iam:GetGroup", ...onProdAdmins });
  await getGroup();
});

test("injected faults apply to allowed calls, including DynamoDB's", async () => {
  const { sandbox } = await open();
  sandbox.faults.inject({ service: "dynamodb", action: "GetItem", kind: "throttle" });
  const command = new GetItemCommand({ TableName: "sym-leases", Key: { pk: { S: "a" } } });
  const refusal = await refusalOf(new DynamoDBClient(options).send(command));
  expect(refusal).toEqual({ name: "ThrottlingException", status: 400, message: "Rate exceeded" });
});

test("DynamoDB's denial has a capital letter where the other services have a small letter", async () => {
  const { sandbox, allow } = await open();
  allow(sandbox.executionRole, nothing);
  const { text } = await send(sandbox, table("GetItem", { Key: { pk: { S: "a" } } }));
  expect(JSON.parse(text)).toEqual({
    __type: "com.amazon.coral.service#AccessDeniedException",
    Message: expect.stringContaining("is not authorized to perform: dynamodb:GetItem"),
  });
});
