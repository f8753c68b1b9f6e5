import type { Octokit } from "@octokit/rest";
import { statusOf } from "@sym/http-client";
import {
  absent,
  type Changed,
  type Residual,
  refused,
  type State,
  SymError,
  type TargetSystem,
} from "@sym/lambda-core";
import { checkTarget } from "./check-target.ts";
import { forecast, pendingStep } from "./forecast.ts";
import { connect } from "./github.ts";
import { nothingIfGone } from "./github-failures.ts";
import { leftThroughChildren, membership, place, readPlace, teamOf, toReading } from "./github-look.ts";
import { followedGroup, followsProvider } from "./identity-provider.ts";
import { cancelOwnInvitation } from "./invitation.ts";
import { resolve } from "./resolve.ts";
import type { GitHubSettings } from "./settings.ts";
import { hidden, outsideSentence, type TeamAccess } from "./team-access.ts";
import { memberOf } from "./team-members.ts";
import { hasRoleOf, isPending, roleIn, satisfies, type TeamRole } from "./team-states.ts";

/** Membership of GitHub teams. Invites people to the organisation only if the target allows invitations. */
export function gitHubTeam(settings: GitHubSettings): TargetSystem<TeamAccess> {
  const connection = connect(settings);
  const { gitHubFor } = connection;

  return {
    satisfies,

    // GitHub documents no consistency of reads. GitHub's own client allows this time for new tokens to spread.
    staleReadMs: 5_000,

    async find(request, invocation) {
      const { access, wanted, places } = await resolve(request, settings, gitHubFor, invocation);
      const octokit = gitHubFor(access.org, invocation);
      const search = () => memberOf(octokit, access);
      return { ...(await toReading(octokit, access, { ...places, wanted, search })), wanted };
    },

    read: (access, invocation) => readPlace(gitHubFor(access.org, invocation), settings, access, invocation),

    async set({ access, state: current }, { state, afterwards }, invocation) {
      const octokit = gitHubFor(access.org, invocation);
      if (state === absent) {
        await remove(octokit, access, current);
        return { residualAccess: leftOver(octokit, access, current) };
      }
      if (isPending(state)) return keepInvited(octokit, access, current, state);
      const pending = { pending: pendingStep(access, "has sent") };
      // Others' invitation is enough, and PUT could lower its role.
      if (isPending(afterwards) && current === afterwards && hasRoleOf(afterwards, state)) return pending;
      if ((await put(octokit, access, roleIn(state))) === "active") return {};
      // The person has left the organisation since the read, so the PUT sent an invitation.
      if (current === absent && !access.invite) throw refused(outsideSentence(access));
      return pending;
    },

    async release({ access, state }, invocation) {
      // A member or a maintainer is in the organisation, so no invitation is left.
      if (state === absent || isPending(state)) await cancelOwnInvitation(connection, access, invocation);
    },

    forecast: (reading, _, invocation) => forecast(gitHubFor(reading.access.org, invocation), reading),

    check: (target, invocation) => checkTarget(settings, gitHubFor, target, invocation),
  };
}

/** Keeps the place to which others had invited the person, also after the person has accepted; lowers a higher role. */
async function keepInvited(
  octokit: Octokit,
  access: TeamAccess,
  current: State,
  invited: State,
): Promise<Changed> {
  const isHigher = !hasRoleOf(invited, current);
  if (isHigher) await put(octokit, access, roleIn(invited));
  const state = isHigher && !isPending(current) ? roleIn(invited) : current;
  return {
    state,
    residualAccess: "You keep the membership that another administrator's earlier invitation gives you.",
  };
}

/** The access that an account keeps after its removal from the team. A place in a child team lasts, and gives what the team may. */
async function leftOver(octokit: Octokit, access: TeamAccess, was: State): Promise<Residual | undefined> {
  const { org, outsider } = access;
  const hasJoined = outsider && was !== absent && !isPending(was);
  const joined =
    hasJoined && `You accepted the invitation to the organisation ${org}, and remain a member of it.`;
  const throughChildren = await leftThroughChildren(octokit, access);
  if (throughChildren) return { lasting: joined ? `${joined} ${throughChildren}` : throughChildren };
  return joined || undefined;
}

async function put(octokit: Octokit, access: TeamAccess, role: TeamRole): Promise<"active" | "pending"> {
  const change = octokit.request(`PUT ${membership}`, { ...place(access), role });
  const { data } = await change.catch(async (error: unknown) => {
    throw await toSymErrorOfChange(octokit, access, error);
  });
  return data.state;
}

async function remove(octokit: Octokit, access: TeamAccess, current: State): Promise<void> {
  const change = octokit.request(`DELETE ${membership}`, place(access)).catch(nothingIfGone);
  await change.catch(async (error: unknown) => {
    const explained = await toSymErrorOfChange(octokit, access, error);
    // A team that GitHub lets no client change holds no grant of this function.
    const isRefused = explained instanceof SymError && explained.reason === "refused";
    if (current !== absent || !isRefused) throw explained;
  });
}

/** A status can have several causes. GitHub's data about the team and its identity provider distinguish the causes. */
async function toSymErrorOfChange(octokit: Octokit, access: TeamAccess, cause: unknown): Promise<unknown> {
  const { org, names } = access;
  if (statusOf(cause) === 404 && !(await teamOf(octokit, access))) return hidden(access);
  if (statusOf(cause) === 404 || statusOf(cause) === 422)
    return refused(
      `GitHub refused to add ${names.subject} to ${names.resource}; ask an owner of ${org} whether the organisation is out of seats or invitations`,
      { cause },
    );
  if (statusOf((cause as Error).cause) !== 403) return cause;
  const group = await followedGroup(octokit, access);
  return group === undefined ? cause : followsProvider(names.resource, group, cause);
}
