import { isObject } from "@sym/test-payloads/payload-fields";
import type { JsonReply } from "../kernel/json.ts";
import { inviterOf } from "./credentials.ts";
import {
  type GitHubExchange,
  type Part,
  permittedTeam,
  type Schemas,
  simpleTeam,
  simpleUser,
} from "./exchange.ts";
import { notFound } from "./github-error.ts";
import { membershipOf, removeMembership, setMembership } from "./membership.ts";
import { type Access, accountById, findAccount, nodeIdOf, refuse } from "./state.ts";

export function getTeam(exchange: GitHubExchange): JsonReply {
  const { state } = exchange;
  const { organization, team: found } = permittedTeam(exchange, "read");
  const parent = state.teams.find(({ id }) => id === found.parentId);
  const body = {
    ...simpleTeam(found),
    node_id: nodeIdOf(found),
    parent: parent ? (simpleTeam(parent) as Schemas["team-simple"]) : null,
    organization: simpleUser(accountById(state, organization.id)) as unknown as Schemas["team-organization"],
  } satisfies Part<"team-full", "id" | "node_id" | "name" | "slug" | "privacy" | "parent" | "organization">;
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
  return { status: 200, body: { groups: idpGroup === null ? [] : [{ group_id: 1, group_name: idpGroup }] } };
}

function place(exchange: GitHubExchange, access: Access) {
  const user = findAccount(exchange.state, exchange.parameters["username"] ?? "");
  return { ...permittedTeam(exchange, access), user };
}
