import type { Octokit } from "@octokit/rest";
import { absent, allInOrder, type Effect, type Invocation, type Reading, type State } from "@sym/lambda-core";
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

// GitHub's documentation of each team route names this form by ids, which survives a rename of the team.
const team = "/organizations/{organizationId}/team/{teamId}";
export const membership = `${team}/memberships/{login}`;

type OrganizationMembership = GitHubMembership & {
  user?: { id: number } | null;
  organization?: { id: number };
};

/**
 * An account's memberships; undefined for a membership that GitHub does not show. GitHub shows members of child teams as
 * members of the team, too. `isSuspended`: an administrator has suspended the account; only a GitHub Enterprise Server
 * shows suspended accounts.
 */
export type Places = {
  isSuspended: boolean;
  organization: OrganizationMembership | undefined;
  team: GitHubMembership | undefined;
};

/** Reads an access by its ids, in a single round of calls if the login is unchanged. */
export async function readPlace(
  octokit: Octokit,
  settings: GitHubSettings,
  access: TeamAccess,
  invocation: Invocation,
): Promise<Reading<TeamAccess>> {
  const { userId } = idsOf(access);
  const [{ data: account }, seen, found, ofTeam] = await allInOrder([
    octokit.rest.users.getById({ account_id: userId }).catch(nothingIfGone),
    placesOf(octokit, access),
    teamOf(octokit, access),
    later(memberOf(octokit, access)),
  ]);
  if (!account) {
    // Another account may have the login now.
    const isOther = seen.organization?.user && seen.organization.user.id !== userId;
    if (isOther || !(seen.organization ?? seen.team)) throw noAccount(access.login);
    throw contradiction(`account ${userId} does not exist, but is a member of ${access.org}`);
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
  return `You are not a member of the organisation ${org} now; if you left it since the grant, GitHub adds you to the team again when the organisation reinstates you within three months.`;
}

/** Whether an account is suspended, as the routes for users show. */
export function isSuspended(account: object): boolean {
  return "suspended_at" in account && typeof account.suspended_at === "string";
}

/** GitHub's data for a reading. `wanted`: the role of an escalate. `search`: finds the source of a team membership. */
type Shown = Places & { wanted: State | undefined; search: () => MemberOf | Promise<MemberOf> };

/**
 * A reading with the parts that only a plan needs. `isOutside`: the account is not in the organisation, although others may
 * have invited it. `isInChild`: the account is in the team only through a child team.
 */
export type TeamReading = Reading<TeamAccess> & { isOutside?: boolean; isInChild?: boolean };

/** Makes a reading from GitHub's data. */
export async function toReading(
  octokit: Octokit,
  access: TeamAccess,
  { organization, team, isSuspended, wanted, search }: Shown,
): Promise<TeamReading> {
  const isMember = organization?.state === "active";
  const isOwner = isMember && organization.role === "admin";
  const isActive = team?.state === "active";
  const isInherited = isActive && (await memberOfShown(octokit, access, await search())) === "child team";
  // GitHub shows every owner as a maintainer, so an owner's place is worth at least a member's, and maybe no more.
  const own = isOwner && isActive ? "member" : team && stateOf(team);
  const state = own === undefined || isInherited ? absent : own;
  return { access, state, effect: effectOf(), isOutside: !isMember, isInChild: isInherited };

  function effectOf(): Effect {
    if (isSuspended)
      return {
        obstacle: `${userName(access.login)} is suspended, so a team membership would have no effect; ask a GitHub administrator to unsuspend the user first`,
      };
    // An owner of the organisation has every permission of its teams.
    if (isOwner || (isInherited && wanted !== "maintainer")) return "anyway";
    if (!isMember && !access.invite) return { obstacle: outsideSentence(access) };
    return "by-state";
  }
}

/** The access that an account keeps, or may keep, through child teams after its removal from the team, as a sentence. */
export async function leftThroughChildren(octokit: Octokit, access: TeamAccess): Promise<string | undefined> {
  try {
    const { data } = await octokit.request(`GET ${membership}`, place(access)).catch(nothingIfGone);
    return data && "You are still a member through one of the team's child teams.";
  } catch {
    return "This function could not check whether you are still a member through one of the team's child teams.";
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

/** Throws if the name of the organisation or the account now belongs to another. */
function checkIds(access: TeamAccess, { organization, user }: OrganizationMembership): void {
  const { organizationId, userId } = idsOf(access);
  if (organization && organization.id !== organizationId) throw hidden(access);
  if (user && user.id !== userId)
    throw contradiction(`the login ${access.login} belongs to account ${userId} and to account ${user.id}`);
}

/** The access with its current names. */
function named(access: TeamAccess, login: string, slug = access.slug): TeamAccess {
  const resource = slug === access.slug ? access.names.resource : teamName(access.org, slug);
  return { ...access, login, slug, names: { subject: userName(login), resource } };
}

/** The role of an escalate; undefined for other events, which count a member through a child team as a member. */
function roleAskedIn({ request }: Invocation): string | undefined {
  return request?.type === "escalate" ? request.target.settings["role"] : undefined;
}

/** The result of a promise as a function, which returns the value or throws the error when called. */
async function later<T>(work: Promise<T>): Promise<() => T> {
  return work.then(
    (value) => () => value,
    (error: unknown) => () => {
      throw error;
    },
  );
}

/**
 * Whether the function sees every team of the organisation, so that a team not shown does not exist. An owner of the
 * organisation and an App with the permission Members see all teams, also secret teams; an App without gets no token here.
 */
async function seesAllTeams(
  octokit: Octokit,
  access: TeamAccess,
  { appId }: GitHubSettings,
): Promise<boolean> {
  const { org } = access;
  const { data: organization } = await octokit.rest.orgs.get({ org }).catch(nothingIfGone);
  // The organisation may have been renamed, and another organisation may have the old name.
  if (organization?.id !== idsOf(access).organizationId) return false;
  if (appId !== undefined) return true;
  const { data: own } = await octokit.rest.orgs
    .getMembershipForAuthenticatedUser({ org })
    .catch(nothingIfGone);
  return own?.state === "active" && own.role === "admin";
}
