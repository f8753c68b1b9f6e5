import type { Octokit } from "@octokit/rest";
import { absent, allInOrder, type Effect, type Invocation, type Reading, type State } from "@sym/lambda-core";
import type { GitHubFor } from "./github.ts";
import { nothingIfGone } from "./github-failures.ts";
import type { GitHubSettings } from "./settings.ts";
import {
  contradiction,
  deleted,
  hidden,
  idsOf,
  noAccount,
  outsideSentence,
  type TeamAccess,
  teamName,
  userName,
} from "./team-access.ts";
import { type MemberOf, memberOf, memberOfShown } from "./team-members.ts";
import { type GitHubMembership, stateOf } from "./team-states.ts";

// GitHub's notes on each team route name this form of it, which survives a renaming of the team.
const team = "/organizations/{organizationId}/team/{teamId}";
export const membership = `${team}/memberships/{login}`;

type OrganizationMembership = GitHubMembership & {
  user?: { id: number } | null;
  organization?: { id: number };
};

/**
 * An account's memberships. GitHub shows one of the team also for members of its child teams. `isSuspended`: an administrator
 * has suspended the account, which only a GitHub Enterprise Server shows.
 */
export type Places = {
  isSuspended: boolean;
  organization: OrganizationMembership | undefined;
  team: GitHubMembership | undefined;
};

/** Reads an access by its ids, at once if the login is still the same. */
export async function readPlace(
  gitHubFor: GitHubFor,
  settings: GitHubSettings,
  access: TeamAccess,
  invocation: Invocation,
): Promise<Reading<TeamAccess>> {
  const octokit = gitHubFor(access.org, invocation);
  const { userId } = idsOf(access);
  const [{ data: account }, seen, found, ofTeam] = await allInOrder([
    octokit.rest.users.getById({ account_id: userId }).catch(nothingIfGone),
    placesOf(octokit, access),
    teamOf(octokit, access),
    later(memberOf(octokit, access)),
  ]);
  if (!account) {
    // Somebody else may have the login by now.
    const isOther = seen.organization?.user && seen.organization.user.id !== userId;
    if (isOther || !(seen.organization ?? seen.team)) throw noAccount(access.login);
    throw contradiction(`account ${userId} does not exist, and is in ${access.org}`);
  }
  const current = named(access, account.login, found?.slug);
  const isSame = account.login === access.login;
  const places = { ...(isSame ? seen : await placesOf(octokit, current)), isSuspended: isSuspended(account) };
  if (places.organization) checkIds(current, places.organization);
  if (!places.team && !found)
    throw (await seesAllTeams(octokit, access, settings)) ? deleted(current) : hidden(current);
  const search = isSame ? ofTeam : () => memberOf(octokit, current);
  const reading = await toReading(octokit, current, { ...places, wanted: roleAskedIn(invocation), search });
  return places.organization ? reading : { ...reading, residualAccess: reinstatement(current) };
}

/** Source: GitHub, "Reinstating a former member of your organization". */
function reinstatement({ org }: TeamAccess): string {
  return `You are not in the organisation ${org} now; if you left it since the grant, GitHub puts you back into the team when you are reinstated there within three months.`;
}

/** Of a GitHub account, as the routes for users show it. */
export function isSuspended(account: object): boolean {
  return "suspended_at" in account && typeof account.suspended_at === "string";
}

/** What a reading is made of. `wanted`: the role of an escalate. `search`: where a membership of the team comes from. */
type Shown = Places & { wanted: State | undefined; search: () => MemberOf | Promise<MemberOf> };

/** Makes a reading of what GitHub shows. */
export async function toReading(
  octokit: Octokit,
  access: TeamAccess,
  { organization, team, isSuspended, wanted, search }: Shown,
): Promise<Reading<TeamAccess>> {
  const isMember = organization?.state === "active";
  const isOwner = isMember && organization.role === "admin";
  const isActive = team?.state === "active";
  const isInherited = isActive && (await memberOfShown(octokit, access, await search())) === "child team";
  // GitHub shows every owner as a maintainer, so an owner's place is worth at least a member's, and maybe no more.
  const own = isOwner && isActive ? "member" : team && stateOf(team);
  const state = own === undefined || isInherited ? absent : own;
  return { access, state, effect: effectOf() };

  function effectOf(): Effect {
    if (isSuspended)
      return {
        obstacle: `${userName(access.login)} is suspended, so a place in a team gives nothing; have an administrator of GitHub end that first`,
      };
    // An owner of the organisation has every permission of its teams.
    if (isOwner || (isInherited && wanted !== "maintainer")) return "anyway";
    if (!isMember && !access.invite) return { obstacle: outsideSentence(access) };
    return "by-state";
  }
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

/** The parameters of `membership`. */
export function place(access: TeamAccess) {
  const { organizationId, teamId } = idsOf(access);
  return { organizationId, teamId, login: access.login };
}

/** GitHub answers 404 for a missing membership as well as for a team that does not exist or is hidden from us. */
export async function teamOf(octokit: Octokit, access: TeamAccess): Promise<{ slug: string } | undefined> {
  const { organizationId, teamId } = idsOf(access);
  const { data } = await octokit.request(`GET ${team}`, { organizationId, teamId }).catch(nothingIfGone);
  return data;
}

async function placesOf(octokit: Octokit, access: TeamAccess): Promise<Omit<Places, "isSuspended">> {
  const { org, login: username } = access;
  const [{ data: organization }, { data: ofTeam }] = await allInOrder([
    octokit.rest.orgs.getMembershipForUser({ org, username }).catch(nothingIfGone),
    octokit.request(`GET ${membership}`, place(access)).catch(nothingIfGone),
  ]);
  return { organization, team: ofTeam };
}

/** Throws if the names of the organisation and the account are others' by now. */
function checkIds(access: TeamAccess, { organization, user }: OrganizationMembership): void {
  const { organizationId, userId } = idsOf(access);
  if (organization && organization.id !== organizationId) throw hidden(access);
  if (user && user.id !== userId)
    throw contradiction(`the login ${access.login} is that of account ${userId} and of ${user.id}`);
}

/** The access with the names of now. */
function named(access: TeamAccess, login: string, slug = access.slug): TeamAccess {
  const resource = slug === access.slug ? access.names.resource : teamName(access.org, slug);
  return { ...access, login, slug, names: { subject: userName(login), resource } };
}

/** The role of an escalate. Whatever else happens, a member through a child team is a member. */
function roleAskedIn({ request }: Invocation): string | undefined {
  return request?.type === "escalate" ? request.target.settings["role"] : undefined;
}

/** The result of a promise, which is thrown only to whom it matters. */
async function later<T>(work: Promise<T>): Promise<() => T> {
  return work.then(
    (value) => () => value,
    (error: unknown) => () => {
      throw error;
    },
  );
}

/**
 * Whether a team that GitHub does not show to this function does not exist. An App with the permission Members, without
 * which it gets no token here, and an owner of the organisation see all its teams, also the secret ones.
 */
async function seesAllTeams(
  octokit: Octokit,
  access: TeamAccess,
  { appId }: GitHubSettings,
): Promise<boolean> {
  const { org } = access;
  const { data: organization } = await octokit.rest.orgs.get({ org }).catch(nothingIfGone);
  // The organisation may have been renamed, and another one may have its old name.
  if (organization?.id !== idsOf(access).organizationId) return false;
  if (appId !== undefined) return true;
  const { data: own } = await octokit.rest.orgs
    .getMembershipForAuthenticatedUser({ org })
    .catch(nothingIfGone);
  return own?.state === "active" && own.role === "admin";
}
