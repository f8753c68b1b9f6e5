import type { Octokit } from "@octokit/rest";
import { allInOrder, type Invocation, SymError, type TargetSystem } from "@sym/lambda-core";
import { connect } from "./github.ts";
import { nothingIfGone, statusOf } from "./github-failures.ts";
import { explainGraphQl, outside, resolver, type TeamAccess } from "./resolve.ts";
import type { Settings } from "./settings.ts";

// GitHub's notes on each team route name this form of it, which a new name of the team does not change.
const team = "/organizations/{organizationId}/team/{teamId}";
const membership = `${team}/memberships/{login}`;
const directQuery = `query ($team: ID!, $login: String!) {
  node(id: $team) { ... on Team { members(first: 100, membership: IMMEDIATE, query: $login) { nodes { databaseId } } } }
}`;
type Direct = { node: { members?: { nodes: { databaseId: number }[] } } | null };
const rank: Record<string, number> = { absent: 0, pending: 0, member: 1, maintainer: 2 };

/** Membership of GitHub teams. Lowers no role, and asks nobody into an organisation unless the target says so. */
export function gitHubTeam(settings: Settings): TargetSystem<TeamAccess, Seen> {
  const gitHubFor = connect(settings);
  const resolve = resolver(settings, gitHubFor);
  const roleAskedFor = new WeakMap<Invocation, TeamAccess["role"]>();

  return {
    absent: "absent",
    // GitHub names no limit for how old a reading can be. Its own client allows this long for new tokens to spread.
    settles: 5_000,

    async resolve(request, invocation) {
      const access = await resolve(request, invocation);
      if (request.type === "escalate") roleAskedFor.set(invocation, access.role);
      return access;
    },

    async read(access, invocation) {
      // Otherwise this is the access of a lease that another request holds, and a lease knows one role only.
      if ((roleAskedFor.get(invocation) ?? access.role) !== access.role)
        throw refuse(
          `${access.names.subject} has ${access.names.resource} by another request; ask for another role when that has ended`,
        );
      const octokit = gitHubFor(access.org, invocation);
      const [login, seen, teamIsThere] = await allInOrder([
        currentLogin(octokit, access),
        look(octokit, access),
        isThere(octokit, access),
      ]);
      const current = { ...access, login };
      const {
        state: shown,
        sufficient,
        isOwner,
      } = login === access.login ? seen : await look(octokit, current);
      // Who would be a maintainer was nothing in this team before, if a member only through a child team.
      const isInherited = shown === "member" && !sufficient && !(await isDirect(octokit, current));
      const state = isInherited ? "absent" : shown;
      if (state === "absent" && !teamIsThere)
        throw (await seesAllTeams(octokit, access, settings)) ? deleted(access) : hidden(access);
      // An owner's place is always shown as a maintainer's, which says nothing about what it was before.
      return { state: isOwner && state !== "absent" ? access.role : state, sufficient, access: current };
    },

    // Once more, since a role that somebody else gave meanwhile would be lowered.
    prepare: (access, _change, invocation) => look(gitHubFor(access.org, invocation), access),

    async grant(access, invocation, seen) {
      const octokit = gitHubFor(access.org, invocation);
      const { state, sufficient, isMember } = seen ?? (await look(octokit, access));
      if (sufficient) return {};
      if (!isMember && !access.invite) throw outside(access.login, access.org);
      const isPending = state === "pending" || (await put(octokit, access, access.role)) === "pending";
      return isPending
        ? { pending: `accept the invitation to the organisation ${access.org} that GitHub has sent` }
        : {};
    },

    async restore(access, standing, invocation, seen) {
      const octokit = gitHubFor(access.org, invocation);
      const { state, isMember, isOwner } = seen ?? (await look(octokit, access));
      if (standing === "member" && state === "maintainer" && !isOwner) await put(octokit, access, "member");
      if (standing === "pending" && state !== "absent")
        return { residualAccess: "You keep the place in it that others had invited you to before." };
      if (standing !== "absent") return {};
      if (state !== "absent") await remove(octokit, access);
      if (access.outsider && !isMember) await cancelInvitation(octokit, access);
      if (access.outsider && isMember)
        return {
          residualAccess: `You accepted the invitation to the organisation ${access.org}, and stay in it.`,
        };
      return { residualAccess: leftThroughChildren(octokit, access) };
    },
  };
}

type Seen = Awaited<ReturnType<typeof look>>;

/** What is there, for the login that the person has now. */
async function look(octokit: Octokit, access: TeamAccess) {
  const { org, login: username, role } = access;
  const [{ data: organization }, { data: found }] = await Promise.all([
    octokit.rest.orgs.getMembershipForUser({ org, username }).catch(nothingIfGone),
    octokit.request(`GET ${membership}`, place(access)).catch(nothingIfGone),
  ]);
  const isMember = organization?.state === "active";
  const isOwner = isMember && organization.role === "admin";
  const state: string = found === undefined ? "absent" : found.state === "pending" ? "pending" : found.role;
  // What a team may, an owner of the organisation may anyway.
  const sufficient = isOwner || (rank[state] ?? 0) >= (rank[role] ?? 0);
  return { state, sufficient, isMember, isOwner };
}

/** What is left of the access of somebody who was just taken out of the team. */
async function leftThroughChildren(octokit: Octokit, access: TeamAccess): Promise<string | undefined> {
  try {
    const { data } = await octokit.request(`GET ${membership}`, place(access)).catch(nothingIfGone);
    return data && "You are still in it through one of its child teams.";
  } catch {
    return "It could not be seen whether you are still in it through one of its child teams.";
  }
}

/** REST counts members of child teams as members, and does not tell them apart. */
async function isDirect(octokit: Octokit, access: TeamAccess): Promise<boolean> {
  const { teamNodeId: id, login, userId, org, slug } = access;
  const { node } = await octokit.graphql<Direct>(directQuery, { team: id, login }).catch((error: unknown) => {
    throw explainGraphQl(
      error,
      `GitHub does not show this function who is in the team ${org}/${slug} itself; give the App or the token the permission Members`,
    );
  });
  if (!node?.members) throw hidden(access);
  return node.members.nodes.some(({ databaseId }) => databaseId === userId);
}

async function put(octokit: Octokit, access: TeamAccess, role: string): Promise<"active" | "pending"> {
  const change = octokit.request(`PUT ${membership}`, { ...place(access), role });
  const { data } = await change.catch((error: unknown) => explainChange(octokit, access, error));
  return data.state;
}

async function remove(octokit: Octokit, access: TeamAccess): Promise<void> {
  const change = octokit.request(`DELETE ${membership}`, place(access)).catch(nothingIfGone);
  await change.catch((error: unknown) => explainChange(octokit, access, error));
}

function place({ organizationId, teamId, login }: TeamAccess) {
  return { organizationId, teamId, login };
}

/** The login of an account, whatever it was before. */
async function currentLogin(octokit: Octokit, { userId, names }: TeamAccess): Promise<string> {
  const found = userId && octokit.rest.users.getById({ account_id: userId }).catch(nothingIfGone);
  const account = found && (await found).data;
  if (account) return account.login;
  throw new SymError(
    `${names.subject} does not exist; correct how logins are found (LOGIN_RULE), or let the person create the account`,
    { reason: "no-subject" },
  );
}

/** GitHub answers 404 for somebody who is in no team, and for a team that is not there or not shown to us. */
async function isThere(octokit: Octokit, { organizationId, teamId }: TeamAccess): Promise<boolean> {
  const { data } = await octokit.request(`GET ${team}`, { organizationId, teamId }).catch(nothingIfGone);
  return data !== undefined;
}

/**
 * Whether a team that GitHub does not show to us is not there. An App with the permission Members, without which it gets
 * no token here, and an owner of the organisation see each of its teams, also the secret ones.
 */
async function seesAllTeams(
  octokit: Octokit,
  { org, organizationId }: TeamAccess,
  { appId }: Settings,
): Promise<boolean> {
  const { data: organization } = await octokit.rest.orgs.get({ org }).catch(nothingIfGone);
  // It may have been renamed, and the name may be another's now.
  if (organization?.id !== organizationId) return false;
  if (appId !== undefined) return true;
  const { data: own } = await octokit.rest.orgs
    .getMembershipForAuthenticatedUser({ org })
    .catch(nothingIfGone);
  return own?.state === "active" && own.role === "admin";
}

function deleted({ names }: TeamAccess): SymError {
  return new SymError(`${names.resource} does not exist any more; name another in the target's settings`, {
    reason: "no-resource",
  });
}

function hidden({ names }: TeamAccess): SymError {
  return new SymError(
    `${names.resource} is gone, or hidden from this function; if it was not deleted, let the App or the token's owner see it`,
    { reason: "unavailable", retryable: false },
  );
}

/** What a failed change means. With one status GitHub says that nobody may make it, and that we may not. */
async function explainChange(octokit: Octokit, access: TeamAccess, error: unknown): Promise<never> {
  const { org, slug, names } = access;
  if (statusOf(error) === 404 && !(await isThere(octokit, access))) throw hidden(access);
  if (statusOf(error) === 404 || statusOf(error) === 422)
    throw refuse(
      `GitHub does not take ${names.subject} into ${names.resource}; an owner of ${org} can see whether seats or invitations are used up`,
      error,
    );
  if (statusOf((error as Error).cause) !== 403) throw error;
  const lists = ["external-groups", "team-sync/group-mappings"].map((list) =>
    octokit.request(`GET /orgs/{org}/teams/{slug}/${list}`, { org, slug }).then(
      ({ data }) => data.groups,
      () => [], // Only to explain: what cannot be seen explains nothing.
    ),
  );
  const [group] = (await Promise.all(lists)).flat();
  if (!group) throw error;
  throw refuse(
    `${names.resource} follows the group ${group.group_name} of the identity provider, so GitHub lets nobody change it; grant that group instead`,
    error,
  );
}

/** Takes back an invitation to the organisation, unless it has become one to other teams too. */
async function cancelInvitation(octokit: Octokit, { org, login, teamId }: TeamAccess): Promise<void> {
  const invitations = await octokit.paginate(octokit.rest.orgs.listPendingInvitations, {
    org,
    per_page: 100,
  });
  const found = invitations.find((invitation) => invitation.login?.toLowerCase() === login.toLowerCase());
  if (!found) return;
  const invitation = { org, invitation_id: Number(found.id) };
  const { data: teams = [] } = await octokit.rest.orgs.listInvitationTeams(invitation).catch(nothingIfGone);
  if (teams.every(({ id }) => id === teamId))
    await octokit.rest.orgs.cancelInvitation(invitation).catch(nothingIfGone);
}

function refuse(sentence: string, cause?: unknown): SymError {
  return new SymError(sentence, { reason: "refused", cause });
}
