import { isObject } from "@sym/test-payloads/payload-fields";
import type { JsonReply } from "../kernel/json.ts";
import { authorize } from "./credentials.ts";
import type { GitHubExchange } from "./exchange.ts";
import { GitHubError } from "./github-error.ts";
import {
  accountById,
  findOrganization,
  type GitHubState,
  nodeIdOf,
  type Organization,
  organizationById,
} from "./state.ts";

const SAML = ["organization", "samlIdentityProvider", "externalIdentities", "nodes", "user", "login"];
const DIRECT = ["node(", "on Team", "members", "membership: IMMEDIATE", "query:", "nodes", "databaseId"];

/**
 * Answers two queries: who an organisation's SAML identities of a user name are, and who of a login is in a team itself
 * and not only in a child team. GraphQL is not parsed; a query that does not name the fields of one is refused.
 * https://docs.github.com/graphql/reference/objects#externalidentity and #team
 */
export function answerGraphQl(exchange: GitHubExchange): JsonReply {
  const { body, state } = exchange;
  const query = isObject(body) && typeof body["query"] === "string" ? body["query"] : "";
  const variables = isObject(body) && isObject(body["variables"]) ? body["variables"] : {};
  const has = (fields: string[]) => fields.every((field) => query.includes(field));
  if (query.includes("mutation") || !(has(SAML) || has(DIRECT)))
    return failure("undefinedField", "The stand-in has two queries only");
  if (has(DIRECT)) return answerDirect(exchange, String(variables["team"]), String(variables["login"]));
  const [, first = ""] = /first:\s*(\d+)/.exec(query) ?? [];
  try {
    const organization = findOrganization(state, String(variables["org"]));
    authorize(state, exchange.caller, organization, "read");
    const nodes = identities(state, organization, String(variables["userName"])).slice(0, Number(first));
    const provider = organization.saml && { externalIdentities: { nodes } };
    return { status: 200, body: { data: { organization: { samlIdentityProvider: provider } } } };
  } catch (error) {
    if (!(error instanceof GitHubError) || error.status === 401) throw error;
    return failure(error.status === 404 ? "NOT_FOUND" : "FORBIDDEN", error.message);
  }
}

function answerDirect({ state, caller }: GitHubExchange, nodeId: string, login: string): JsonReply {
  const team = state.teams.find((one) => nodeIdOf(one) === nodeId);
  if (!team) return failure("NOT_FOUND", "Could not resolve to a node");
  try {
    authorize(state, caller, organizationById(state, team.organizationId), "read", team);
  } catch (error) {
    if (!(error instanceof GitHubError) || error.status === 401) throw error;
    return failure(error.status === 404 ? "NOT_FOUND" : "FORBIDDEN", error.message);
  }
  const nodes = team.members
    .map(({ userId }) => person(state, userId))
    .filter((one) => one.login.includes(login));
  return { status: 200, body: { data: { node: { members: { nodes } } } } };
}

function identities(state: GitHubState, { saml }: Organization, userName: string) {
  return (saml ?? [])
    .filter((identity) => identity.userName === userName)
    .map(({ userId }) => ({ user: userId === null ? null : person(state, userId) }));
}

function person(state: GitHubState, userId: number) {
  const { login, id } = accountById(state, userId);
  return { login, databaseId: id };
}

/** GraphQL says with a status of 200 what is wrong. */
export function failure(type: string, message: string): JsonReply {
  return { status: 200, body: { data: { organization: null }, errors: [{ type, message }] } };
}
