import type { Octokit } from "@octokit/rest";
import { statusOf } from "@sym/http-client";
import { allInOrder, type Invocation, type Reading, refused, type TargetSystem } from "@sym/lambda-core";
import { connect } from "./github.ts";
import { nothingIfGone } from "./github-failures.ts";
import {
  currentLogin,
  hidden,
  isThere,
  leftThroughChildren,
  look,
  membership,
  type PlaceInTeam,
  place,
  seenIn,
  toReading,
} from "./github-look.ts";
import { outside, resolver, type TeamAccess } from "./resolve.ts";
import { type GitHubSettings, readTarget } from "./settings.ts";

/** Membership of GitHub teams. Lowers no role, and invites people to the organisation only if the target allows it. */
export function gitHubTeam(settings: GitHubSettings): TargetSystem<TeamAccess, PlaceInTeam> {
  const gitHubFor = connect(settings);
  const resolve = resolver(settings, gitHubFor);

  async function read(access: TeamAccess, invocation: Invocation): Promise<Reading<TeamAccess>> {
    // A lease has one role. If it is not the requested one, another request holds the lease.
    const { request } = invocation;
    if (request?.type === "escalate" && readTarget(request).role !== access.role)
      throw refused(
        `${access.names.subject} has ${access.names.resource} by another request; ask for another role when that has ended`,
      );
    const octokit = gitHubFor(access.org, invocation);
    const [login, seen, teamIsThere] = await allInOrder([
      currentLogin(octokit, access),
      look(octokit, access),
      isThere(octokit, access),
    ]);
    const current = { ...access, login };
    const seenNow = login === access.login ? seen : await look(octokit, current);
    return toReading(octokit, current, seenNow, teamIsThere, settings);
  }

  return {
    absent: "absent",
    // GitHub documents no consistency of reads. Its own client allows this long for new tokens to spread.
    staleReadMs: 5_000,

    async resolve(request, invocation) {
      return (await resolve(request, invocation)).access;
    },

    // Looks up by names in parallel: within one call they cannot be taken by others.
    async find(request, invocation) {
      const { access, places } = await resolve(request, invocation, { alsoPlace: true });
      // The account is outside the organisation, or does not exist.
      if (!places) return read(access, invocation);
      const seen = seenIn(places, access.role);
      return toReading(gitHubFor(access.org, invocation), access, seen, true, settings);
    },

    read,

    // Reads again, because a grant would lower a higher role that others gave since the first read.
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

async function put(octokit: Octokit, access: TeamAccess, role: string): Promise<"active" | "pending"> {
  const change = octokit.request(`PUT ${membership}`, { ...place(access), role });
  const { data } = await change.catch(async (error: unknown) => {
    throw await toSymErrorOfChange(octokit, access, error);
  });
  return data.state;
}

async function remove(octokit: Octokit, access: TeamAccess): Promise<void> {
  const change = octokit.request(`DELETE ${membership}`, place(access)).catch(nothingIfGone);
  await change.catch(async (error: unknown) => {
    throw await toSymErrorOfChange(octokit, access, error);
  });
}

/** One status stands for several causes. What GitHub shows of the team and its identity provider tells them apart. */
async function toSymErrorOfChange(octokit: Octokit, access: TeamAccess, cause: unknown): Promise<unknown> {
  const { org, slug, names } = access;
  if (statusOf(cause) === 404 && !(await isThere(octokit, access))) return hidden(access);
  if (statusOf(cause) === 404 || statusOf(cause) === 422)
    return refused(
      `GitHub does not take ${names.subject} into ${names.resource}; an owner of ${org} can see whether seats or invitations are used up`,
      { cause },
    );
  if (statusOf((cause as Error).cause) !== 403) return cause;
  const lists = ["external-groups", "team-sync/group-mappings"].map((list) =>
    octokit.request(`GET /orgs/{org}/teams/{slug}/${list}`, { org, slug }).then(
      ({ data }) => data.groups,
      () => [], // A list that cannot be read says nothing about the cause.
    ),
  );
  const [group] = (await Promise.all(lists)).flat();
  if (!group) return cause;
  return refused(
    `${names.resource} follows the group ${group.group_name} of the identity provider, so GitHub lets nobody change it; grant that group instead`,
    { cause },
  );
}

/** Cancels an invitation to the organisation, unless others have added more teams to it. */
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
