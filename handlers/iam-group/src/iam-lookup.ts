import {
  GetGroupCommand,
  GetUserCommand,
  type Group,
  type IAMClient,
  NoSuchEntityException,
  paginateGetGroup,
  paginateListGroupsForUser,
} from "@aws-sdk/client-iam";
import { type AwsCall, requireElement, toSymError } from "@sym/aws";
import { type Access, allInOrder, type Invocation, notFound, SymError } from "@sym/lambda-core";
import type { Membership } from "./resolve.ts";

/** An IAM user's membership of an IAM group. `resource` is the GroupId, `subject` the UserId; the names can change. */
export type GroupAccess = Access & Omit<Membership, "account">;

/** An access with its current names, and the user's groups. */
export type IamMembership = { access: GroupAccess; groups: Group[] };

/** Finds the user and the group of a request by their names. Throws `no-subject` or `no-resource`. */
export async function findByNames(
  iam: IAMClient,
  names: Membership,
  invocation: Invocation,
): Promise<IamMembership> {
  const { account, ...rest } = names;
  const { user, group, groups } = await lookUp(caller(iam, invocation), names);
  const { subject, resource } = namesOf(names);
  if (!user)
    throw notFound(
      "subject",
      `${subject} does not exist; create the user, or map the requester to another user with IDENTITY_RULE`,
    );
  if (!group)
    throw notFound(
      "resource",
      `${resource} does not exist; correct the target's setting group_name, or create the group`,
    );
  if (!groups) throw contradiction(subject);
  const found = { ...rest, userName: user.name, groupName: group.name };
  const ids = { host: account, subject: user.id, resource: group.id };
  return { access: { ...found, ...ids, names: namesOf({ ...found, account }) }, groups };
}

/**
 * Finds the user and the group of a record by their ids, also under new names. Ignores another user or group that now has
 * the old name. Throws `no-subject` or `no-resource`.
 */
export async function findByIds(
  iam: IAMClient,
  access: GroupAccess,
  invocation: Invocation,
): Promise<IamMembership> {
  const call = caller(iam, invocation);
  const { names, subject, resource, host: account } = access;
  const { user, group, groups: listed } = await lookUp(call, { ...access, account });
  const [sameUser, sameGroup] = [user?.id === subject, group?.id === resource];
  // IAM has no look-up by id, but lists a group's members and a user's groups with their ids.
  if (!sameUser && !sameGroup)
    throw new SymError(
      `Neither ${names.subject} nor ${names.resource} can be found; if both were renamed, remove the user from the group manually`,
      { reason: "unavailable" },
    );
  const onGroup = { action: "iam:GetGroup", on: names.resource };
  const userName = sameUser ? user?.name : await mustStay(memberName(call, access), onGroup);
  if (userName === undefined)
    throw notFound(
      "subject",
      `${names.subject} no longer exists, and ${names.resource} has no member with its id`,
    );
  const onUser = { action: "iam:ListGroupsForUser", on: names.subject };
  const groups = (sameUser && listed) || (await mustStay(groupsOf(call, userName), onUser));
  const groupName = sameGroup ? group?.name : groups.find(({ GroupId }) => GroupId === resource)?.GroupName;
  // The group was deleted, or was renamed and does not have the user. A new group with the old name is another access.
  if (groupName === undefined)
    throw notFound(
      "resource",
      `${names.resource} no longer exists; set the target's group_name to an existing group`,
    );
  const found = { ...access, userName, groupName };
  return { access: { ...found, names: namesOf({ ...found, account }) }, groups };
}

function namesOf({ account, userName, groupName }: Membership): Access["names"] {
  return { subject: `IAM user ${userName}`, resource: `IAM group ${groupName} in account ${account}` };
}

/** The error for a user whom IAM finds, and whose groups IAM does not find: the user may have groups. */
function contradiction(subject: string): SymError {
  return new SymError(
    `AWS found ${subject} but not the user's groups, so nothing was changed; try again in a minute`,
    { reason: "unavailable" },
  );
}

type Caller = { client: IAMClient; abort: { abortSignal: AbortSignal } };
type Named = { id: string; name: string };

function caller(client: IAMClient, { budget }: Invocation): Caller {
  return { client, abort: { abortSignal: budget.signal } };
}

/** IAM's user, group and user's groups under these names; each is undefined if IAM does not find the name. */
async function lookUp(call: Caller, names: Membership) {
  const { subject, resource } = namesOf(names);
  const [user, group, groups] = await allInOrder([
    nothingIfGone(userNamed(call, names.userName), "iam:GetUser", subject),
    nothingIfGone(groupNamed(call, names.groupName, resource), "iam:GetGroup", resource),
    nothingIfGone(groupsOf(call, names.userName), "iam:ListGroupsForUser", subject),
  ]);
  return { user, group, groups };
}

async function userNamed({ client, abort }: Caller, name: string): Promise<Named> {
  const { User } = await client.send(new GetUserCommand({ UserName: name }), abort);
  const about = { action: "iam:GetUser", on: `IAM user ${name}` };
  return { id: requireElement(User?.UserId, about), name: requireElement(User?.UserName, about) };
}

async function groupNamed({ client, abort }: Caller, name: string, on: string): Promise<Named> {
  const { Group } = await client.send(new GetGroupCommand({ GroupName: name, MaxItems: 1 }), abort);
  const about = { action: "iam:GetGroup", on };
  return { id: requireElement(Group?.GroupId, about), name: requireElement(Group?.GroupName, about) };
}

async function groupsOf({ client, abort }: Caller, userName: string): Promise<Group[]> {
  const groups: Group[] = [];
  const about = { action: "iam:ListGroupsForUser", on: `IAM user ${userName}` };
  for await (const page of paginateListGroupsForUser({ client }, { UserName: userName }, abort))
    groups.push(...requireElement(page.Groups, about));
  return groups;
}

/** The name of the member with this user's id; undefined if the group has no such member. */
async function memberName({ client, abort }: Caller, access: GroupAccess): Promise<string | undefined> {
  const about = { action: "iam:GetGroup", on: access.names.resource };
  for await (const page of paginateGetGroup({ client }, { GroupName: access.groupName }, abort)) {
    const member = requireElement(page.Users, about).find(({ UserId }) => UserId === access.subject);
    if (member) return member.UserName;
  }
  return undefined;
}

/** For a look-up: undefined if the entity does not exist. Every other failure is an error. */
async function nothingIfGone<T>(lookUp: Promise<T>, action: string, on: string): Promise<T | undefined> {
  return lookUp.catch((error: unknown) => {
    if (error instanceof NoSuchEntityException) return undefined;
    throw toSymError(error, { action, on });
  });
}

/** For a look-up of an entity that existed just before: a missing entity is an error to retry. */
async function mustStay<T>(lookUp: Promise<T>, call: AwsCall): Promise<T> {
  return lookUp.catch((error: unknown) => {
    if (!(error instanceof NoSuchEntityException)) throw toSymError(error, call);
    throw new SymError(`${call.on} was renamed or deleted just now; try again in a minute`, {
      reason: "unavailable",
      retryable: true,
      cause: error,
    });
  });
}
