import {
  GetGroupCommand,
  GetUserCommand,
  type Group,
  type IAMClient,
  NoSuchEntityException,
  paginateGetGroup,
  paginateListGroupsForUser,
} from "@aws-sdk/client-iam";
import { explain } from "@sym/aws";
import { type Invocation, SymError } from "@sym/lambda-core";
import type { GroupAccess } from "./resolve.ts";

/** The user, the group, and the groups that the user is in, by the names and ids they have now. */
export type Found = { access: GroupAccess; memberships: Group[] };

/**
 * Finds the user and the group of an access. If their ids are known, it finds them under new names too, and does not
 * take another user or group that was given an old name for them. Throws `no-subject` or `no-resource`.
 */
export async function find(iam: IAMClient, access: GroupAccess, invocation: Invocation): Promise<Found> {
  const lookUp = { iam, access, abort: { abortSignal: invocation.budget.signal } };
  const [user, group, memberships] = await inOrder([
    nothingIfGone(userId(lookUp), "iam:GetUser", access.names.subject),
    nothingIfGone(groupId(lookUp), "iam:GetGroup", access.names.resource),
    nothingIfGone(groupsOf(lookUp, access.userName), "iam:ListGroupsForUser", access.names.subject),
  ]);
  const ids = access.ids;
  if (ids && (user !== ids.user || group !== ids.group))
    return findRenamed(lookUp, ids, { user, group, memberships });
  if (user === undefined) throw gone("no-subject", `${access.names.subject} does not exist; ${userAdvice}`);
  if (group === undefined)
    throw gone("no-resource", `${access.names.resource} does not exist; ${groupAdvice}`);
  return { access: { ...access, ids: { user, group } }, memberships: memberships ?? [] };
}

const userAdvice = "create the user, or map the requester to another with USER_NAME_RULE";
const groupAdvice = "correct the target's setting group_name, or create the group";

type LookUp = { iam: IAMClient; access: GroupAccess; abort: { abortSignal: AbortSignal } };
type Ids = NonNullable<GroupAccess["ids"]>;
type ByName = { user: string | undefined; group: string | undefined; memberships: Group[] | undefined };

/** No call finds a user by id, but the group lists its members with theirs; and a user's groups come with theirs. */
async function findRenamed(lookUp: LookUp, ids: Ids, byName: ByName): Promise<Found> {
  const { access } = lookUp;
  const sameUser = byName.user === ids.user;
  const sameGroup = byName.group === ids.group;
  if (!sameUser && !sameGroup)
    throw gone(
      "unavailable",
      `Neither ${access.names.subject} nor ${access.names.resource} is there any more; if both were renamed, take the user out of the group by hand`,
    );
  const userName = sameUser ? access.userName : await memberName(lookUp, ids.user);
  if (userName === undefined) throw gone("no-subject", `${access.names.subject} is not there any more`);
  const memberships = (sameUser && byName.memberships) || (await groupsOf(lookUp, userName));
  const groupName = sameGroup
    ? access.groupName
    : memberships.find(({ GroupId }) => GroupId === ids.group)?.GroupName;
  // Whatever became of the group, the user is not in it; and another that has its name now is none of our business.
  if (groupName === undefined)
    throw gone("no-resource", `${access.names.resource} is not there any more; name another in the target`);
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

/** Not to be there is an answer; not to be able to look is an error. */
async function nothingIfGone<T>(lookUp: Promise<T>, action: string, on: string): Promise<T | undefined> {
  return lookUp.catch((error: unknown) => {
    if (error instanceof NoSuchEntityException) return undefined;
    throw explain(error, { action, on });
  });
}

/** Waits for all, and throws the first failure in this order, so that the same situation gets the same sentence. */
async function inOrder<T extends unknown[]>(lookUps: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
  const results = await Promise.allSettled(lookUps);
  for (const result of results) if (result.status === "rejected") throw result.reason;
  return results.map((result) => result.status === "fulfilled" && result.value) as T;
}

function gone(reason: "no-subject" | "no-resource" | "unavailable", sentence: string): SymError {
  return new SymError(sentence, { reason });
}
