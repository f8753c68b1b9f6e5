import type { Json } from "../aws/json-protocol.ts";
import {
  addGroup,
  addMembership,
  addUser,
  deleteById,
  deleteMembership,
  groupBy,
  membershipOf,
  notFound,
  type StoreGroup,
  type StoreState,
  userBy,
} from "./identity-store-data.ts";

/** An error of the service for the next `times` calls (default 1) of an action. */
type Refusal = {
  action: string;
  code: string;
  /** Such as `{ Reason: "CONCURRENT_MODIFICATION" }`. */
  members?: Json;
  headers?: Record<string, string>;
  times?: number;
};

/** Every identity store by id, and the planned refusals. `closed`: the end of each action's throttling. */
export type IdentityStoreState = {
  stores: Record<string, StoreState>;
  refusals: (Refusal & { times: number })[];
  closed: { action: string; seconds: number; until: number | null; as: "member" | "header" }[];
};

/** One identity store, for tests to set up and inspect. Throws the API's error. */
export type IdentityStore = {
  /** Returns the user's id. The e-mail is the user name by default; null for no e-mail. */
  createUser(userName: string, options?: { email?: string | null; enabled?: boolean }): string;
  /** Returns the group's id. Groups made by SCIM have external ids. */
  createGroup(displayName: string, options?: Partial<Pick<StoreGroup, "id" | "externalIds">>): string;
  /** Returns the membership's id. */
  addMember(userName: string, group: string): string;
  removeMember(userName: string, group: string): void;
  deleteUser(userName: string): void;
  deleteGroup(displayName: string): void;
  /** The id and the memberships stay. */
  renameUser(userName: string, newName: { userName?: string; email?: string }): void;
  renameGroup(displayName: string, newName: string): void;
  /** As if an identity provider had taken the group over. */
  linkGroup(displayName: string, externalIds: StoreGroup["externalIds"]): void;
  /** User names, sorted. The group by its display name or id. */
  members(group: string): string[];
  /** Display names, sorted. */
  groupsOf(userName: string): string[];
};

export type IdentityStores = {
  /** Adds an empty store, by default in the sandbox's own account and us-east-1, or returns the existing store. */
  store(id: string, options?: { region?: string; account?: string; ignoresCase?: boolean }): IdentityStore;
  refuse(refusal: Refusal): void;
  /**
   * Throttles an action from its next call, for the time in the answer's `RetryAfterSeconds` or `Retry-After` header: an
   * earlier retry is throttled again.
   */
  throttle(action: string, seconds: number, as?: "member" | "header"): void;
};

export function emptyIdentityStores(): IdentityStoreState {
  return { stores: {}, refusals: [], closed: [] };
}

export function identityStoreWorld(state: () => IdentityStoreState, ownAccount: string): IdentityStores {
  return {
    store: (id, { region = "us-east-1", account = ownAccount, ignoresCase = false } = {}) => {
      const empty = { id, region, account, ignoresCase, created: 0, users: [], groups: [], memberships: [] };
      state().stores[id] ??= empty;
      return identityStore(() => findStore(state(), id));
    },
    refuse: (refusal) => state().refusals.push({ times: 1, ...refusal }),
    throttle: (action, seconds, as = "member") => state().closed.push({ action, seconds, as, until: null }),
  };
}

export function findStore({ stores }: IdentityStoreState, id: string): StoreState {
  const store = Object.hasOwn(stores, id) ? stores[id] : undefined;
  if (store) return store;
  throw notFound("IDENTITY_STORE", id);
}

function identityStore(state: () => StoreState): IdentityStore {
  const user = (userName: string) => userBy(state(), "userName", userName);
  const group = (name: string) => state().groups.find(({ id }) => id === name) ?? groupBy(state(), name);
  const belongs = (groupId: string, userId: string) => membershipOf(state(), groupId, userId) !== undefined;
  return {
    createUser: (userName, { email = userName, enabled = true } = {}) =>
      addUser(state(), { userName, email, enabled }),
    createGroup: (displayName, options) => addGroup(state(), { displayName, ...options }),
    addMember: (userName, name) => addMembership(state(), group(name).id, user(userName).id),
    removeMember: (userName, name) => {
      const membership = membershipOf(state(), group(name).id, user(userName).id);
      deleteMembership(state(), membership?.id ?? "");
    },
    deleteUser: (userName) => deleteById(state(), user(userName).id),
    deleteGroup: (name) => deleteById(state(), group(name).id),
    renameUser: (userName, newName) => void Object.assign(user(userName), newName),
    renameGroup: (name, displayName) => void Object.assign(group(name), { displayName }),
    linkGroup: (name, externalIds) => void Object.assign(group(name), { externalIds }),
    members: (name) => {
      const { id } = group(name);
      const members = state().users.filter((one) => belongs(id, one.id));
      return members.map(({ userName }) => userName).sort();
    },
    groupsOf: (userName) => {
      const { id } = user(userName);
      const groups = state().groups.filter((one) => belongs(one.id, id));
      return groups.map(({ displayName }) => displayName).sort();
    },
  };
}
