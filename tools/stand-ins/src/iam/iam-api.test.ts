import {
  AddUserToGroupCommand,
  GetGroupCommand,
  GetUserCommand,
  ListGroupsForUserCommand,
  ListUsersCommand,
  NoSuchEntityException,
  paginateGetGroup,
  paginateListGroupsForUser,
  RemoveUserFromGroupCommand,
} from "@aws-sdk/client-iam";
import { expect, test } from "vitest";
import { openSandbox, refusalOf } from "../aws/clients.test-support.ts";

const ROBIN = "robin.requester@example.com";
const ALEX = "alex.approver@example.com";
const membership = { UserName: ROBIN, GroupName: "prod-admins" };

async function openWithRobin() {
  const opened = await openSandbox();
  opened.sandbox.iam.createUser(ROBIN);
  opened.sandbox.iam.createGroup("prod-admins", { path: "/sym/" });
  return opened;
}

test("a user is added to a group and removed again", async () => {
  const { sandbox, iam } = await openWithRobin();
  const { $metadata } = await iam.send(new AddUserToGroupCommand(membership));
  expect($metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(sandbox.iam.members("prod-admins")).toEqual([ROBIN]);
  expect(sandbox.iam.groupsOf(ROBIN)).toEqual(["prod-admins"]);
  await iam.send(new RemoveUserFromGroupCommand(membership));
  expect(sandbox.iam.members("prod-admins")).toEqual([]);
});

test("adding a member and removing a non-member succeed without a change", async () => {
  const { sandbox, iam } = await openWithRobin();
  await iam.send(new RemoveUserFromGroupCommand(membership));
  await iam.send(new AddUserToGroupCommand(membership));
  await iam.send(new AddUserToGroupCommand(membership));
  expect(sandbox.iam.members("prod-admins")).toEqual([ROBIN]);
});

test("GetUser and GetGroup return the sandbox's users and groups", async () => {
  const { sandbox, iam } = await openWithRobin();
  sandbox.iam.addMember(ROBIN, "prod-admins");
  const { User } = await iam.send(new GetUserCommand({ UserName: ROBIN }));
  const { Group, Users } = await iam.send(new GetGroupCommand({ GroupName: "prod-admins" }));
  expect(User).toMatchObject({
    UserName: ROBIN,
    UserId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
    Arn: `arn:aws:iam::123456789012:user/${ROBIN}`,
    CreateDate: expect.any(Date),
  });
  expect(Group).toMatchObject({
    GroupId: expect.stringMatching(/^AGPA[A-Z2-7]{17}$/),
    Path: "/sym/",
    Arn: "arn:aws:iam::123456789012:group/sym/prod-admins",
  });
  expect(Users).toEqual([User]);
});

test("a missing user and a missing group are the same error with different messages", async () => {
  const { iam } = await openWithRobin();
  const noUser = iam.send(new AddUserToGroupCommand({ ...membership, UserName: ALEX }));
  await expect(noUser).rejects.toBeInstanceOf(NoSuchEntityException);
  expect(await refusalOf(noUser)).toEqual({
    name: "NoSuchEntityException",
    status: 404,
    message: `The user with name ${ALEX} cannot be found.`,
  });
  const noGroup = iam.send(new RemoveUserFromGroupCommand({ ...membership, GroupName: "prod-admin" }));
  expect(await refusalOf(noGroup)).toMatchObject({
    name: "NoSuchEntityException",
    message: "The group with name prod-admin cannot be found.",
  });
  const lookUp = iam.send(new ListGroupsForUserCommand({ UserName: ALEX }));
  expect((await refusalOf(lookUp)).name).toBe("NoSuchEntityException");
});

test("members and groups are listed in pages that the SDK's paginators follow", async () => {
  const { sandbox, iam } = await openWithRobin();
  const names = ["a", "B", "c", "d", "e"];
  for (const name of names) {
    sandbox.iam.createUser(name);
    sandbox.iam.addMember(name, "prod-admins");
    sandbox.iam.createGroup(`group-${name}`);
    sandbox.iam.addMember(ROBIN, `group-${name}`);
  }
  const users: (string | undefined)[][] = [];
  for await (const page of paginateGetGroup({ client: iam, pageSize: 2 }, { GroupName: "prod-admins" })) {
    users.push((page.Users ?? []).map((user) => user.UserName));
  }
  const groups: (string | undefined)[][] = [];
  for await (const page of paginateListGroupsForUser({ client: iam, pageSize: 3 }, { UserName: ROBIN })) {
    groups.push((page.Groups ?? []).map((group) => group.GroupName));
  }
  expect(users).toEqual([["a", "B"], ["c", "d"], ["e"]]);
  expect(groups).toEqual([
    ["group-a", "group-B", "group-c"],
    ["group-d", "group-e"],
  ]);
});

test("a page has 100 entries by default, and an invalid marker or page size is refused", async () => {
  const { sandbox, iam } = await openWithRobin();
  for (let index = 0; index < 101; index += 1) {
    sandbox.iam.createUser(`user-${index}`);
    sandbox.iam.addMember(`user-${index}`, "prod-admins");
  }
  const group = { GroupName: "prod-admins" };
  const page = await iam.send(new GetGroupCommand(group));
  expect(page).toMatchObject({ IsTruncated: true, Marker: expect.any(String) });
  expect(page.Users).toHaveLength(100);
  const badMarker = iam.send(new GetGroupCommand({ ...group, Marker: "2" }));
  expect(await refusalOf(badMarker)).toMatchObject({ name: "ValidationError", status: 400 });
  const badSize = iam.send(new GetGroupCommand({ ...group, MaxItems: 0 }));
  expect(await refusalOf(badSize)).toMatchObject({ name: "ValidationError", status: 400 });
});

test("an eleventh group is refused, and a repeated addition to one of ten succeeds", async () => {
  const { sandbox, iam } = await openWithRobin();
  for (let index = 1; index <= 10; index += 1) {
    sandbox.iam.createGroup(`group-${index}`);
    sandbox.iam.addMember(ROBIN, `group-${index}`);
  }
  await iam.send(new AddUserToGroupCommand({ UserName: ROBIN, GroupName: "group-10" }));
  expect(await refusalOf(iam.send(new AddUserToGroupCommand(membership)))).toEqual({
    name: "LimitExceededException",
    status: 409,
    message: "Cannot exceed quota for GroupsPerUser: 10",
  });
});

test("names are found in any letter case, and returned as they were created", async () => {
  const { sandbox, iam } = await openWithRobin();
  const shouted = { UserName: ROBIN.toUpperCase(), GroupName: "PROD-ADMINS" };
  await iam.send(new AddUserToGroupCommand(shouted));
  const { User } = await iam.send(new GetUserCommand({ UserName: shouted.UserName }));
  expect(User?.UserName).toBe(ROBIN);
  expect(sandbox.iam.members("Prod-Admins")).toEqual([ROBIN]);
  expect(() => sandbox.iam.createUser(shouted.UserName)).toThrow("already exists");
});

test("an invalid IAM name is a ValidationError", async () => {
  const { sandbox, iam } = await openWithRobin();
  const spaced = iam.send(new GetUserCommand({ UserName: "robin requester" }));
  expect(await refusalOf(spaced)).toMatchObject({ name: "ValidationError", status: 400 });
  const long = iam.send(new GetGroupCommand({ GroupName: "g".repeat(129) }));
  expect(await refusalOf(long)).toMatchObject({ name: "ValidationError", status: 400 });
  expect(() => sandbox.iam.createUser("u".repeat(65))).toThrow("at most 64");
});

test("GetUser without a name is refused, since the caller is a role", async () => {
  const { iam } = await openWithRobin();
  expect((await refusalOf(iam.send(new GetUserCommand({})))).message).toContain("Must specify userName");
});

test("an action without a stand-in is an InvalidAction", async () => {
  const { iam } = await openWithRobin();
  const answer = await refusalOf(iam.send(new ListUsersCommand({})));
  expect(answer).toMatchObject({ name: "InvalidAction", status: 400 });
});

test("a renamed user keeps id and groups, and a re-created user has a new id and no groups", async () => {
  const { sandbox } = await openWithRobin();
  const { iam } = sandbox;
  const id = iam.createUser("robin");
  iam.addMember("robin", "prod-admins");
  iam.renameUser("robin", "robyn");
  expect(iam.members("prod-admins")).toEqual(["robyn"]);
  iam.deleteUser("robyn");
  expect(iam.members("prod-admins")).toEqual([]);
  expect(iam.createUser("robyn")).not.toBe(id);
  expect(iam.groupsOf("robyn")).toEqual([]);
});

test("a deleted group has no members left, and a new group of that name starts empty", async () => {
  const { iam } = (await openWithRobin()).sandbox;
  iam.addMember(ROBIN, "prod-admins");
  iam.deleteGroup("prod-admins");
  iam.createGroup("prod-admins");
  expect(iam.groupsOf(ROBIN)).toEqual([]);
  iam.addMember(ROBIN, "prod-admins");
  iam.removeMember(ROBIN, "prod-admins");
  expect(iam.members("prod-admins")).toEqual([]);
});
