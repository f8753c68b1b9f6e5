import {
  GetGroupCommand,
  GetUserCommand,
  type Group,
  type IAMClient,
  NoSuchEntityException,
  paginateGetGroup,
  paginateListGroupsForUser,
} from "@aws-sdk/client-iam";
import { toSymError } from "@sym/aws";
import { allInOrder, type Invocation, notFound, SymError } from "@sym/lambda-core";
import type { GroupAccess } from "./resolve.ts";

/** The access with its current names and ids, and the groups that the user is in. */
export type IamMembership = { access: GroupAccess; memberships: Group[] };

/**
 * Looks up the user and the group of an access. With known ids, it finds them under new names too, and ignores another
 * user or group that has an old name of theirs. Throws `no-subject` or `no-resource`.
 */
export async function find(
  iam: IAMClient,
  access: GroupAccess,
  invocation: Invocation,
): Promise<IamMembership> {
  const lookUp = { iam, access, abort: { abortSignal: invocation.budget.signal } };
  const [user, group, memberships] = await allInOrder([
    nothingIfGone(userId(lookUp), "iam:GetUser", access.names.subject),
    nothingIfGone(groupId(lookUp), "iam:GetGroup", access.names.resource),
    nothingIfGone(groupsOf(lookUp, access.userName), "iam:ListGroupsForUser", access.names.subject),
  ]);
  const ids = access.ids;
  if (ids && (user !== ids.user || group !== ids.group))
    return findRenamed(lookUp, ids, { user, group, memberships });
  if (user === undefined) throw notFound("subject", `${access.names.subject} does not exist; ${userAdvice}`);
  if (group === undefined)
    throw notFound("resource", `${access.names.resource} does not exist; ${groupAdvice}`);
  return { access: { ...access, ids: { user, group } }, memberships: memberships ?? [] };
}

const userAdvice = "create the user, or map the requester to another with IDENTITY_RULE";
const groupAdvice = "correct the target's setting group_name, or create the group";

type LookUp = { iam: IAMClient; access: GroupAccess; abort: { abortSignal: AbortSignal } };
type Ids = NonNullable<GroupAccess["ids"]>;
type ByName = { user: string | undefined; group: string | undefined; memberships: Group[] | undefined };

/** IAM looks up nothing by id, but a group lists its members with their ids, and a user's groups come with theirs. */
async function findRenamed(lookUp: LookUp, ids: Ids, byName: ByName): Promise<IamMembership> {
  const { access } = lookUp;
  const sameUser = byName.user === ids.user;
  const sameGroup = byName.group === ids.group;
  if (!sameUser && !sameGroup)
    throw new SymError(
      `Neither ${access.names.subject} nor ${access.names.resource} is there any more; if both were renamed, take the user out of the group by hand`,
      { reason: "unavailable" },
    );
  const userName = sameUser ? access.userName : await memberName(lookUp, ids.user);
  if (userName === undefined) throw notFound("subject", `${access.names.subject} is not there any more`);
  const memberships = (sameUser && byName.memberships) || (await groupsOf(lookUp, userName));
  const groupName = sameGroup
    ? access.groupName
    : memberships.find(({ GroupId }) => GroupId === ids.group)?.GroupName;
  // Deleted or renamed, the group does not have the user. A new group with the old name is not this access.
  if (groupName === undefined)
    throw notFound("resource", `${access.names.resource} is not there any more; name another in the target`);
  return { access: { ...access, userName, groupName }, memberships };
}

async function userId({ iam, access, abort }: LookUp): Promise<string | undefined> {
  const { User } = await iam.send(new GetUserCommand({ UserName: access.userName }), abort);
  return User?.UserId;
}

async function groupId({ iam, access, abort }: LookUp): Promise<string | undefined> {
  const { Group } = await iam.send(new GetGroupCommand({ GroupName: access.groupName, MaxItems: 1 }), abort);
  return Group?.GroupId;
}

async function groupsOf({ iam, abort }: LookUp, userName: string): Promise<Group[]> {
  const groups: Group[] = [];
  for await (const page of paginateListGroupsForUser({ client: iam }, { UserName: userName }, abort))
    groups.push(...(page.Groups ?? []));
  return groups;
}

async function memberName({ iam, access, abort }: LookUp, id: string): Promise<string | undefined> {
  const pages = paginateGetGroup({ client: iam }, { GroupName: access.groupName }, abort);
  for await (const page of pages) {
    const member = page.Users?.find(({ UserId }) => UserId === id);
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
