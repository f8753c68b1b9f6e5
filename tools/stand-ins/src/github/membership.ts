import type { components } from "@octokit/openapi-types";
import { teamUrl } from "./shapes.ts";
import {
  accountById,
  type GitHubState,
  type Invitation,
  type Inviter,
  invitationOf,
  nextId,
  type Organization,
  refuse,
  roleIn,
  type Team,
  type TeamRole,
} from "./state.ts";

type TeamMembership = components["schemas"]["team-membership"];

/**
 * A user's membership of a team. Members of child teams count as members, and an organisation's owners are always
 * maintainers of their teams. https://docs.github.com/rest/teams/members
 */
export function membershipOf(
  state: GitHubState,
  organization: Organization,
  team: Team,
  userId: number,
): TeamMembership | undefined {
  const owner = roleIn(organization, userId) === "admin";
  const url = `${teamUrl(team)}/memberships/${accountById(state, userId).login}`;
  const direct = team.members.find((member) => member.userId === userId);
  if (direct) return { url, state: "active", role: owner ? "maintainer" : direct.role };
  const invited = invitationOf(organization, userId)?.teams.find(({ teamId }) => teamId === team.id);
  if (invited) return { url, state: "pending", role: invited.role };
  const inherited = childTeams(state, team).some((child) =>
    child.members.some((one) => one.userId === userId),
  );
  return inherited ? { url, state: "active", role: owner ? "maintainer" : "member" } : undefined;
}

/** Adds a user or changes the role; invites a user from outside the organisation. */
export function setMembership(
  state: GitHubState,
  organization: Organization,
  team: Team,
  userId: number,
  { role, inviter }: { role: TeamRole; inviter: Inviter },
): TeamMembership {
  refuseManaged(team);
  if (accountById(state, userId).type === "Organization")
    refuse(422, "Cannot add an organization as a member.");
  if (roleIn(organization, userId)) setDirect(team.members, { userId, role });
  else if (organization.full) refuse(422, "Validation Failed");
  else inviteTo(state, organization, userId, { teams: [{ teamId: team.id, role }], inviter });
  return membershipOf(state, organization, team, userId) ?? refuse(500, "Defect in the stand-in");
}

/** Removes a user from a team, or the team from the user's invitation; the invitation itself stays. */
export function removeMembership(organization: Organization, team: Team, userId: number): void {
  refuseManaged(team);
  const invited = invitationOf(organization, userId);
  const direct = team.members.some((member) => member.userId === userId);
  if (!direct && !invited?.teams.some(({ teamId }) => teamId === team.id)) refuse(404, "Not Found");
  team.members = team.members.filter((member) => member.userId !== userId);
  if (invited) invited.teams = invited.teams.filter(({ teamId }) => teamId !== team.id);
}

export function inviteTo(
  state: GitHubState,
  organization: Organization,
  userId: number,
  { teams, inviter }: Pick<Invitation, "teams" | "inviter">,
): void {
  const known = invitationOf(organization, userId);
  const invitation = known ?? { id: nextId(state), userId, inviter, teams: [] };
  if (!known) organization.invitations.push(invitation);
  for (const team of teams)
    invitation.teams = [...invitation.teams.filter(({ teamId }) => teamId !== team.teamId), team];
}

/** From now on the user is in the organisation, and in the teams of the invitation. */
export function accept(state: GitHubState, organization: Organization, userId: number): void {
  const invitation = invitationOf(organization, userId) ?? refuse(404, "Not Found");
  organization.invitations = organization.invitations.filter((one) => one !== invitation);
  organization.members.push({ userId, role: "member" });
  for (const { teamId, role } of invitation.teams) {
    const team = state.teams.find(({ id }) => id === teamId);
    if (team) setDirect(team.members, { userId, role });
  }
}

export function setDirect(members: Team["members"], member: { userId: number; role: TeamRole }): void {
  const known = members.find(({ userId }) => userId === member.userId);
  if (known) known.role = member.role;
  else members.push(member);
}

export function childTeams(state: GitHubState, team: Team): Team[] {
  const children = state.teams.filter(({ parentId }) => parentId === team.id);
  return children.flatMap((child) => [child, ...childTeams(state, child)]);
}

// Source: terraform-provider-github#2079; other kinds of synchronisation have other messages.
function refuseManaged({ idpGroup }: Team): void {
  if (idpGroup === null) return;
  refuse(
    403,
    "You cannot create or update members for an external group backed team since they are managed by your identity provider",
  );
}
