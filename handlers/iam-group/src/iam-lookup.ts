import {
  GetGroupCommand,
  GetUserCommand,
  type Group,
  type IAMClient,
  NoSuchEntityException,
  paginateGetGroup,
  paginateListGroupsForUser,
} from "@aws-sdk/client-iam";
import { abortOf, answerTo, isAwsError, itemsOf, requireElement } from "@sym/aws";
import {
  type Access,
  allInOrder,
  type Invocation,
  notFound,
  type SymError,
  unavailable,
} from "@sym/lambda-core";
import type { Membership } from "./resolve.ts";

/** An IAM user's membership of an IAM group. `resource` is the GroupId, `subject` the UserId; the names can change. */
export type GroupAccess = Access & Membership;

/** An access with its current names, and the user's groups. */
export type IamMembership = { access: GroupAccess; groups: Group[] };

/** The arguments that every call needs. */
export type Caller = { client: IAMClient; invocation: Invocation };

/** Finds the user and the group of a request by their names. Throws `no-subject` or `no-resource`. */
export async function findByNames(caller: Caller, names: Membership): Promise<IamMembership> {
  const { user, group, groups } = await lookUp(caller, names);
  const { subject, resource } = namesOf(names);
  if (!user)
    throw notFound(
      "subject",
      `${subject} does not exist; create the user, or map the requester to another user with IDENTITY_RULE`,
    );
  if (!group) throw noGroup(resource);
  // The user may have groups.
  if (!groups)
    throw unavailable(
      `AWS found ${subject} but not the user's groups, so nothing was changed; try again in a minute`,
    );
  const found = { ...names, userName: user.name, groupName: group.name };
  return { access: { ...found, subject: user.id, resource: group.id, names: namesOf(found) }, groups };
}

/**
 * Finds the user and the group of a record by their ids, also under new names. Ignores another user or group that now has
 * the old name. Throws `no-subject` or `no-resource`.
 */
export async function findByIds(caller: Caller, access: GroupAccess): Promise<IamMembership> {
  const { names, subject, resource } = access;
  const { user, group, groups: listed } = await lookUp(caller, access);
  const [sameUser, sameGroup] = [user?.id === subject, group?.id === resource];
  // IAM has no lookup by id, but lists a group's members and a user's groups with their ids.
  if (!sameUser && !sameGroup)
    throw unavailable(
      `Neither ${names.subject} nor ${names.resource} can be found; if both were renamed, remove the user from the group manually`,
    );
  const userName = sameUser
    ? user?.name
    : await memberName(caller, access).catch(renamedJustNow(names.resource));
  if (userName === undefined)
    throw notFound(
      "subject",
      `${names.subject} no longer exists, and ${names.resource} has no member with its id`,
    );
  const groups =
    (sameUser && listed) || (await groupsOf(caller, userName).catch(renamedJustNow(names.subject)));
  const groupName = sameGroup ? group?.name : groups.find(({ GroupId }) => GroupId === resource)?.GroupName;
  // The group was deleted, or was renamed and does not have the user. A new group with the old name is another access.
  if (groupName === undefined)
    throw notFound(
      "resource",
      `${names.resource} no longer exists; set the target's group_name to an existing group`,
    );
  const found = { ...access, userName, groupName };
  return { access: { ...found, names: namesOf(found) }, groups };
}

/** Finds the group of a target by its name, and returns the group's name for sentences. Throws `no-resource`. */
export async function findGroup(
  caller: Caller,
  { host, groupName }: Pick<Membership, "host" | "groupName">,
): Promise<string> {
  const { resource } = namesOf({ host, groupName, userName: "" });
  const group = await groupNamed(caller, groupName, resource).catch(undefinedIfGone);
  if (group) return namesOf({ host, groupName: group.name, userName: "" }).resource;
  throw noGroup(resource);
}

function noGroup(resource: string): SymError {
  return notFound(
    "resource",
    `${resource} does not exist; correct the target's setting group_name, or create the group`,
  );
}

function namesOf({ host, userName, groupName }: Membership): Access["names"] {
  return { subject: `IAM user ${userName}`, resource: `IAM group ${groupName} in account ${host}` };
}

/** IAM's user, group and user's groups under these names; each is undefined if IAM does not find the name. */
async function lookUp(caller: Caller, names: Membership) {
  const [user, group, groups] = await allInOrder([
    userNamed(caller, names.userName).catch(undefinedIfGone),
    groupNamed(caller, names.groupName, namesOf(names).resource).catch(undefinedIfGone),
    groupsOf(caller, names.userName).catch(undefinedIfGone),
  ]);
  return { user, group, groups };
}

async function userNamed({ client, invocation }: Caller, UserName: string) {
  const call = { action: "iam:GetUser", on: `IAM user ${UserName}` };
  const command = new GetUserCommand({ UserName });
  const { User } = await answerTo(call, client.send(command, abortOf(invocation)));
  return { id: requireElement(User?.UserId, call), name: requireElement(User?.UserName, call) };
}

async function groupNamed({ client, invocation }: Caller, GroupName: string, on: string) {
  const call = { action: "iam:GetGroup", on };
  const command = new GetGroupCommand({ GroupName, MaxItems: 1 });
  const { Group } = await answerTo(call, client.send(command, abortOf(invocation)));
  return { id: requireElement(Group?.GroupId, call), name: requireElement(Group?.GroupName, call) };
}

async function groupsOf({ client, invocation }: Caller, UserName: string): Promise<Group[]> {
  const call = { action: "iam:ListGroupsForUser", on: `IAM user ${UserName}` };
  const pages = paginateListGroupsForUser({ client }, { UserName }, abortOf(invocation));
  return Array.fromAsync(itemsOf(call, pages, ({ Groups }) => Groups));
}

/** The name of the member with this user's id; undefined if the group has no such member. */
async function memberName({ client, invocation }: Caller, access: GroupAccess): Promise<string | undefined> {
  const call = { action: "iam:GetGroup", on: access.names.resource };
  const pages = paginateGetGroup({ client }, { GroupName: access.groupName }, abortOf(invocation));
  for await (const { UserId, UserName } of itemsOf(call, pages, ({ Users }) => Users))
    if (UserId === access.subject) return UserName;
  return undefined;
}

/** For `catch`: undefined if the entity does not exist. Every other failure is an error. */
function undefinedIfGone(error: unknown): undefined {
  if (!isAwsError(error, NoSuchEntityException)) throw error;
}

/** For `catch`, after a look-up of an entity that existed just before: a missing entity is an error to retry. */
function renamedJustNow(entity: string): (error: unknown) => never {
  return (error) => {
    if (!isAwsError(error, NoSuchEntityException)) throw error;
    throw unavailable(`${entity} was renamed or deleted just now; try again in a minute`, {
      cause: error.cause,
    });
  };
}
