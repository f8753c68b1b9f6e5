import { AddUserToGroupCommand, GetUserCommand, IAMClient } from "@aws-sdk/client-iam";
import {
  AssumeRoleCommand,
  type Credentials,
  GetCallerIdentityCommand,
  STSClient,
} from "@aws-sdk/client-sts";
import { expect, test } from "vitest";
import { openSandbox, refusalOf } from "../aws/clients.test-support.ts";

const ROLE = "arn:aws:iam::210987654321:role/sym/group-writer";
const request = { RoleArn: ROLE, RoleSessionName: "run-1" };

function credentialsOf(credentials: Credentials | undefined) {
  const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = credentials ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

async function openWithSession() {
  const opened = await openSandbox();
  opened.sandbox.sts.createRole(ROLE);
  const { Credentials, AssumedRoleUser } = await opened.sts.send(new AssumeRoleCommand(request));
  return { ...opened, credentials: credentialsOf(Credentials), Credentials, AssumedRoleUser };
}

test("an assumed role acts in the role's account only", async () => {
  const { sandbox, credentials } = await openWithSession();
  const other = sandbox.iam.account("210987654321");
  for (const account of [sandbox.iam, other]) {
    account.createUser("robin");
    account.createGroup("prod-admins");
  }
  const iam = new IAMClient({ credentials });
  await iam.send(new AddUserToGroupCommand({ UserName: "robin", GroupName: "prod-admins" }));
  expect(other.members("prod-admins")).toEqual(["robin"]);
  expect(sandbox.iam.members("prod-admins")).toEqual([]);
  expect(sandbox.calls.map((call) => call.account)).toEqual(["123456789012", "210987654321"]);
});

test("AssumeRole returns temporary credentials and records the session's name", async () => {
  const { sandbox, Credentials, AssumedRoleUser } = await openWithSession();
  expect(Credentials).toMatchObject({
    AccessKeyId: expect.stringMatching(/^ASIA[A-Z2-7]{16}$/),
    SecretAccessKey: expect.any(String),
    SessionToken: expect.any(String),
    Expiration: expect.any(Date),
  });
  expect(AssumedRoleUser).toEqual({
    Arn: "arn:aws:sts::210987654321:assumed-role/group-writer/run-1",
    AssumedRoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}:run-1$/),
  });
  expect(sandbox.sts.sessions()).toEqual([{ roleArn: ROLE, sessionName: "run-1" }]);
});

test("a role that does not exist is refused with AWS's error text", async () => {
  const { sts } = await openSandbox();
  expect(await refusalOf(sts.send(new AssumeRoleCommand(request)))).toEqual({
    name: "AccessDenied",
    status: 403,
    message:
      "User: arn:aws:sts::123456789012:assumed-role/sym-handler/sandbox is not authorized to perform: " +
      `sts:AssumeRole on resource: ${ROLE}`,
  });
});

test("a malformed role, session name or duration is a ValidationError", async () => {
  const { sandbox, sts } = await openSandbox();
  sandbox.sts.createRole(ROLE);
  const wrong = [
    { ...request, RoleArn: "arn:aws:iam::12:role/group-writer" },
    { ...request, RoleSessionName: "run 1" },
    { ...request, DurationSeconds: 899 },
    { ...request, DurationSeconds: 3601 },
  ];
  for (const input of wrong) {
    const answer = await refusalOf(sts.send(new AssumeRoleCommand(input)));
    expect(answer).toMatchObject({ name: "ValidationError", status: 400 });
  }
  expect(() => sandbox.sts.createRole("group-writer")).toThrow("is invalid");
});

test("GetCallerIdentity distinguishes the function's role from an assumed role", async () => {
  const { sts, credentials } = await openWithSession();
  const own = await sts.send(new GetCallerIdentityCommand({}));
  const assumed = await new STSClient({ credentials }).send(new GetCallerIdentityCommand({}));
  expect(own.Arn).toBe("arn:aws:sts::123456789012:assumed-role/sym-handler/sandbox");
  expect(assumed).toMatchObject({
    Account: "210987654321",
    Arn: "arn:aws:sts::210987654321:assumed-role/group-writer/run-1",
  });
});

test("expired credentials are an ExpiredToken", async () => {
  const { sandbox, credentials } = await openWithSession();
  sandbox.sts.expireSessions();
  const iam = new IAMClient({ credentials });
  const answer = await refusalOf(iam.send(new GetUserCommand({ UserName: "robin" })));
  expect(answer).toMatchObject({ name: "ExpiredToken", status: 403 });
});

test("an unknown key, and a known key without its session token, are an InvalidClientTokenId", async () => {
  const { credentials } = await openWithSession();
  const { sessionToken: _, ...withoutToken } = credentials;
  for (const wrong of [withoutToken, { ...credentials, accessKeyId: "AKIAUNKNOWN" }]) {
    const iam = new IAMClient({ credentials: wrong });
    const answer = await refusalOf(iam.send(new GetUserCommand({ UserName: "robin" })));
    expect(answer).toMatchObject({ name: "InvalidClientTokenId", status: 403 });
  }
});
