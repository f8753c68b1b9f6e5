// Accounts and teams as GitHub shows them, with every field that GitHub's description requires.
import type { components } from "@octokit/openapi-types";
import { type Account, accountById, type GitHubState, nodeIdOf, type Team } from "./state.ts";

export type Schemas = components["schemas"];

export const api = "https://api.github.example.com";
const site = "https://github.example.com";
/** The creation time of every account and team. */
export const longAgo = "2026-01-01T00:00:00Z";

/** A person, an organisation or a bot, in the short form of other answers. */
export function simpleUser({
  id,
  login,
  type,
}: {
  id: number;
  login: string;
  type: string;
}): Schemas["simple-user"] {
  const name = encodeURIComponent(login); // A bot's login has brackets.
  const url = `${api}/users/${name}`;
  return {
    id,
    node_id: `U_${id}`,
    login,
    type,
    site_admin: false,
    gravatar_id: "",
    avatar_url: `${site}/avatars/${id}`,
    html_url: `${site}/${name}`,
    url,
    events_url: `${url}/events{/privacy}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    organizations_url: `${url}/orgs`,
    received_events_url: `${url}/received_events`,
    repos_url: `${url}/repos`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
  };
}

export function publicUser(account: Account): Schemas["public-user"] {
  return {
    ...simpleUser(account),
    name: null,
    company: null,
    blog: null,
    location: null,
    email: null,
    hireable: null,
    bio: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: longAgo,
    updated_at: longAgo,
  } as Schemas["public-user"];
}

/** A user's account, as the user sees the account. */
export function privateUser(account: Account): Schemas["private-user"] {
  return {
    ...(publicUser(account) as Schemas["simple-user"] & Schemas["public-user"]),
    private_gists: 0,
    total_private_repos: 0,
    owned_private_repos: 0,
    disk_usage: 0,
    collaborators: 0,
    two_factor_authentication: true,
  } as Schemas["private-user"];
}

export function simpleOrganization({ id, login }: Account): Schemas["organization-simple"] {
  const url = `${api}/orgs/${login}`;
  return {
    id,
    node_id: `O_${id}`,
    login,
    description: null,
    avatar_url: `${site}/avatars/${id}`,
    url,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    repos_url: `${url}/repos`,
  };
}

/** The public view of an organisation. */
export function fullOrganization(account: Account): Schemas["team-organization"] {
  return {
    ...simpleOrganization(account),
    html_url: `${site}/${account.login}`,
    type: "Organization",
    has_organization_projects: true,
    has_repository_projects: true,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: longAgo,
    updated_at: longAgo,
    archived_at: null,
  };
}

function simpleTeam(state: GitHubState, team: Team): Schemas["team-simple"] {
  const { id, organizationId, name, slug, privacy } = team;
  const url = teamUrl(team);
  return {
    id,
    node_id: nodeIdOf(team),
    name,
    slug,
    privacy,
    description: null,
    permission: "pull",
    type: "organization",
    url,
    html_url: `${site}/orgs/${accountById(state, organizationId).login}/teams/${slug}`,
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
  };
}

/** A team, as in a list. */
export function listedTeam(state: GitHubState, team: Team): Schemas["team"] {
  const parent = team.parentId === null ? undefined : state.teams.find(({ id }) => id === team.parentId);
  return { ...simpleTeam(state, team), parent: parent ? simpleTeam(state, parent) : null } as Schemas["team"];
}

export function teamUrl({ id, organizationId }: Team): string {
  return `${api}/organizations/${organizationId}/team/${id}`;
}
