import type { components, operations } from "@octokit/openapi-types";
import { isObject } from "../payload-fields.ts";
import { authorize, type Caller, issueToken } from "./credentials.ts";
import { notFound } from "./github-error.ts";
import { answerGraphQl } from "./graphql.ts";
import { membershipOf, removeMembership, setMembership } from "./membership.ts";
import {
  type Access,
  type Account,
  accountById,
  findAccount,
  findOrganization,
  findTeam,
  type GitHubState,
  invitationOf,
  type Organization,
  organizationById,
  refuse,
  roleIn,
  same,
  type Team,
  teamById,
} from "./state.ts";

type Schemas = components["schemas"];

/** What is left of a schema when only the fields that somebody here reads are answered. */
type Part<Name extends keyof Schemas, Fields extends keyof Schemas[Name]> = Pick<Schemas[Name], Fields>;

export type Exchange = {
  state: GitHubState;
  caller: Caller;
  /** By name, as in the route's path; decoded. */
  parameters: Record<string, string>;
  query: URLSearchParams;
  body: unknown;
};

export type Reply = { status: number; body?: unknown; headers?: Record<string, string> };

/** `action` is GitHub's own operation id, or what this route would be called if it had one. */
export type Route = {
  action: keyof operations | "graphql" | "teams/list-linked-external-groups" | "teams/list-idp-groups";
  method: string;
  paths: string[];
  answer(exchange: Exchange): Reply;
};

// Each team route is there twice: by names, and by ids as the notes in GitHub's reference say.
const team = ["/orgs/{org}/teams/{team_slug}", "/organizations/{org_id}/team/{team_id}"];
const membership = team.map((path) => `${path}/memberships/{username}`);

/** The few routes that are used; any other is a 404. https://docs.github.com/rest */
const routes: Route[] = [
  {
    action: "apps/get-org-installation",
    method: "GET",
    paths: ["/orgs/{org}/installation"],
    answer: getInstallation,
  },
  {
    action: "apps/create-installation-access-token",
    method: "POST",
    paths: ["/app/installations/{installation_id}/access_tokens"],
    answer: createToken,
  },
  { action: "users/get-by-username", method: "GET", paths: ["/users/{username}"], answer: getUser },
  { action: "users/get-by-id", method: "GET", paths: ["/user/{account_id}"], answer: getUser },
  {
    action: "orgs/get-membership-for-user",
    method: "GET",
    paths: ["/orgs/{org}/memberships/{username}"],
    answer: getOrganizationMembership,
  },
  {
    action: "orgs/list-pending-invitations",
    method: "GET",
    paths: ["/orgs/{org}/invitations"],
    answer: listInvitations,
  },
  {
    action: "orgs/list-invitation-teams",
    method: "GET",
    paths: ["/orgs/{org}/invitations/{invitation_id}/teams"],
    answer: listInvitationTeams,
  },
  {
    action: "orgs/cancel-invitation",
    method: "DELETE",
    paths: ["/orgs/{org}/invitations/{invitation_id}"],
    answer: cancelInvitation,
  },
  { action: "teams/get-by-name", method: "GET", paths: team, answer: getTeam },
  {
    action: "teams/get-membership-for-user-in-org",
    method: "GET",
    paths: membership,
    answer: getMembership,
  },
  {
    action: "teams/add-or-update-membership-for-user-in-org",
    method: "PUT",
    paths: membership,
    answer: putMembership,
  },
  {
    action: "teams/remove-membership-for-user-in-org",
    method: "DELETE",
    paths: membership,
    answer: deleteMembership,
  },
  {
    action: "teams/list-linked-external-groups",
    method: "GET",
    paths: team.map((path) => `${path}/external-groups`),
    answer: listExternalGroups,
  },
  {
    action: "teams/list-idp-groups",
    method: "GET",
    paths: team.map((path) => `${path}/team-sync/group-mappings`),
    answer: () => refuse(403, "This team is not externally managed."),
  },
  { action: "graphql", method: "POST", paths: ["/graphql"], answer: answerGraphQl },
];

function getInstallation({ state, caller, parameters }: Exchange): Reply {
  if (!caller.app) refuse(401, "A JSON web token could not be decoded");
  const { id } = findOrganization(state, parameters["org"] ?? "");
  const found = state.installations.find((one) => one.organizationId === id && one.appId === caller.app.id);
  if (!found) notFound();
  const body: Part<"installation", "id" | "app_id" | "app_slug" | "permissions"> = {
    id: found.id,
    app_id: found.appId,
    app_slug: caller.app.slug,
    permissions: found.permissions as Schemas["app-permissions"],
  };
  return { status: 200, body };
}

function createToken({ state, caller, parameters, body: asked }: Exchange): Reply {
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

function getUser({ state, parameters }: Exchange): Reply {
  const { username, account_id: id } = parameters;
  const account = username === undefined ? accountById(state, Number(id)) : findAccount(state, username);
  return { status: 200, body: simpleUser(account) };
}

function getOrganizationMembership(exchange: Exchange): Reply {
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
function listInvitations(exchange: Exchange): Reply {
  const { state, query } = exchange;
  const { invitations } = permitted(exchange, "read");
  const size = Math.min(Number(query.get("per_page") ?? 30), 100);
  const page = Number(query.get("page") ?? 1);
  const shown = invitations.slice((page - 1) * size, page * size).map(({ id, userId, teams }) => ({
    id,
    login: accountById(state, userId).login,
    email: null,
    role: "direct_member",
    team_count: teams.length,
  })) satisfies Part<"organization-invitation", "id" | "login" | "email" | "role" | "team_count">[];
  const path = `/orgs/${exchange.parameters["org"]}/invitations?per_page=${size}&page=${page + 1}`;
  const more = invitations.length > page * size;
  return { status: 200, body: shown, ...(more && { headers: { link: `<{url}${path}>; rel="next"` } }) };
}

function listInvitationTeams(exchange: Exchange): Reply {
  const { invitation } = findInvitation(exchange, "read");
  const teams = exchange.state.teams.filter(({ id }) => invitation.teams.some(({ teamId }) => teamId === id));
  return { status: 200, body: teams.map(({ id, slug }) => ({ id, slug })) };
}

function cancelInvitation(exchange: Exchange): Reply {
  const { organization, invitation } = findInvitation(exchange, "write");
  organization.invitations = organization.invitations.filter((one) => one !== invitation);
  return { status: 204 };
}

function findInvitation(exchange: Exchange, access: Access) {
  const organization = permitted(exchange, access);
  const id = Number(exchange.parameters["invitation_id"]);
  const invitation = organization.invitations.find((one) => one.id === id) ?? notFound();
  return { organization, invitation };
}

function getTeam(exchange: Exchange): Reply {
  const { state } = exchange;
  const { organization, team: found } = permittedTeam(exchange, "read");
  const parent = state.teams.find(({ id }) => id === found.parentId);
  const body = {
    ...simpleTeam(found),
    parent: parent ? (simpleTeam(parent) as Schemas["team-simple"]) : null,
    organization: simpleUser(accountById(state, organization.id)) as unknown as Schemas["team-organization"],
  } satisfies Part<"team-full", "id" | "name" | "slug" | "privacy" | "parent" | "organization">;
  return { status: 200, body };
}

function getMembership(exchange: Exchange): Reply {
  const { organization, team: found, user } = place(exchange, "read");
  return { status: 200, body: membershipOf(exchange.state, organization, found, user.id) ?? notFound() };
}

function putMembership(exchange: Exchange): Reply {
  const { organization, team: found, user } = place(exchange, "write");
  const role = isObject(exchange.body) ? (exchange.body["role"] ?? "member") : "member";
  if (role !== "member" && role !== "maintainer") refuse(422, "Invalid request.");
  return { status: 200, body: setMembership(exchange.state, organization, found, user.id, role) };
}

function deleteMembership(exchange: Exchange): Reply {
  const { organization, team: found, user } = place(exchange, "write");
  removeMembership(organization, found, user.id);
  return { status: 204 };
}

function listExternalGroups(exchange: Exchange): Reply {
  const { idpGroup } = permittedTeam(exchange, "read").team;
  return { status: 200, body: { groups: idpGroup === null ? [] : [{ group_id: 1, group_name: idpGroup }] } };
}

function place(exchange: Exchange, access: Access) {
  const user = findAccount(exchange.state, exchange.parameters["username"] ?? "");
  return { ...permittedTeam(exchange, access), user };
}

/** The organisation of the path, if the caller may do this to its members. */
function permitted(exchange: Exchange, access: Access): Organization {
  const organization = organizationOf(exchange);
  authorize(exchange.state, exchange.caller, organization, access);
  return organization;
}

function permittedTeam(exchange: Exchange, access: Access): { organization: Organization; team: Team } {
  const { state, caller, parameters } = exchange;
  const organization = organizationOf(exchange);
  authorize(state, caller, organization, "read");
  const { team_slug: slug, team_id: id } = parameters;
  const found =
    slug === undefined ? teamById(state, organization, Number(id)) : findTeam(state, organization, slug);
  authorize(state, caller, organization, access, found);
  return { organization, team: found };
}

function organizationOf({ state, parameters }: Exchange): Organization {
  const { org, org_id: id } = parameters;
  return org === undefined ? organizationById(state, Number(id)) : findOrganization(state, org);
}

function simpleUser({ id, login, type }: Account): Part<"simple-user", "id" | "login" | "type"> {
  return { id, login, type };
}

function simpleTeam({ id, name, slug, privacy }: Team) {
  return { id, name, slug, privacy };
}

/** The route of a request, and what its path says. */
export function findRoute(
  method: string,
  path: string,
): { route: Route; parameters: Record<string, string> } | undefined {
  const parts = path.split("/");
  for (const route of routes)
    for (const template of route.method === method ? route.paths : []) {
      const parameters = matchPath(template.split("/"), parts);
      if (parameters) return { route, parameters };
    }
  return undefined;
}

function matchPath(template: string[], parts: string[]): Record<string, string> | undefined {
  if (template.length !== parts.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, name] of template.entries()) {
    const part = decodeURIComponent(parts[index] ?? "");
    if (name.startsWith("{")) parameters[name.slice(1, -1)] = part;
    else if (!same(name, part)) return undefined;
  }
  return parameters;
}
