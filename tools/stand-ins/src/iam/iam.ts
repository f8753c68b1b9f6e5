import {
  addGroup,
  addMember,
  addUser,
  deleteGroup,
  deleteUser,
  emptyIamAccount,
  findGroup,
  findUser,
  groupsOf,
  type IamAccountState,
  membersOf,
  removeMember,
  renameGroup,
  renameUser,
} from "./iam-account.ts";

/** Every account's users and groups, by account id. */
export type IamState = Record<string, IamAccountState>;

/** One account, for tests to set up and inspect. Throws the API's `AwsError`. */
export type IamAccount = {
  /** Returns the user's id, `AIDA...`. */
  createUser(name: string): string;
  /** Returns the group's id, `AGPA...`; `path` starts and ends with a slash and is `/` unless given. */
  createGroup(name: string, options?: { path?: string }): string;
  addMember(user: string, group: string): void;
  removeMember(user: string, group: string): void;
  /** Ends the user's memberships too. */
  deleteUser(name: string): void;
  deleteGroup(name: string): void;
  /** The user keeps the id and the memberships. */
  renameUser(name: string, newName: string): void;
  renameGroup(name: string, newName: string): void;
  /** User names, sorted. */
  members(group: string): string[];
  /** Group names, sorted. */
  groupsOf(user: string): string[];
};

/** The sandbox's own account, and through `account` any other. */
export type Iam = IamAccount & { account(id: string): IamAccount };

export function iamWorld(state: () => IamState, ownAccount: string): Iam {
  const account = (id: string) => iamAccount(() => accountState(state(), id), id);
  return { ...account(ownAccount), account };
}

/** An account without an entry exists and is empty. */
export function accountState(state: IamState, account: string): IamAccountState {
  state[account] ??= emptyIamAccount();
  return state[account];
}

function iamAccount(state: () => IamAccountState, account: string): IamAccount {
  return {
    createUser: (name) => {
      addUser(state(), account, name);
      return findUser(state(), name).id;
    },
    createGroup: (name, { path = "/" } = {}) => {
      addGroup(state(), account, name, path);
      return findGroup(state(), name).id;
    },
    addMember: (user, group) => addMember(state(), user, group),
    removeMember: (user, group) => removeMember(state(), user, group),
    deleteUser: (name) => deleteUser(state(), name),
    deleteGroup: (name) => deleteGroup(state(), name),
    renameUser: (name, newName) => renameUser(state(), name, newName),
    renameGroup: (name, newName) => renameGroup(state(), name, newName),
    members: (group) => membersOf(state(), findGroup(state(), group)).map((user) => user.name),
    groupsOf: (user) => groupsOf(state(), findUser(state(), user)).map((group) => group.name),
  };
}
