import { statusOf } from "@sym/http-client";
import { type Invocation, type SymError, unavailable } from "@sym/lambda-core";
import type { GitHubConnection } from "./github.ts";
import { nothingIfGone } from "./github-failures.ts";
import type { TeamAccess } from "./team-access.ts";

/**
 * Cancels the invitation to the organisation if this function sent the invitation and the invitation has no team left:
 * GitHub keeps a single invitation for all teams of a person, and other requests or people may have added teams.
 */
export async function cancelOwnInvitation(
  { gitHubFor, ownLogin }: GitHubConnection,
  { org, login }: TeamAccess,
  invocation: Invocation,
): Promise<void> {
  const octokit = gitHubFor(org, invocation);
  const invitations = await octokit
    .paginate(octokit.rest.orgs.listPendingInvitations, { org, per_page: 100 })
    .catch((error: unknown) => {
      throw statusOf(error) === 404 ? notShown(org, error) : error;
    });
  const found = invitations.find((invitation) => isSame(invitation.login, login));
  if (!found || !isSame(found.inviter?.login, await ownLogin(org, invocation))) return;
  const invitation = { org, invitation_id: Number(found.id) };
  const { data: teams } = await octokit.rest.orgs.listInvitationTeams(invitation).catch(nothingIfGone);
  if (teams?.length === 0) await octokit.rest.orgs.cancelInvitation(invitation).catch(nothingIfGone);
}

function notShown(org: string, cause: unknown): SymError {
  return unavailable(
    `GitHub does not show this function the invitations to ${org}; give the App or the token the permission Members`,
    { retryable: false, cause },
  );
}

function isSame(one: string | null | undefined, other: string): boolean {
  return one?.toLowerCase() === other.toLowerCase();
}
