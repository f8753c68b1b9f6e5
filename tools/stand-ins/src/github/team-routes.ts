import { isObject } from "@sym/test-payloads/payload-fields";
import type { JsonReply } from "../kernel/json.ts";
import { inviterOf } from "./credentials.ts";
import { type GitHubExchange, permittedTeam } from "./exchange.ts";
import { notFound } from "./github-error.ts";
import { membershipOf, removeMembership, setMembership } from "./membership.ts";
import { fullOrganization, listedTeam, longAgo, type Schemas } from "./shapes.ts";
import { type Access, accountById, findAccount, refuse } from "./state.ts";

export function getTeam(exchange: GitHubExchange): JsonReply {
  const { state } = exchange;
  const { organization, team } = permittedTeam(exchange, "read");
  const body: Schemas["team-full"] = {
    ...(listedTeam(state, team) as Schemas["team-full"]),
    members_count: team.members.length,
    repos_count: 0,
    created_at: longAgo,
    updated_at: longAgo,
    organization: fullOrganization(accountById(state, organization.id)),
  };
  return { status: 200, body };
}

export function getMembership(exchange: GitHubExchange): JsonReply {
  const { organization, team: found, user } = place(exchange, "read");
  return { status: 200, body: membershipOf(exchange.state, organization, found, user.id) ?? notFound() };
}

export function putMembership(exchange: GitHubExchange): JsonReply {
  const { organization, team: found, user } = place(exchange, "write");
  const role = isObject(exchange.body) ? (exchange.body["role"] ?? "member") : "member";
  if (role !== "member" && role !== "maintainer") refuse(422, "Invalid request.");
  const inviter = inviterOf(exchange.state, exchange.caller);
  return {
    status: 200,
    body: setMembership(exchange.state, organization, found, user.id, { role, inviter }),
  };
}

export function deleteMembership(exchange: GitHubExchange): JsonReply {
  const { organization, team: found, user } = place(exchange, "write");
  removeMembership(organization, found, user.id);
  return { status: 204 };
}

export function listExternalGroups(exchange: GitHubExchange): JsonReply {
  const { idpGroup } = permittedTeam(exchange, "read").team;
  const groups = idpGroup === null ? [] : [{ group_id: 1, group_name: idpGroup, updated_at: longAgo }];
  return { status: 200, body: { groups } };
}

function place(exchange: GitHubExchange, access: Access) {
  const user = findAccount(exchange.state, exchange.parameters["username"] ?? "");
  return { ...permittedTeam(exchange, access), user };
}
