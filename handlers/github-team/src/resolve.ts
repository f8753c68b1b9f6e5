// Change this file first: `resolve` maps the requester to a GitHub account, and the target to a team.
import type { Octokit } from "@octokit/rest";
import {
  accountNameOf,
  allInOrder,
  type Invocation,
  refused,
  type State,
  type SymRequest,
} from "@sym/lambda-core";
import type { GitHubFor } from "./github.ts";
import { nothingIfGone } from "./github-failures.ts";
import { isSuspended, type Places } from "./github-look.ts";
import { accountOfIdentity } from "./saml.ts";
import { type GitHubSettings, logins, readTarget } from "./settings.ts";
import { contradiction, noAccount, type TeamAccess, teamName, userName } from "./team-access.ts";

/** An account, with its memberships of the organisation and the team. */
type FoundPerson = { login: string; userId: number; places: Places };
type Search = { octokit: Octokit; org: string; slug: string };

const outsideOf = { organization: undefined, team: undefined };

/**
 * Looks up the team, the requester's account and its memberships by name: in parallel, or after the lookup of the SAML
 * identity that names the account.
 */
export async function resolve(
  request: SymRequest,
  { url, loginRule }: GitHubSettings,
  gitHubFor: GitHubFor,
  invocation: Invocation,
): Promise<{ access: TeamAccess; wanted: State; places: Places }> {
  const { org, team_slug: slug, role, invite } = readTarget(request);
  const search = { octokit: gitHubFor(org, invocation), org, slug };
  const person =
    loginRule.rule === "lookup"
      ? findBySaml(search, request.requester, invocation)
      : findByLogin(search, accountNameOf(request.requester, loginRule, logins));
  const [{ data: team }, { login, userId, places }] = await allInOrder([findTeam(search), person]);
  const inherited = team.parent ? ` (and through it its parent team ${team.parent.slug})` : "";
  const access: TeamAccess = {
    host: new URL(url).host,
    resource: `${team.organization.id}/${team.id}`,
    subject: String(userId),
    names: {
      subject: userName(login),
      resource: `${teamName(org, slug)}${role === "member" ? "" : ` as ${role}`}${inherited}`,
    },
    ...{ org, slug, teamNodeId: team.node_id, login, invite, outsider: places.organization === undefined },
  };
  return { access, wanted: role, places };
}

/** GitHub's answer with the team. Throws if GitHub shows no such team. */
export async function findTeam({ octokit, org, slug }: Search) {
  const answer = await octokit.rest.teams.getByName({ org, team_slug: slug }).catch(nothingIfGone);
  if (answer.data) return answer;
  throw refused(
    `${teamName(org, slug)} does not exist, or is hidden from this function; correct the target's settings, or let the App or the token's owner see the team`,
  );
}

/** The account with a login, and the person's places if the person is in the organisation or invited to join. */
async function findAccount({ octokit, org, slug }: Search, username: string) {
  const { orgs, teams, users } = octokit.rest;
  const [{ data: organization }, { data: team }, { data: account }] = await allInOrder([
    orgs.getMembershipForUser({ org, username }).catch(nothingIfGone),
    teams.getMembershipForUserInOrg({ org, team_slug: slug, username }).catch(nothingIfGone),
    users.getByUsername({ username }).catch(nothingIfGone),
  ]);
  const isAway = account !== undefined && isSuspended(account);
  if (!organization?.user) return { account, member: undefined };
  const { login, id: userId } = organization.user;
  const member: FoundPerson = { login, userId, places: { organization, team, isSuspended: isAway } };
  return { account, member };
}

/** Also finds accounts outside the organisation: their answer differs from the answer for a missing account. */
async function findByLogin(search: Search, username: string): Promise<FoundPerson> {
  const { account, member } = await findAccount(search, username);
  if (member) return member;
  if (!account) throw noAccount(username);
  if (account.type !== "User")
    throw refused(
      `GitHub account ${username} does not belong to a person; correct the mapping to logins (IDENTITY_RULE)`,
    );
  const places = { ...outsideOf, isSuspended: isSuspended(account) };
  return { login: account.login, userId: account.id, places };
}

async function findBySaml(search: Search, email: string, invocation: Invocation): Promise<FoundPerson> {
  const { octokit, org, slug } = search;
  const { databaseId: userId, login } = await accountOfIdentity(octokit, org, email, invocation);
  // The log masks the login from here on, also in the sentence of a failure.
  invocation.about({ names: { subject: userName(login), resource: teamName(org, slug) } });
  const { member } = await findAccount(search, login);
  if (member?.userId === userId) return member;
  // The account has just left the organisation, or has just changed its login.
  const { data: current } = await octokit.rest.users.getById({ account_id: userId }).catch(nothingIfGone);
  if (!current) throw noAccount(login);
  const renamed = current.login === login ? member : (await findAccount(search, current.login)).member;
  if (renamed && renamed.userId !== userId)
    throw contradiction(
      `the login ${current.login} belongs to account ${userId} and to account ${renamed.userId}`,
    );
  const places = { ...outsideOf, isSuspended: isSuspended(current) };
  return renamed ?? { login: current.login, userId, places };
}
