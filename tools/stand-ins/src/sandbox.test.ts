import { AddUserToGroupCommand, GetUserCommand, type IAMClient } from "@aws-sdk/client-iam";
import { LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { expect, onTestFinished, test } from "vitest";
import { openSandbox, refusalOf } from "./aws/clients.test-support.ts";
import type { FaultKind } from "./kernel/faults.ts";
import { startSandbox } from "./sandbox.ts";

const membership = { UserName: "robin", GroupName: "prod-admins" };

async function openWithRobin(maxAttempts = 1) {
  const opened = await openSandbox(maxAttempts);
  opened.sandbox.iam.createUser("robin");
  opened.sandbox.iam.createGroup("prod-admins");
  return opened;
}

function add(iam: IAMClient) {
  return iam.send(new AddUserToGroupCommand(membership));
}

async function addUnderFault(kind: FaultKind) {
  const { sandbox, iam } = await openWithRobin();
  sandbox.faults.inject({ service: "iam", action: "AddUserToGroup", kind });
  const refusal = await refusalOf(add(iam));
  return { refusal, members: sandbox.iam.members("prod-admins"), call: sandbox.calls[0] };
}

test("a throttled call is refused and changes nothing", async () => {
  const { refusal, members } = await addUnderFault("throttle");
  expect(refusal).toEqual({ name: "Throttling", status: 400, message: "Rate exceeded" });
  expect(members).toEqual([]);
});

test("the fault not-found is a NoSuchEntity error, without a change", async () => {
  const { refusal, members } = await addUnderFault("not-found");
  expect(refusal).toMatchObject({ name: "NoSuchEntityException", status: 404 });
  expect(members).toEqual([]);
});

for (const kind of ["html-page", "empty-answer"] as const)
  test(`an ${kind} has status 200 and no AWS request id, and changes nothing`, async () => {
    const { sandbox, iam } = await openWithRobin();
    sandbox.faults.inject({ action: "AddUserToGroup", kind });
    expect((await add(iam)).$metadata).toMatchObject({ httpStatusCode: 200, requestId: undefined });
    expect(sandbox.iam.members("prod-admins")).toEqual([]);
    expect(sandbox.calls[0]).toMatchObject({ action: "AddUserToGroup", status: 200 });
  });

test("an internal error is a ServiceFailure and changes nothing", async () => {
  const { refusal, members } = await addUnderFault("internal-error");
  expect(refusal).toMatchObject({ name: "ServiceFailureException", status: 500 });
  expect(members).toEqual([]);
});

test("a denied call names the caller, the action and the group", async () => {
  const { refusal, members } = await addUnderFault("access-denied");
  expect(refusal).toEqual({
    name: "AccessDenied",
    status: 403,
    message:
      "User: arn:aws:sts::123456789012:assumed-role/sym-handler/sandbox is not authorized to perform: " +
      "iam:AddUserToGroup on resource: group prod-admins because no identity-based policy allows the " +
      "iam:AddUserToGroup action",
  });
  expect(members).toEqual([]);
});

test("a lost answer breaks the connection after the change", async () => {
  const { refusal, members, call } = await addUnderFault("answer-lost");
  expect(refusal).toMatchObject({ message: "socket hang up", status: undefined });
  expect(members).toEqual(["robin"]);
  expect(call).toMatchObject({ status: 0, errorCode: "answer-lost" });
});

test("a reset breaks the connection before the change", async () => {
  const { refusal, members, call } = await addUnderFault("reset");
  expect(refusal).toMatchObject({ message: "socket hang up", status: undefined });
  expect(members).toEqual([]);
  expect(call).toMatchObject({ status: 0, errorCode: "reset" });
});

test("a timeout never answers until the sandbox closes, without a change", async () => {
  const { sandbox, iam } = await openWithRobin();
  sandbox.faults.inject({ action: "AddUserToGroup", kind: "timeout" });
  let answered = false;
  const waiting = refusalOf(add(iam)).finally(() => {
    answered = true;
  });
  // A second request gets its answer, so the first request is not merely slow.
  await expect.poll(() => sandbox.calls.length).toBe(1);
  await iam.send(new GetUserCommand({ UserName: "robin" }));
  expect(answered).toBe(false);
  await sandbox.close();
  expect(await waiting).toMatchObject({ message: "socket hang up" });
  expect(sandbox.iam.members("prod-admins")).toEqual([]);
});

test("the SDK's own retries survive a fault that occurs twice", async () => {
  const { sandbox, iam } = await openWithRobin(3);
  sandbox.faults.inject({ action: "AddUserToGroup", kind: "internal-error", times: 2 });
  const { $metadata } = await add(iam);
  expect($metadata.attempts).toBe(3);
  expect(sandbox.calls.map((call) => call.status)).toEqual([500, 500, 200]);
});

test("a fault applies only to its service and action, until it is cleared", async () => {
  const { sandbox, iam, sts } = await openWithRobin();
  sandbox.faults.inject({ service: "sts", action: "AddUserToGroup", kind: "throttle" });
  sandbox.faults.inject({ service: "sts", action: "AssumeRole", kind: "throttle", times: Infinity });
  await add(iam);
  const request = { RoleArn: "arn:aws:iam::210987654321:role/group-writer", RoleSessionName: "run-1" };
  sandbox.sts.createRole(request.RoleArn);
  for (const _ of [1, 2, 3]) {
    expect((await refusalOf(sts.send(new AssumeRoleCommand(request)))).name).toBe("Throttling");
  }
  sandbox.faults.clear();
  await sts.send(new AssumeRoleCommand(request));
});

test("calls are recorded in order with their parameters and outcome", async () => {
  const { sandbox, iam } = await openWithRobin();
  await add(iam);
  await refusalOf(iam.send(new GetUserCommand({ UserName: "alex" })));
  const common = { service: "iam", account: "123456789012" };
  expect(sandbox.calls).toEqual([
    { ...common, action: "AddUserToGroup", parameters: membership, status: 200 },
    {
      ...common,
      action: "GetUser",
      parameters: { UserName: "alex" },
      status: 404,
      errorCode: "NoSuchEntity",
    },
  ]);
});

test("a snapshot is plain JSON and starts a second sandbox in the same state", async () => {
  const { sandbox, iam } = await openWithRobin();
  await add(iam);
  const snapshot = sandbox.snapshot();
  sandbox.iam.removeMember("robin", "prod-admins");
  const state = JSON.parse(JSON.stringify(snapshot));
  const second = await startSandbox({ state });
  onTestFinished(() => second.close());
  expect(second.iam.members("prod-admins")).toEqual(["robin"]);
  expect(second.snapshot()).toEqual(state);
});

test("a reset restores the initial state, and clears calls and faults", async () => {
  const { sandbox, iam } = await openWithRobin();
  await add(iam);
  sandbox.faults.inject({ action: "AddUserToGroup", kind: "throttle" });
  sandbox.reset();
  expect(sandbox.calls).toEqual([]);
  expect((await refusalOf(add(iam))).message).toBe("The group with name prod-admins cannot be found.");
});

test("identifiers are the same in every run", async () => {
  const ids = [];
  for (const _ of [1, 2]) {
    const { sandbox } = await openWithRobin();
    ids.push([sandbox.iam.createUser("alex"), sandbox.iam.account("210987654321").createUser("alex")]);
  }
  expect(ids[0]).toEqual(ids[1]);
  expect(new Set(ids[0]).size).toBe(2);
});

test("a service without a stand-in is refused by name", async () => {
  const { sandbox } = await openSandbox();
  const lambda = new LambdaClient({ maxAttempts: 1 });
  const answer = await refusalOf(lambda.send(new ListFunctionsCommand({})));
  expect(answer.status).toBe(501);
  expect(sandbox.calls).toEqual([]);
});
