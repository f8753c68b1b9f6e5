import { isObject } from "@sym/test-payloads/payload-fields";
import type { JsonReply } from "../kernel/json.ts";
import { issueToken } from "./credentials.ts";
import { type GitHubExchange, permitted } from "./exchange.ts";
import { notFound } from "./github-error.ts";
import {
  api,
  fullOrganization,
  listedTeam,
  longAgo,
  privateUser,
  publicUser,
  type Schemas,
  simpleOrganization,
  simpleUser,
} from "./shapes.ts";
import {
  type Access,
  type Account,
  accountById,
  findAccount,
  findOrganization,
  invitationOf,
  type Organization,
  refuse,
  roleIn,
} from "./state.ts";

export function getInstallation({ state, caller, parameters }: GitHubExchange): JsonReply {
  if (!caller.app) refuse(401, "A JSON web token could not be decoded");
  const { id } = findOrganization(state, parameters["org"] ?? "");
  const found = state.installations.find((one) => one.organizationId === id && one.appId === caller.app.id);
  if (!found) notFound();
  const account = simpleUser(accountById(state, id));
  const body: Schemas["installation"] = {
    id: found.id,
    account,
    app_id: found.appId,
    app_slug: caller.app.slug,
    target_id: id,
    target_type: "Organization",
    permissions: found.permissions as Schemas["app-permissions"],
    repository_selection: "all",
    events: [],
    single_file_name: null,
    access_tokens_url: `${api}/app/installations/${found.id}/access_tokens`,
    repositories_url: `${api}/installation/repositories`,
    html_url: `${account.html_url}/settings/installations/${found.id}`,
    created_at: longAgo,
    updated_at: longAgo,
    suspended_by: null,
    suspended_at: found.suspended ? longAgo : null,
  };
  return { status: 200, body };
}

export function createToken({ state, caller, parameters, body: asked }: GitHubExchange): JsonReply {
  if (!caller.app) refuse(401, "A JSON web token could not be decoded");
  const wanted = isObject(asked) ? asked["permissions"] : undefined;
  const issued = issueToken(state, caller.app, Number(parameters["installation_id"]), wanted);
  const body: Schemas["installation-token"] = {
    token: issued.token,
    expires_at: new Date(issued.expiresAt).toISOString(),
    permissions: issued.permissions as Schemas["app-permissions"],
    repository_selection: "all",
  };
  return { status: 201, body };
}

export function getUser({ state, parameters }: GitHubExchange): JsonReply {
  const { username, account_id: id } = parameters;
  const account = username === undefined ? accountById(state, Number(id)) : findAccount(state, username);
  const { suspendedAt } = account;
  return { status: 200, body: { ...publicUser(account), ...(suspendedAt && { suspended_at: suspendedAt }) } };
}

/** The owner of the token; an App has no user. */
export function getOwnUser({ state, caller }: GitHubExchange): JsonReply {
  if (caller.token === undefined || caller.token.kind === "installation")
    refuse(403, "Resource not accessible by integration");
  return { status: 200, body: privateUser(accountById(state, caller.token.ownerId)) };
}

export function getOrganization({ state, parameters }: GitHubExchange): JsonReply {
  const { id } = findOrganization(state, parameters["org"] ?? "");
  return { status: 200, body: fullOrganization(accountById(state, id)) };
}

/** The membership of the token's owner; an App has no user. */
export function getOwnMembership(exchange: GitHubExchange): JsonReply {
  const { state, caller } = exchange;
  const organization = permitted(exchange, "read");
  if (caller.token?.kind === "installation") refuse(403, "Resource not accessible by integration");
  const user = accountById(state, caller.token?.ownerId ?? 0);
  const role = roleIn(organization, user.id) ?? notFound();
  return { status: 200, body: orgMembership(exchange, organization, user, { state: "active", role }) };
}

export function getOrganizationMembership(exchange: GitHubExchange): JsonReply {
  const organization = permitted(exchange, "read");
  const user = findAccount(exchange.state, exchange.parameters["username"] ?? "");
  const role = roleIn(organization, user.id);
  if (role === undefined && !invitationOf(organization, user.id)) notFound();
  const place = {
    state: role === undefined ? ("pending" as const) : ("active" as const),
    role: role ?? "member",
  };
  return { status: 200, body: orgMembership(exchange, organization, user, place) };
}

function orgMembership(
  { state }: GitHubExchange,
  { id }: Organization,
  user: Account,
  place: Pick<Schemas["org-membership"], "state" | "role">,
): Schemas["org-membership"] {
  const organization = simpleOrganization(accountById(state, id));
  return {
    ...place,
    url: `${organization.url}/memberships/${user.login}`,
    organization_url: organization.url,
    organization,
    user: simpleUser(user),
  };
}

/** Pages of `per_page` (30 unless given, at most 100); the header Link names the next page. */
export function listInvitations(exchange: GitHubExchange): JsonReply {
  const { state, query } = exchange;
  const { id: organizationId, invitations } = permitted(exchange, "read");
  const size = Math.min(Number(query.get("per_page") ?? 30), 100);
  const page = Number(query.get("page") ?? 1);
  const shown = invitations
    .slice((page - 1) * size, page * size)
    .map(({ id, userId, inviter, teams }): Schemas["organization-invitation"] => ({
      id,
      node_id: `OI_${id}`,
      login: accountById(state, userId).login,
      email: null,
      role: "direct_member",
      created_at: longAgo,
      inviter: simpleUser(inviter),
      team_count: teams.length,
      invitation_teams_url: `${api}/organizations/${organizationId}/invitations/${id}/teams`,
    }));
  const path = `/orgs/${exchange.parameters["org"]}/invitations?per_page=${size}&page=${page + 1}`;
  const more = invitations.length > page * size;
  return { status: 200, body: shown, ...(more && { headers: { link: `<{url}${path}>; rel="next"` } }) };
}

export function listInvitationTeams(exchange: GitHubExchange): JsonReply {
  const { invitation } = findInvitation(exchange, "read");
  const teams = exchange.state.teams.filter(({ id }) => invitation.teams.some(({ teamId }) => teamId === id));
  return { status: 200, body: teams.map((team) => listedTeam(exchange.state, team)) };
}

export function cancelInvitation(exchange: GitHubExchange): JsonReply {
  const { organization, invitation } = findInvitation(exchange, "write");
  organization.invitations = organization.invitations.filter((one) => one !== invitation);
  return { status: 204 };
}

function findInvitation(exchange: GitHubExchange, access: Access) {
  const organization = permitted(exchange, access);
  const id = Number(exchange.parameters["invitation_id"]);
  const invitation = organization.invitations.find((one) => one.id === id) ?? notFound();
  return { organization, invitation };
}
