import { AwsError } from "../aws/aws-error.ts";
import { awsId } from "../aws/aws-id.ts";

export type IamUser = { name: string; id: string };
export type IamGroup = { name: string; id: string; path: string; memberIds: string[] };
/** One account's users and groups. `created` counts every identifier given out, so no identifier comes twice. */
export type IamAccountState = { created: number; users: IamUser[]; groups: IamGroup[] };

// Not raisable: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const GROUPS_PER_USER = 10;

export function emptyIamAccount(): IamAccountState {
  return { created: 0, users: [], groups: [] };
}

/** Names are unique regardless of case; the README says why lookups ignore case, too. */
export function nameKey(name: string): string {
  return name.toLowerCase();
}

export function findUser(state: IamAccountState, name: string): IamUser {
  const user = byName(state.users, name);
  if (user) return user;
  throw new AwsError(404, "NoSuchEntity", `The user with name ${name} cannot be found.`);
}

export function findGroup(state: IamAccountState, name: string): IamGroup {
  const group = byName(state.groups, name);
  if (group) return group;
  throw new AwsError(404, "NoSuchEntity", `The group with name ${name} cannot be found.`);
}

export function addUser(state: IamAccountState, account: string, name: string): void {
  requireName("userName", name, 64);
  refuseDuplicate("User", state.users, name);
  state.users.push({ name, id: nextId(state, "AIDA", account) });
}

export function addGroup(state: IamAccountState, account: string, name: string, path: string): void {
  requireName("groupName", name, 128);
  refuseDuplicate("Group", state.groups, name);
  state.groups.push({ name, id: nextId(state, "AGPA", account), path, memberIds: [] });
}

/** Like IAM's UpdateUser: the id stays, and a change of case only is refused as a duplicate. */
export function renameUser(state: IamAccountState, name: string, newName: string): void {
  const user = findUser(state, name);
  requireName("newUserName", newName, 64);
  refuseDuplicate("User", state.users, newName);
  user.name = newName;
}

/** Like IAM's UpdateGroup: the id and the members stay. */
export function renameGroup(state: IamAccountState, name: string, newName: string): void {
  const group = findGroup(state, name);
  requireName("newGroupName", newName, 128);
  refuseDuplicate("Group", state.groups, newName);
  group.name = newName;
}

/** Unlike IAM's DeleteUser, which answers DeleteConflict, this also ends the user's memberships. */
export function deleteUser(state: IamAccountState, name: string): void {
  const { id } = findUser(state, name);
  state.users = state.users.filter((user) => user.id !== id);
  for (const group of state.groups) group.memberIds = group.memberIds.filter((member) => member !== id);
}

export function deleteGroup(state: IamAccountState, name: string): void {
  const { id } = findGroup(state, name);
  state.groups = state.groups.filter((group) => group.id !== id);
}

/** Changes nothing for an existing member; `LimitExceeded` 409 for an eleventh group. */
export function addMember(state: IamAccountState, userName: string, groupName: string): void {
  const group = findGroup(state, groupName);
  const user = findUser(state, userName);
  if (group.memberIds.includes(user.id)) return;
  if (groupsOf(state, user).length >= GROUPS_PER_USER) {
    throw new AwsError(409, "LimitExceeded", `Cannot exceed quota for GroupsPerUser: ${GROUPS_PER_USER}`);
  }
  group.memberIds.push(user.id);
}

/** Changes nothing for a user outside the group. */
export function removeMember(state: IamAccountState, userName: string, groupName: string): void {
  const group = findGroup(state, groupName);
  const user = findUser(state, userName);
  group.memberIds = group.memberIds.filter((member) => member !== user.id);
}

export function groupsOf(state: IamAccountState, user: IamUser): IamGroup[] {
  return sortByName(state.groups.filter((group) => group.memberIds.includes(user.id)));
}

export function membersOf(state: IamAccountState, group: IamGroup): IamUser[] {
  return sortByName(state.users.filter((user) => group.memberIds.includes(user.id)));
}

/** The name pattern of IAM's API reference; `ValidationError` 400 otherwise. */
export function requireName(field: string, name: string, longest: number): void {
  if (name.length > longest) throw invalid(`The length of ${field} must be at most ${longest}.`);
  if (/^[\w+=,.@-]+$/.test(name)) return;
  const allowed = "It must contain only alphanumeric characters and/or the following: +=,.@_-";
  throw invalid(`The specified value for ${field} is invalid. ${allowed}`);
}

function invalid(message: string): AwsError {
  return new AwsError(400, "ValidationError", message);
}

function byName<Named extends { name: string }>(all: Named[], name: string): Named | undefined {
  return all.find((one) => nameKey(one.name) === nameKey(name));
}

function sortByName<Named extends { name: string }>(all: Named[]): Named[] {
  return all.toSorted((one, other) => (nameKey(one.name) < nameKey(other.name) ? -1 : 1));
}

function refuseDuplicate(kind: string, all: { name: string }[], name: string): void {
  if (!byName(all, name)) return;
  throw new AwsError(409, "EntityAlreadyExists", `${kind} with name ${name} already exists.`);
}

function nextId(state: IamAccountState, prefix: string, account: string): string {
  state.created += 1;
  return awsId(prefix, 17, account, state.created);
}
