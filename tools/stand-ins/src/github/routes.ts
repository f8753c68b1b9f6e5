import type { operations } from "@octokit/openapi-types";
import type { JsonReply } from "../kernel/json.ts";
import { createRouter } from "../kernel/routes.ts";
import type { GitHubExchange } from "./exchange.ts";
import { answerGraphQl } from "./graphql.ts";
import {
  cancelInvitation,
  createToken,
  getInstallation,
  getOrganization,
  getOrganizationMembership,
  getOwnMembership,
  getOwnUser,
  getUser,
  listInvitations,
  listInvitationTeams,
} from "./organization-routes.ts";
import { refuse } from "./state.ts";
import {
  deleteMembership,
  getMembership,
  getTeam,
  listExternalGroups,
  putMembership,
} from "./team-routes.ts";

/** `action`: GitHub's own operation id, or a made-up id for a route without an operation id. */
export type GitHubRoute = {
  action: keyof operations | "graphql" | "teams/list-linked-external-groups" | "teams/list-idp-groups";
  method: string;
  answer(exchange: GitHubExchange): JsonReply;
};

// Each team route has two paths: by names, and by ids as in the notes of GitHub's reference.
const team = ["/orgs/{org}/teams/{team_slug}", "/organizations/{org_id}/team/{team_id}"];
const membership = team.map((path) => `${path}/memberships/{username}`);

/** The few routes in use; any other path is a 404. https://docs.github.com/rest */
const routes: (GitHubRoute & { paths: string[] })[] = [
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
  { action: "users/get-authenticated", method: "GET", paths: ["/user"], answer: getOwnUser },
  { action: "orgs/get", method: "GET", paths: ["/orgs/{org}"], answer: getOrganization },
  {
    action: "orgs/get-membership-for-authenticated-user",
    method: "GET",
    paths: ["/user/memberships/orgs/{org}"],
    answer: getOwnMembership,
  },
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

/** The route of a request, with the matching form of its path; GitHub ignores case. */
export const findRoute = createRouter(
  routes.flatMap(({ paths, ...route }) => paths.map((path) => ({ ...route, path }))),
  { ignoreCase: true },
);
