import { createHash } from "node:crypto";
import { type Json, JsonError } from "../aws/json-protocol.ts";

export type StoreUser = { id: string; userName: string; email: string | null; enabled: boolean };
export type StoreGroup = { id: string; displayName: string; externalIds: { Issuer: string; Id: string }[] };
type Membership = { id: string; groupId: string; userId: string };

/** One identity store. `created` counts every id given out, so no id comes twice. */
export type StoreState = {
  id: string;
  region: string;
  account: string;
  /** Whether lookups by user name and e-mail ignore case: AWS documents neither. */
  ignoresCase: boolean;
  created: number;
  users: StoreUser[];
  groups: StoreGroup[];
  memberships: Membership[];
};

export function addUser(store: StoreState, user: Omit<StoreUser, "id">): string {
  const taken = store.users.some((one) => one.userName.toLowerCase() === user.userName.toLowerCase());
  if (taken) throw conflict("Duplicate UserName");
  const id = nextId(store);
  store.users.push({ id, ...user });
  return id;
}

export function addGroup(store: StoreState, { id = nextId(store), ...group }: Partial<StoreGroup>): string {
  const { displayName = id, externalIds = [] } = group;
  if (store.groups.some((one) => one.id === id || one.displayName === displayName))
    throw conflict("Duplicate GroupDisplayName");
  store.groups.push({ id, displayName, externalIds });
  return id;
}

/** Unlike IAM's groups, refuses an existing member. Returns the membership's id. */
export function addMembership(store: StoreState, groupId: string, userId: string): string {
  findGroup(store, groupId);
  findUser(store, userId);
  if (membershipOf(store, groupId, userId)) throw conflict("Member and Group relationship already exists");
  const id = nextId(store);
  store.memberships.push({ id, groupId, userId });
  return id;
}

export function deleteMembership(store: StoreState, id: string): void {
  if (!store.memberships.some((one) => one.id === id)) throw notFound("GROUP_MEMBERSHIP", id);
  store.memberships = store.memberships.filter((one) => one.id !== id);
}

/** Deletes a user or a group, and its memberships. */
export function deleteById(store: StoreState, id: string): void {
  store.users = store.users.filter((one) => one.id !== id);
  store.groups = store.groups.filter((one) => one.id !== id);
  store.memberships = store.memberships.filter((one) => one.userId !== id && one.groupId !== id);
}

export function membershipOf(store: StoreState, groupId: string, userId: string): Membership | undefined {
  return store.memberships.find((one) => one.groupId === groupId && one.userId === userId);
}

export function findUser(store: StoreState, id: string): StoreUser {
  const user = store.users.find((one) => one.id === id);
  if (user) return user;
  throw notFound("USER", id);
}

export function findGroup(store: StoreState, id: string): StoreGroup {
  const group = store.groups.find((one) => one.id === id);
  if (group) return group;
  throw notFound("GROUP", id);
}

export function userBy(store: StoreState, field: "userName" | "email", value: string): StoreUser {
  const user = store.users.find((one) => one[field] !== null && isSame(store, one[field], value));
  if (user) return user;
  throw notFound("USER");
}

export function groupBy(store: StoreState, displayName: string): StoreGroup {
  const group = store.groups.find((one) => one.displayName === displayName);
  if (group) return group;
  throw notFound("GROUP");
}

/** `ResourceNotFoundException` with the type of the missing resource: a deleted user differs from a deleted group. */
export function notFound(ResourceType: string, ResourceId?: string): JsonError {
  const messages: Record<string, string> = {
    GROUP: "Group not found",
    IDENTITY_STORE: `IdentityStore not present for IdentityStoreId: ${ResourceId}`,
  };
  const members: Json = { ResourceType, ...(ResourceId && { ResourceId }) };
  return new JsonError(
    "ResourceNotFoundException",
    messages[ResourceType] ?? `${ResourceType} not found.`,
    members,
  );
}

function conflict(message: string): JsonError {
  return new JsonError("ConflictException", message, { Reason: "UNIQUENESS_CONSTRAINT_VIOLATION" });
}

function isSame({ ignoresCase }: StoreState, one: string, other: string): boolean {
  return ignoresCase ? one.toLowerCase() === other.toLowerCase() : one === other;
}

/** A UUID, always the same for the same store and number. */
function nextId(store: StoreState): string {
  store.created += 1;
  const digest = createHash("sha256").update(`${store.id} ${store.created}`).digest("hex");
  return digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}
