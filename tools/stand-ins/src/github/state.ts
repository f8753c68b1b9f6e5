import { GitHubError, notFound } from "./github-error.ts";

export type TeamRole = "member" | "maintainer";
export type OrganizationRole = "member" | "admin";
export type Access = "read" | "write";

/** An account of a person or an organisation. Its login can change, and pass to another account; its id stays. */
export type Account = { id: number; login: string; type: "User" | "Organization"; suspendedAt?: string };

/** The sender of an invitation: a person, or the bot of an App. */
export type Inviter = { id: number; login: string; type: "User" | "Bot" };

/** An open invitation to join an organisation, with the teams of the future member. */
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
  /** No seat is left, or the day's limit of invitations is reached. */
  full: boolean;
  /** An IP allow list is on, and has no caller's address. */
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
  /** The group of the identity provider that alone decides the team's members; null without synchronisation. */
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

/** `expiresAt` in milliseconds since the epoch. Classic tokens have `scopes`, all others have `permissions`. */
export type Token = {
  token: string;
  kind: "installation" | "fine-grained" | "classic";
  /** The installation, or the owner of the personal token. */
  ownerId: number;
  permissions: Record<string, Access>;
  scopes: string[];
  /** Whether a classic token was authorised for organisations with SAML. */
  sso: boolean;
  expiresAt: number;
};

/**
 * A rate limit that refuses every call, or with `graphql` only GraphQL's, until a moment in milliseconds since the
 * epoch. `unannounced`: a secondary limit, known only from the message.
 */
export type Limit = { kind: "primary" | "secondary" | "unannounced" | "graphql"; until: number };

/** The whole state of the stand-in, as plain JSON. `tokenLifetime` in milliseconds. */
export type GitHubState = {
  created: number;
  accounts: Account[];
  organizations: Organization[];
  teams: Team[];
  apps: App[];
  installations: Installation[];
  /** Personal tokens only. */
  tokens: Token[];
  tokenLifetime: number;
  /** Installation tokens up to this number are no longer valid. */
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

/** A new id. Accounts, teams and all others share one counter, so an id never comes twice. */
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

/** GitHub's slug for a team's name. */
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
