import type { Octokit } from "@octokit/rest";
import { notFound, type Reading, SymError } from "@sym/lambda-core";
import { nothingIfGone } from "./github-failures.ts";
import { type GitHubMembership, type TeamAccess, toSymErrorOfGraphQl } from "./resolve.ts";
import type { GitHubSettings } from "./settings.ts";

// GitHub's notes on each team route name this form of it, which survives a renaming of the team.
const team = "/organizations/{organizationId}/team/{teamId}";
export const membership = `${team}/memberships/{login}`;
const directQuery = `query ($team: ID!, $login: String!) {
  node(id: $team) { ... on Team { members(first: 100, membership: IMMEDIATE, query: $login) { nodes { databaseId } } } }
}`;
type DirectMembers = { node: { members?: { nodes: { databaseId: number }[] } } | null };
const rank: Record<string, number> = { absent: 0, pending: 0, member: 1, maintainer: 2 };

export type PlaceInTeam = { state: string; sufficient: boolean; isMember: boolean; isOwner: boolean };

/** Reads the account's memberships by its current login. */
export async function look(octokit: Octokit, access: TeamAccess): Promise<PlaceInTeam> {
  const { org, login: username, role } = access;
  const [{ data: organization }, { data: team }] = await Promise.all([
    octokit.rest.orgs.getMembershipForUser({ org, username }).catch(nothingIfGone),
    octokit.request(`GET ${membership}`, place(access)).catch(nothingIfGone),
  ]);
  return seenIn({ organization, team }, role);
}

/** Compares an account's memberships with the requested role. */
export function seenIn(
  {
    organization,
    team: found,
  }: { organization: GitHubMembership | undefined; team: GitHubMembership | undefined },
  role: TeamAccess["role"],
): PlaceInTeam {
  const isMember = organization?.state === "active";
  const isOwner = isMember && organization.role === "admin";
  const state = found === undefined ? "absent" : found.state === "pending" ? "pending" : found.role;
  // An owner of the organisation has every permission of its teams.
  const sufficient = isOwner || (rank[state] ?? 0) >= (rank[role] ?? 0);
  return { state, sufficient, isMember, isOwner };
}

/** Makes a reading of a look. Throws if the state is absent only because the team cannot be seen. */
export async function toReading(
  octokit: Octokit,
  access: TeamAccess,
  { state: shown, sufficient, isOwner }: PlaceInTeam,
  teamIsThere: boolean,
  settings: GitHubSettings,
): Promise<Reading<TeamAccess>> {
  // A member through a child team who asks for maintainer has no membership of this team yet.
  const isInherited = shown === "member" && !sufficient && !(await isDirect(octokit, access));
  const state = isInherited ? "absent" : shown;
  if (state === "absent" && !teamIsThere)
    throw (await seesAllTeams(octokit, access, settings)) ? deleted(access) : hidden(access);
  // GitHub shows every owner as a maintainer, whatever the role in the team is.
  return { state: isOwner && state !== "absent" ? access.role : state, sufficient, access };
}

/** REST lists members of child teams as members of the team; only GraphQL tells them apart. */
async function isDirect(octokit: Octokit, access: TeamAccess): Promise<boolean> {
  const { teamNodeId: id, login, userId, org, slug } = access;
  const { node } = await octokit
    .graphql<DirectMembers>(directQuery, { team: id, login })
    .catch((error: unknown) => {
      throw toSymErrorOfGraphQl(
        error,
        `GitHub does not show this function who is in the team ${org}/${slug} itself; give the App or the token the permission Members`,
      );
    });
  if (!node?.members) throw hidden(access);
  return node.members.nodes.some(({ databaseId }) => databaseId === userId);
}

/** The access that an account keeps through child teams after its removal from the team, as a sentence. */
export async function leftThroughChildren(octokit: Octokit, access: TeamAccess): Promise<string | undefined> {
  try {
    const { data } = await octokit.request(`GET ${membership}`, place(access)).catch(nothingIfGone);
    return data && "You are still in it through one of its child teams.";
  } catch {
    return "It could not be seen whether you are still in it through one of its child teams.";
  }
}

export function place({ organizationId, teamId, login }: TeamAccess) {
  return { organizationId, teamId, login };
}

/** The current login of an account, by its id. */
export async function currentLogin(octokit: Octokit, { userId, names }: TeamAccess): Promise<string> {
  const found = userId && octokit.rest.users.getById({ account_id: userId }).catch(nothingIfGone);
  const account = found && (await found).data;
  if (account) return account.login;
  throw notFound(
    "subject",
    `${names.subject} does not exist; correct how logins are found (IDENTITY_RULE), or let the person create the account`,
  );
}

/** GitHub answers 404 for a missing membership as well as for a team that does not exist or is hidden from us. */
export async function isThere(octokit: Octokit, { organizationId, teamId }: TeamAccess): Promise<boolean> {
  const { data } = await octokit.request(`GET ${team}`, { organizationId, teamId }).catch(nothingIfGone);
  return data !== undefined;
}

/**
 * Whether a team that GitHub does not show to this function does not exist. An App with the permission Members, without
 * which it gets no token here, and an owner of the organisation see all its teams, also the secret ones.
 */
async function seesAllTeams(
  octokit: Octokit,
  { org, organizationId }: TeamAccess,
  { appId }: GitHubSettings,
): Promise<boolean> {
  const { data: organization } = await octokit.rest.orgs.get({ org }).catch(nothingIfGone);
  // The organisation may have been renamed, and another one may have its old name.
  if (organization?.id !== organizationId) return false;
  if (appId !== undefined) return true;
  const { data: own } = await octokit.rest.orgs
    .getMembershipForAuthenticatedUser({ org })
    .catch(nothingIfGone);
  return own?.state === "active" && own.role === "admin";
}

function deleted({ names }: TeamAccess): SymError {
  return notFound(
    "resource",
    `${names.resource} does not exist any more; name another in the target's settings`,
  );
}

export function hidden({ names }: TeamAccess): SymError {
  return new SymError(
    `${names.resource} is gone, or hidden from this function; if it was not deleted, let the App or the token's owner see it`,
    { reason: "unavailable", retryable: false },
  );
}
