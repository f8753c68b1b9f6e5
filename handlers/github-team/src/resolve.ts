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

/** One account's membership of one team. Logins and slugs can be changed and taken by others; ids cannot. */
export type TeamAccess = Access & {
  org: string;
  slug: string;
  role: TeamSettings["role"];
  organizationId: number;
  teamId: number;
  /** The team's id in GraphQL. */
  teamNodeId: string;
  login: string;
  /** Missing if no account has that login. */
  userId?: number;
  /** Whether people outside the organisation may be invited to join it. */
  invite: boolean;
  /** The account was neither in the organisation nor invited to join it, so an invitation to it is ours. */
  outsider: boolean;
};

/** An account's membership of an organisation or a team, in GitHub's words. */
export type GitHubMembership = { state: string; role: string };
/** An account's memberships in the organisation. `team` is undefined without one, or if it was not looked up. */
export type Places = { organization: GitHubMembership; team: GitHubMembership | undefined };
/** `places` is missing if the account is neither in the organisation nor invited to join it. */
type FoundPerson = { login: string; userId?: number; places?: Places };
/** A look-up by names; with `alsoPlace` in parallel also of the account's membership of the team. */
type Search = { octokit: Octokit; org: string; slug: string; alsoPlace: boolean };
/** The account of a SAML identity. Its login can change, its id cannot. */
type GitHubAccount = { databaseId: number; login: string };
type SamlUser = { user: GitHubAccount | null };
type SamlIdentities = {
  organization: { samlIdentityProvider: { externalIdentities: { nodes: SamlUser[] } } | null };
};

const samlQuery = `query ($org: String!, $userName: String!) {
  organization(login: $org) {
    samlIdentityProvider { externalIdentities(first: 5, userName: $userName) { nodes { user { databaseId login } } } }
  }
}`;
const mostIdentities = 1_000;
const keepIdentityMs = 10 * 60_000;

/**
 * Looks up the team and the requester's account, and with `alsoPlace` the account's memberships. An escalate is refused
 * unless the account is in the organisation or may be invited.
 */
export function resolver({ url, loginRule }: GitHubSettings, gitHubFor: GitHubFor) {
  const identities = new Map<string, { account: GitHubAccount; endsAt: number }>();

  async function identityOf(octokit: Octokit, org: string, email: string, invocation: Invocation) {
    const key = `${org} ${email}`;
    const known = identities.get(key);
    if (known && Date.now() < known.endsAt) return known.account;
    const account = await askSaml(octokit, org, email, invocation);
    if (identities.size >= mostIdentities) identities.clear();
    identities.set(key, { account, endsAt: Date.now() + keepIdentityMs });
    return account;
  }

  async function findBySaml(search: Search, email: string, invocation: Invocation): Promise<FoundPerson> {
    const { octokit, org } = search;
    const account = await identityOf(octokit, org, email, invocation);
    const { databaseId: userId, login } = account;
    const member = await findMember(search, login);
    if (member?.userId === userId) return member;
    // No account in the organisation has this login, or another account has it by now.
    const { data: current } = await octokit.rest.users.getById({ account_id: userId }).catch(nothingIfGone);
    if (!current) return { login: email };
    account.login = current.login;
    const renamed = current.login === login ? undefined : await findMember(search, current.login);
    return renamed ?? { login: current.login, userId };
  }

  async function findPerson(search: Search, email: string, invocation: Invocation): Promise<FoundPerson> {
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
    // On deescalate only the lease knows who sent an invitation. Without leases it counts as ours if the target invites.
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

/** The account with a login, if it is in the organisation or invited to join it. */
async function findMember(search: Search, username: string): Promise<FoundPerson | undefined> {
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

/** Looks outside the organisation, too: an account outside it gets another answer than a missing account. */
async function findByLogin(search: Search, username: string): Promise<FoundPerson> {
  const member = await findMember(search, username);
  if (member) return member;
  const { data: account } = await search.octokit.rest.users.getByUsername({ username }).catch(nothingIfGone);
  if (account && account.type !== "User")
    throw refused(
      `GitHub account ${username} is not a person's; correct how logins are found (IDENTITY_RULE)`,
    );
  return account ? { login: account.login, userId: account.id } : { login: username };
}

/** The account whose owner signs in to the organisation by SAML with this user name. */
async function askSaml(
  octokit: Octokit,
  org: string,
  userName: string,
  { log }: Invocation,
): Promise<GitHubAccount> {
  const answer = await octokit
    .graphql<SamlIdentities>(samlQuery, { org, userName })
    .catch((error: unknown) => {
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

/** GraphQL answers errors with status 200: a rate limit, or else the failure that `sentence` describes. */
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
