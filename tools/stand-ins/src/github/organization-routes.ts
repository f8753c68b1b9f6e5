import { isObject } from "@sym/test-payloads/payload-fields";
import type { JsonReply } from "../kernel/json.ts";
import { issueToken } from "./credentials.ts";
import { type GitHubExchange, type Part, permitted, type Schemas, simpleUser } from "./exchange.ts";
import { notFound } from "./github-error.ts";
import {
  type Access,
  accountById,
  findAccount,
  findOrganization,
  invitationOf,
  refuse,
  roleIn,
} from "./state.ts";

export function getInstallation({ state, caller, parameters }: GitHubExchange): JsonReply {
  if (!caller.app) refuse(401, "A JSON web token could not be decoded");
  const { id } = findOrganization(state, parameters["org"] ?? "");
  const found = state.installations.find((one) => one.organizationId === id && one.appId === caller.app.id);
  if (!found) notFound();
  const body: Part<"installation", "id" | "app_id" | "app_slug" | "permissions" | "suspended_at"> = {
    id: found.id,
    app_id: found.appId,
    app_slug: caller.app.slug,
    permissions: found.permissions as Schemas["app-permissions"],
    suspended_at: found.suspended ? "2026-01-01T00:00:00Z" : null,
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
  return { status: 200, body: { ...simpleUser(account), ...(suspendedAt && { suspended_at: suspendedAt }) } };
}

/** The person whose token it is; an App is nobody. */
export function getOwnUser({ state, caller }: GitHubExchange): JsonReply {
  if (caller.token === undefined || caller.token.kind === "installation")
    refuse(403, "Resource not accessible by integration");
  return { status: 200, body: simpleUser(accountById(state, caller.token.ownerId)) };
}

/** What everybody may know of an organisation. */
export function getOrganization({ state, parameters }: GitHubExchange): JsonReply {
  const { id } = findOrganization(state, parameters["org"] ?? "");
  const { login } = accountById(state, id);
  return { status: 200, body: { id, login } satisfies Part<"organization-full", "id" | "login"> };
}

/** Of the person whose token it is; an App is nobody. */
export function getOwnMembership(exchange: GitHubExchange): JsonReply {
  const { caller } = exchange;
  const organization = permitted(exchange, "read");
  if (caller.token?.kind === "installation") refuse(403, "Resource not accessible by integration");
  const role = roleIn(organization, caller.token?.ownerId ?? 0) ?? notFound();
  return { status: 200, body: { state: "active", role } satisfies Part<"org-membership", "state" | "role"> };
}

export function getOrganizationMembership(exchange: GitHubExchange): JsonReply {
  const { state, parameters } = exchange;
  const organization = permitted(exchange, "read");
  const user = findAccount(state, parameters["username"] ?? "");
  const role = roleIn(organization, user.id);
  if (role === undefined && !invitationOf(organization, user.id)) notFound();
  const body = {
    state: role === undefined ? "pending" : "active",
    role: role ?? "member",
    user: simpleUser(user) as Schemas["simple-user"],
    organization: simpleUser(
      accountById(state, organization.id),
    ) as unknown as Schemas["organization-simple"],
  } satisfies Part<"org-membership", "state" | "role" | "user" | "organization">;
  return { status: 200, body };
}

/** Pages of `per_page` (30 unless given, at most 100), the next of which the header Link names. */
export function listInvitations(exchange: GitHubExchange): JsonReply {
  const { state, query } = exchange;
  const { invitations } = permitted(exchange, "read");
  const size = Math.min(Number(query.get("per_page") ?? 30), 100);
  const page = Number(query.get("page") ?? 1);
  const shown = invitations.slice((page - 1) * size, page * size).map(({ id, userId, inviter, teams }) => ({
    id,
    login: accountById(state, userId).login,
    email: null,
    role: "direct_member",
    inviter: inviter as Schemas["simple-user"],
    team_count: teams.length,
  })) satisfies Part<
    "organization-invitation",
    "id" | "login" | "email" | "role" | "inviter" | "team_count"
  >[];
  const path = `/orgs/${exchange.parameters["org"]}/invitations?per_page=${size}&page=${page + 1}`;
  const more = invitations.length > page * size;
  return { status: 200, body: shown, ...(more && { headers: { link: `<{url}${path}>; rel="next"` } }) };
}

export function listInvitationTeams(exchange: GitHubExchange): JsonReply {
  const { invitation } = findInvitation(exchange, "read");
  const teams = exchange.state.teams.filter(({ id }) => invitation.teams.some(({ teamId }) => teamId === id));
  return { status: 200, body: teams.map(({ id, slug }) => ({ id, slug })) };
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
