import {
  ConflictException,
  CreateGroupMembershipCommand,
  DeleteGroupMembershipCommand,
  DescribeGroupCommand,
  DescribeUserCommand,
  GetGroupIdCommand,
  GetGroupMembershipIdCommand,
  GetUserIdCommand,
  IdentitystoreClient,
  IsMemberInGroupsCommand,
  ListUsersCommand,
  ThrottlingException,
} from "@aws-sdk/client-identitystore";
import { expect, onTestFinished, test, vi } from "vitest";
import { startSandbox } from "../sandbox.ts";

const ROBIN = "robin.requester@example.com";
const STORE = "d-1234567890";
const NOBODY = "00000000-0000-4000-8000-000000000000";
const inStore = { IdentityStoreId: STORE };

/** A store in eu-west-1 with Robin and prod-admins, and an SDK client that finds the sandbox through the environment. */
async function openStore({ region = "eu-west-1", ignoresCase = false } = {}) {
  const sandbox = await startSandbox();
  for (const [name, value] of Object.entries(sandbox.env)) vi.stubEnv(name, value);
  const client = new IdentitystoreClient({ region, maxAttempts: 1 });
  onTestFinished(async () => {
    client.destroy();
    vi.unstubAllEnvs();
    await sandbox.close();
  });
  const store = sandbox.identityStore.store(STORE, { region: "eu-west-1", ignoresCase });
  const UserId = store.createUser("robin", { email: ROBIN });
  const GroupId = store.createGroup("prod-admins");
  const membership = { ...inStore, GroupId, MemberId: { UserId } };
  return { sandbox, client, store, UserId, GroupId, membership };
}

/** The error of a refused call, as an SDK user sees the error. */
async function refusal(call: Promise<unknown>) {
  const error = await call.then(
    () => undefined,
    (reason) => reason,
  );
  const { name, message, Reason, ResourceType, $metadata } = error ?? {};
  return { name, message, Reason, ResourceType, status: $metadata?.httpStatusCode };
}

function userBy(AttributePath: string, AttributeValue: string) {
  const UniqueAttribute = { AttributePath, AttributeValue };
  return new GetUserIdCommand({ ...inStore, AlternateIdentifier: { UniqueAttribute } });
}

function groupBy(AttributeValue: string) {
  const UniqueAttribute = { AttributePath: "displayName", AttributeValue };
  return new GetGroupIdCommand({ ...inStore, AlternateIdentifier: { UniqueAttribute } });
}

test("a membership is created, found by one call, and deleted", async () => {
  const { client, store, membership, UserId, GroupId } = await openStore();
  const { MembershipId } = await client.send(new CreateGroupMembershipCommand(membership));
  expect(store.members("prod-admins")).toEqual(["robin"]);
  expect(store.groupsOf("robin")).toEqual(["prod-admins"]);
  const found = await client.send(new GetGroupMembershipIdCommand(membership));
  expect(found).toMatchObject({ MembershipId, IdentityStoreId: STORE });
  const asked = { ...inStore, MemberId: { UserId }, GroupIds: [GroupId] };
  expect((await client.send(new IsMemberInGroupsCommand(asked))).Results).toEqual([
    { GroupId, MemberId: { UserId }, MembershipExists: true },
  ]);
  await client.send(new DeleteGroupMembershipCommand({ ...inStore, MembershipId }));
  expect(store.members("prod-admins")).toEqual([]);
  expect((await client.send(new IsMemberInGroupsCommand(asked))).Results).toMatchObject([
    { MembershipExists: false },
  ]);
});

test("a person who is removed and added again has a new membership id", async () => {
  const { client, store, membership } = await openStore();
  const first = store.addMember("robin", "prod-admins");
  store.removeMember("robin", "prod-admins");
  const { MembershipId } = await client.send(new CreateGroupMembershipCommand(membership));
  expect(MembershipId).not.toBe(first);
  const stale = client.send(new DeleteGroupMembershipCommand({ ...inStore, MembershipId: first }));
  expect(await refusal(stale)).toMatchObject({ ResourceType: "GROUP_MEMBERSHIP" });
});

test("adding a member twice is a conflict with a reason and status 400", async () => {
  const { client, store, membership } = await openStore();
  store.addMember("robin", "prod-admins");
  const again = client.send(new CreateGroupMembershipCommand(membership));
  await expect(again).rejects.toBeInstanceOf(ConflictException);
  expect(await refusal(again)).toEqual({
    name: "ConflictException",
    message: "Member and Group relationship already exists",
    Reason: "UNIQUENESS_CONSTRAINT_VIOLATION",
    ResourceType: undefined,
    status: 400,
  });
});

test("an error for a missing resource names its type", async () => {
  const { client, membership } = await openStore();
  const calls: [ReturnType<typeof refusal>, string][] = [
    [refusal(client.send(new GetGroupMembershipIdCommand(membership))), "GROUP_MEMBERSHIP"],
    [refusal(client.send(new GetGroupMembershipIdCommand({ ...membership, GroupId: NOBODY }))), "GROUP"],
    [
      refusal(client.send(new CreateGroupMembershipCommand({ ...membership, MemberId: { UserId: NOBODY } }))),
      "USER",
    ],
    [refusal(client.send(new DescribeGroupCommand({ ...inStore, GroupId: NOBODY }))), "GROUP"],
    [refusal(client.send(new DescribeUserCommand({ ...inStore, UserId: NOBODY }))), "USER"],
    [refusal(client.send(userBy("userName", ROBIN))), "USER"],
    [refusal(client.send(userBy("emails.value", "robin"))), "USER"],
    [refusal(client.send(groupBy("prod"))), "GROUP"],
    [
      refusal(client.send(new DescribeGroupCommand({ ...membership, IdentityStoreId: "d-0000000000" }))),
      "IDENTITY_STORE",
    ],
  ];
  for (const [call, ResourceType] of calls)
    expect(await call).toMatchObject({
      name: "ResourceNotFoundException",
      ResourceType,
      status: 400,
    });
});

test("users are found by user name and by e-mail address, case-sensitively or not", async () => {
  const exact = await openStore();
  expect(await exact.client.send(userBy("userName", "robin"))).toMatchObject({ UserId: exact.UserId });
  expect(await exact.client.send(userBy("emails.value", ROBIN))).toMatchObject({ UserId: exact.UserId });
  expect(await refusal(exact.client.send(userBy("userName", "Robin")))).toMatchObject({
    ResourceType: "USER",
  });
  expect(await refusal(exact.client.send(userBy("displayName", "robin")))).toMatchObject({
    name: "ValidationException",
  });
  const lenient = await openStore({ ignoresCase: true });
  expect(await lenient.client.send(userBy("userName", "ROBIN"))).toMatchObject({ UserId: lenient.UserId });
});

test("DescribeUser and DescribeGroup return names, status and external ids", async () => {
  const { client, store, UserId, GroupId } = await openStore();
  store.createUser("sam", { email: null, enabled: false });
  const externalIds = [{ Issuer: "https://scim.example.com", Id: "7" }];
  const scim = store.createGroup("everybody", { externalIds });
  expect(await client.send(new DescribeUserCommand({ ...inStore, UserId }))).toMatchObject({
    UserName: "robin",
    Emails: [{ Value: ROBIN }],
    UserStatus: "ENABLED",
  });
  expect(await client.send(new DescribeGroupCommand({ ...inStore, GroupId: scim }))).toMatchObject({
    DisplayName: "everybody",
    ExternalIds: externalIds,
  });
  store.renameGroup("prod-admins", "production");
  const renamed = await client.send(new DescribeGroupCommand({ ...inStore, GroupId }));
  expect(renamed.DisplayName).toBe("production");
  expect(renamed.ExternalIds).toBeUndefined();
});

test("an identity store belongs to one region and one account", async () => {
  const elsewhere = await openStore({ region: "us-east-1" });
  expect(await refusal(elsewhere.client.send(userBy("userName", "robin")))).toMatchObject({
    message: `IdentityStore not present for IdentityStoreId: ${STORE}`,
    ResourceType: "IDENTITY_STORE",
  });
  const { sandbox, client } = await openStore();
  sandbox.identityStore.store("d-9999999999", { region: "eu-west-1", account: "210987654321" });
  const foreign = client.send(new DescribeUserCommand({ IdentityStoreId: "d-9999999999", UserId: NOBODY }));
  expect(await refusal(foreign)).toMatchObject({ name: "AccessDeniedException" });
  expect(sandbox.calls.at(-1)).toMatchObject({ service: "identitystore", region: "eu-west-1" });
});

test("ids of the wrong form, no groups, and unknown actions are refused", async () => {
  const { client, UserId } = await openStore();
  const member = { ...inStore, MemberId: { UserId } };
  const calls = [
    refusal(client.send(new DescribeUserCommand({ ...inStore, UserId: "robin" }))),
    refusal(client.send(new DescribeUserCommand({ IdentityStoreId: "prod", UserId }))),
    refusal(client.send(new IsMemberInGroupsCommand({ ...member, GroupIds: [] }))),
    refusal(client.send(new IsMemberInGroupsCommand({ ...member, GroupIds: Array(101).fill(NOBODY) }))),
  ];
  for (const call of calls) expect((await call).name).toBe("ValidationException");
  expect((await refusal(client.send(new ListUsersCommand(inStore)))).name).toBe("UnknownOperationException");
});

test("injected faults have the Identity Store's form", async () => {
  const { sandbox, client } = await openStore();
  const kinds = [
    ["throttle", "ThrottlingException", 400],
    ["access-denied", "AccessDeniedException", 400],
    ["internal-error", "InternalServerException", 500],
  ] as const;
  for (const [kind, name, status] of kinds) {
    sandbox.faults.inject({ service: "identitystore", action: "GetUserId", kind });
    expect(await refusal(client.send(userBy("userName", "robin")))).toMatchObject({ name, status });
  }
});

test("a test can inject an error of the Identity Store a given number of times", async () => {
  const { sandbox, client, membership } = await openStore();
  sandbox.identityStore.refuse({
    action: "CreateGroupMembership",
    code: "ConflictException",
    members: { Reason: "CONCURRENT_MODIFICATION" },
    times: 2,
  });
  const create = () => refusal(client.send(new CreateGroupMembershipCommand(membership)));
  expect([await create(), await create(), await create()].map(({ Reason }) => Reason)).toEqual([
    "CONCURRENT_MODIFICATION",
    "CONCURRENT_MODIFICATION",
    undefined,
  ]);
});

test("an action is throttled until the time that its body or header names", async () => {
  const { sandbox, client } = await openStore();
  sandbox.identityStore.throttle("GetUserId", 60);
  for (const _ of [1, 2]) {
    const error = await client.send(userBy("userName", "robin")).catch((reason) => reason);
    expect(error).toBeInstanceOf(ThrottlingException);
    expect(error.RetryAfterSeconds).toBe(60);
  }
  sandbox.reset();
  sandbox.identityStore.throttle("GetUserId", 60, "header");
  const error = await client.send(userBy("userName", "robin")).catch((reason) => reason);
  expect(error.RetryAfterSeconds).toBeUndefined();
  expect(error.$response.headers["retry-after"]).toBe("60");
});

test("deleting a user deletes the user's memberships, and a snapshot keeps everything", async () => {
  const { sandbox, store } = await openStore();
  store.addMember("robin", "prod-admins");
  const other = await startSandbox({ state: sandbox.snapshot() });
  onTestFinished(() => other.close());
  expect(other.identityStore.store(STORE).members("prod-admins")).toEqual(["robin"]);
  store.deleteUser("robin");
  expect(store.members("prod-admins")).toEqual([]);
  store.deleteGroup("prod-admins");
  expect(() => store.members("prod-admins")).toThrow("Group not found");
  expect(() => store.createGroup("a", { id: store.createGroup("b") })).toThrow("Duplicate");
});
