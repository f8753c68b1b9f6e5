import { GitHubError, notFound } from "./github-error.ts";

export type TeamRole = "member" | "maintainer";
export type OrganizationRole = "member" | "admin";
export type Access = "read" | "write";

/** A person's or an organisation's account. The login can change, and then be taken by somebody else; the id cannot. */
export type Account = { id: number; login: string; type: "User" | "Organization"; suspendedAt?: string };

/** Who sent an invitation: a person, or the bot of an App. */
export type Inviter = { id: number; login: string; type: "User" | "Bot" };

/** Somebody who was asked to join an organisation, and in which teams they will then be. */
export type Invitation = {
  id: number;
  userId: number;
  inviter: Inviter;
  teams: { teamId: number; role: TeamRole }[];
};

export type Organization = {
  id: number;
  members: { userId: number; role: OrganizationRole }[];
  invitations: Invitation[];
  /** No seat is left, or no more people may be asked to join today. */
  full: boolean;
  /** An IP allow list is on, and does not have the address of any caller. */
  ipAllowList: boolean;
  /** Null without SAML at this organisation. An identity without a user is not linked yet. */
  saml: { userName: string; userId: number | null }[] | null;
};

export type Team = {
  id: number;
  organizationId: number;
  name: string;
  slug: string;
  privacy: "closed" | "secret";
  parentId: number | null;
  /** The group of the identity provider that alone says who is in this team. */
  idpGroup: string | null;
  /** Direct members only. */
  members: { userId: number; role: TeamRole }[];
};

export type App = { id: number; slug: string; publicKey: string };
export type Installation = {
  id: number;
  appId: number;
  organizationId: number;
  permissions: Record<string, Access>;
  suspended: boolean;
};

/** `expiresAt` in milliseconds since the epoch; `scopes` are those of classic tokens, `permissions` of all others. */
export type Token = {
  token: string;
  kind: "installation" | "fine-grained" | "classic";
  /** The installation, or the user whose personal token it is. */
  ownerId: number;
  permissions: Record<string, Access>;
  scopes: string[];
  /** Whether a classic token was authorised for organisations with SAML. */
  sso: boolean;
  expiresAt: number;
};

/**
 * A rate limit that every call is over, or with `graphql` only those, until a moment in milliseconds since the epoch.
 * `unannounced` is a secondary one that only the message tells.
 */
export type Limit = { kind: "primary" | "secondary" | "unannounced" | "graphql"; until: number };

/** Everything that the stand-in remembers, as plain JSON. `tokenLifetime` in milliseconds. */
export type GitHubState = {
  created: number;
  accounts: Account[];
  organizations: Organization[];
  teams: Team[];
  apps: App[];
  installations: Installation[];
  /** Personal ones only. */
  tokens: Token[];
  tokenLifetime: number;
  /** Installation tokens up to this number are not valid any more. */
  endedTokens: number;
  limit: Limit | null;
};

export function emptyGitHub(): GitHubState {
  return {
    created: 0,
    accounts: [],
    organizations: [],
    teams: [],
    apps: [],
    installations: [],
    tokens: [],
    tokenLifetime: 60 * 60 * 1_000,
    endedTokens: 0,
    limit: null,
  };
}

/** A team's id in GraphQL. */
export function nodeIdOf({ id }: Team): string {
  return `T_${id}`;
}

/** No id is given out twice, whatever it is for. */
export function nextId(state: GitHubState): number {
  state.created += 1;
  return 1_000 + state.created;
}

export function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

export function findAccount(state: GitHubState, login: string): Account {
  return state.accounts.find((account) => same(account.login, login)) ?? notFound();
}

export function accountById(state: GitHubState, id: number): Account {
  return state.accounts.find((account) => account.id === id) ?? notFound();
}

export function findOrganization(state: GitHubState, login: string): Organization {
  const { id } = findAccount(state, login);
  return organizationById(state, id);
}

export function organizationById(state: GitHubState, id: number): Organization {
  return state.organizations.find((organization) => organization.id === id) ?? notFound();
}

export function findTeam(state: GitHubState, organization: Organization, slug: string): Team {
  const team = state.teams.find((one) => one.organizationId === organization.id && same(one.slug, slug));
  return team ?? notFound();
}

export function teamById(state: GitHubState, organization: Organization, id: number): Team {
  const team = state.teams.find((one) => one.organizationId === organization.id && one.id === id);
  return team ?? notFound();
}

export function roleIn(organization: Organization, userId: number): OrganizationRole | undefined {
  return organization.members.find((member) => member.userId === userId)?.role;
}

export function invitationOf(organization: Organization, userId: number): Invitation | undefined {
  return organization.invitations.find((invitation) => invitation.userId === userId);
}

/** How GitHub makes a team's slug of its name. */
export function slugOf(name: string): string {
  return name
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, "-")
    .replace(/^-|-$/g, "");
}

export function refuse(status: number, message: string, headers: Record<string, string> = {}): never {
  throw new GitHubError(status, message, headers);
}
