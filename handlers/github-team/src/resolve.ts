// Change this file first: it maps Sym's words onto yours. Which GitHub account is the requester's, and which team?
import type { Octokit } from "@octokit/rest";
import {
  type Access,
  accountNameOf,
  allInOrder,
  type Invocation,
  refused,
  SymError,
  type SymRequest,
} from "@sym/lambda-core";
import type { GitHubFor } from "./github.ts";
import { nothingIfGone } from "./github-failures.ts";
import { type GitHubSettings, logins, readTarget, type TeamSettings } from "./settings.ts";

/** One person's place in one team. Logins and slugs can be changed and taken by others; the ids cannot. */
export type TeamAccess = Access & {
  org: string;
  slug: string;
  role: TeamSettings["role"];
  organizationId: number;
  teamId: number;
  /** The team's id in GraphQL. */
  teamNodeId: string;
  login: string;
  /** Missing if nobody has that login. */
  userId?: number;
  /** People outside the organisation may be asked to join it. */
  invite: boolean;
  /** The person was neither in the organisation nor asked to join it, so an invitation to it is ours. */
  outsider: boolean;
};

/** Somebody's place in an organisation or a team, in GitHub's words. */
export type Membership = { state: string; role: string };
/** The places of somebody in the organisation. `team` is undefined for no place there, and if it was not asked for. */
export type Places = { organization: Membership; team: Membership | undefined };
/** `places` are missing if the person is neither in the organisation nor asked to join it. */
type Person = { login: string; userId?: number; places?: Places };
/** What is looked for by its names; with `alsoPlace`, the person's place in the team, too, at the same time. */
type Search = { octokit: Octokit; org: string; slug: string; alsoPlace: boolean };
/** An account as SAML's identities name it: of the two, only the id stays. */
type Account = { databaseId: number; login: string };
type SamlUser = { user: Account | null };
type Saml = { organization: { samlIdentityProvider: { externalIdentities: { nodes: SamlUser[] } } | null } };

const samlQuery = `query ($org: String!, $userName: String!) {
  organization(login: $org) {
    samlIdentityProvider { externalIdentities(first: 5, userName: $userName) { nodes { user { databaseId login } } } }
  }
}`;
const cache = { size: 1_000, milliseconds: 10 * 60_000 };

/**
 * Finds the team and the person, and with `alsoPlace` what the person's places are. On escalate, only somebody who is in
 * the organisation, or may be invited, gets on.
 */
export function resolver({ url, loginRule }: GitHubSettings, gitHubFor: GitHubFor) {
  const identities = new Map<string, { account: Account; endsAt: number }>();

  async function identityOf(octokit: Octokit, org: string, email: string, invocation: Invocation) {
    const key = `${org} ${email}`;
    const known = identities.get(key);
    if (known && Date.now() < known.endsAt) return known.account;
    const account = await askSaml(octokit, org, email, invocation);
    if (identities.size >= cache.size) identities.clear();
    identities.set(key, { account, endsAt: Date.now() + cache.milliseconds });
    return account;
  }

  async function findBySaml(search: Search, email: string, invocation: Invocation): Promise<Person> {
    const { octokit, org } = search;
    const account = await identityOf(octokit, org, email, invocation);
    const { databaseId: userId, login } = account;
    const member = await findMember(search, login);
    if (member?.userId === userId) return member;
    // Nobody in the organisation has this login, or somebody else has it by now.
    const { data: current } = await octokit.rest.users.getById({ account_id: userId }).catch(nothingIfGone);
    if (!current) return { login: email };
    account.login = current.login;
    const renamed = current.login === login ? undefined : await findMember(search, current.login);
    return renamed ?? { login: current.login, userId };
  }

  async function findPerson(search: Search, email: string, invocation: Invocation): Promise<Person> {
    if (loginRule.rule === "lookup") return findBySaml(search, email, invocation);
    return findByLogin(search, accountNameOf(email, loginRule, logins));
  }

  return async function resolve(
    request: SymRequest,
    invocation: Invocation,
    { alsoPlace = false } = {},
  ): Promise<{ access: TeamAccess; places: Places | undefined }> {
    const { org, slug, role, invite } = readTarget(request);
    const search = { octokit: gitHubFor(org, invocation), org, slug, alsoPlace };
    const [team, { login, userId, places }] = await allInOrder([
      findTeam(search),
      findPerson(search, request.requester, invocation),
    ]);
    const membership = places?.organization.state;
    const isEscalate = request.type === "escalate";
    if (isEscalate && userId !== undefined && membership !== "active" && !invite) throw outside(login, org);
    // When it ends, only the lease can tell whose an invitation is; without leases it counts as ours, if we send any.
    const outsider = invite && (isEscalate ? membership === undefined : membership !== "active");
    const inherited = team.parent ? ` (and through it its parent team ${team.parent.slug})` : "";
    const access: TeamAccess = {
      subject: String(userId ?? login),
      resource: [new URL(url).host, team.organization.id, team.id].join("/"),
      names: {
        subject: `GitHub user ${login}`,
        resource: `GitHub team ${org}/${slug}${role === "member" ? "" : ` as ${role}`}${inherited}`,
      },
      granted: invite ? [role, "pending"] : [role],
      ...{ org, slug, role, organizationId: team.organization.id, teamId: team.id, teamNodeId: team.node_id },
      ...{ login, invite, outsider },
      ...(userId !== undefined && { userId }),
    };
    return { access, places };
  };
}

export function outside(login: string, org: string): SymError {
  return refused(
    `GitHub user ${login} is not a member of the organisation ${org}; add the person there first, or set the target's setting invite to true`,
  );
}

async function findTeam({ octokit, org, slug }: Search) {
  const { data } = await octokit.rest.teams.getByName({ org, team_slug: slug }).catch(nothingIfGone);
  if (data) return data;
  throw refused(
    `GitHub team ${org}/${slug} does not exist, or is hidden from this function; correct the target's settings, or let the App or the token's owner see the team`,
  );
}

/** Whoever of the organisation, or of those asked to join it, has a login. */
async function findMember(search: Search, username: string): Promise<Person | undefined> {
  const { octokit, org, slug: team_slug, alsoPlace } = search;
  const { orgs, teams } = octokit.rest;
  const [{ data: organization }, found] = await allInOrder([
    orgs.getMembershipForUser({ org, username }).catch(nothingIfGone),
    alsoPlace
      ? teams.getMembershipForUserInOrg({ org, team_slug, username }).catch(nothingIfGone)
      : Promise.resolve({ data: undefined }),
  ]);
  if (!organization?.user) return undefined;
  const { login, id: userId } = organization.user;
  return { login, userId, places: { organization, team: found.data } };
}

/** Also asks who has the login if nobody in the organisation does: to be outside it is not the same as not to be. */
async function findByLogin(search: Search, username: string): Promise<Person> {
  const member = await findMember(search, username);
  if (member) return member;
  const { data: account } = await search.octokit.rest.users.getByUsername({ username }).catch(nothingIfGone);
  if (account && account.type !== "User")
    throw refused(
      `GitHub account ${username} is not a person's; correct how logins are found (IDENTITY_RULE)`,
    );
  return account ? { login: account.login, userId: account.id } : { login: username };
}

/** The account whose owner signs in to the organisation with this user name. */
async function askSaml(
  octokit: Octokit,
  org: string,
  userName: string,
  { log }: Invocation,
): Promise<Account> {
  const answer = await octokit.graphql<Saml>(samlQuery, { org, userName }).catch((error: unknown) => {
    throw toSymErrorOfGraphQl(
      error,
      `GitHub does not show this function the SAML identities of ${org}; give the App or the token the permission Members, or use IDENTITY_RULE=map`,
    );
  });
  const provider = answer.organization.samlIdentityProvider;
  if (!provider)
    throw refused(
      `${org} has no SAML of its own that this function can see; use IDENTITY_RULE=map or suffix`,
    );
  const users = provider.externalIdentities.nodes.map(({ user }) => user);
  const [account] = users;
  if (users.length > 1) {
    log("ambiguous-identity", { candidates: users.map((user) => user?.databaseId).join(" ") });
    throw refused(`${userName} is a SAML identity of several people in ${org}; unlink all but the right one`);
  }
  if (account) return account;
  throw users.length === 1
    ? refused(`${userName} has not linked a GitHub account to ${org}; the person has to sign in there once`)
    : refused(`${org} knows no SAML identity ${userName}; give the person GitHub in the identity provider`);
}

/** GraphQL says with a status of 200 what is wrong: a limit, or what the sentence says. */
export function toSymErrorOfGraphQl(error: unknown, sentence: string): unknown {
  const { errors } = error as { errors?: { type?: string }[] };
  if (!errors) return error;
  const limited = errors.some(({ type }) => type === "RATE_LIMITED");
  const limit = "GitHub limits this function's calls of GraphQL; try again in an hour";
  return new SymError(limited ? limit : sentence, {
    reason: "unavailable",
    retryable: limited,
    cause: error,
  });
}
