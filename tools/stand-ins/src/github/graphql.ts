import { isObject } from "@sym/test-payloads/payload-fields";
import type { JsonReply } from "../kernel/json.ts";
import { authorize } from "./credentials.ts";
import type { GitHubExchange } from "./exchange.ts";
import { GitHubError } from "./github-error.ts";
import { childTeams } from "./membership.ts";
import {
  accountById,
  findOrganization,
  type GitHubState,
  nodeIdOf,
  type Organization,
  organizationById,
  type Team,
} from "./state.ts";

const SAML = ["organization", "samlIdentityProvider", "externalIdentities", "nodes", "user", "login"];
const MEMBERS = ["node(", "on Team", "direct: members", "child: members", "query: $search", "databaseId"];

/**
 * Answers two queries: the users with an organisation's SAML identity of a user name, and the members of a team itself
 * and of its child teams, in pages. GraphQL is not parsed; a query without the fields of either query is refused.
 * https://docs.github.com/graphql/reference/objects#externalidentity and #team
 */
export function answerGraphQl(exchange: GitHubExchange): JsonReply {
  const { body, state } = exchange;
  const query = isObject(body) && typeof body["query"] === "string" ? body["query"] : "";
  const variables = isObject(body) && isObject(body["variables"]) ? body["variables"] : {};
  const has = (fields: string[]) => fields.every((field) => query.includes(field));
  if (query.includes("mutation") || !(has(SAML) || has(MEMBERS)))
    return failure({ type: "undefinedField" }, "The stand-in has two queries only");
  if (has(MEMBERS)) return answerMembers(exchange, query, variables);
  const [, first = ""] = /first:\s*(\d+)/.exec(query) ?? [];
  try {
    const organization = findOrganization(state, String(variables["org"]));
    authorize(state, exchange.caller, organization, "read");
    const all = identities(state, organization, String(variables["userName"]));
    const externalIdentities = page(all, Number(first), null);
    const provider = organization.saml && { externalIdentities };
    return answerWith(query, { organization: { samlIdentityProvider: provider } });
  } catch (error) {
    if (!(error instanceof GitHubError) || error.status === 401) throw error;
    return refusal(error, "organization");
  }
}

function answerMembers(
  { state, caller }: GitHubExchange,
  query: string,
  variables: Record<string, unknown>,
): JsonReply {
  const team = state.teams.find((one) => nodeIdOf(one) === variables["team"]);
  if (!team) return failure({ type: "NOT_FOUND" }, "Could not resolve to a node", "node");
  try {
    authorize(state, caller, organizationById(state, team.organizationId), "read", team);
  } catch (error) {
    if (!(error instanceof GitHubError) || error.status === 401) throw error;
    return refusal(error, "node");
  }
  const [, first = ""] = /direct: members\(first:\s*(\d+), membership: IMMEDIATE/.exec(query) ?? [];
  const { search } = variables;
  const connection = (teams: Team[], after: unknown) => {
    const ids = new Set(teams.flatMap(({ members }) => members.map(({ userId }) => userId)));
    const people = [...ids].map((id) => person(state, id));
    const found = people.filter(({ login }) => typeof search !== "string" || login.includes(search));
    return page(found, Number(first), after);
  };
  const direct = connection([team], variables["direct"]);
  const child = connection(childTeams(state, team), variables["child"]);
  return answerWith(query, { node: { direct, child } });
}

/** A page of at most 100. Its cursor is the number of items before the next page. */
function page<Item>(all: Item[], first: number, after: unknown) {
  const start = Number(after ?? 0);
  const end = start + Math.min(first, 100);
  const nodes = all.slice(start, end);
  const endCursor = nodes.length > 0 ? String(start + nodes.length) : null;
  return { nodes, pageInfo: { hasNextPage: all.length > end, endCursor } };
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

/** An error on the way to `field`, which is then null. */
function refusal({ status, message }: GitHubError, field: string): JsonReply {
  return failure({ type: status === 404 ? "NOT_FOUND" : "FORBIDDEN" }, message, field);
}

/** GraphQL reports an error with status 200. Without a `field`, the query was not executed: no data. */
export function failure(kind: { type: string; code?: string }, message: string, field?: string): JsonReply {
  const data = field !== undefined && { data: { [field]: null } };
  return { status: 200, body: { ...data, errors: [{ ...kind, message }] } };
}

/** Only with the fields of the query. */
function answerWith(query: string, data: object): JsonReply {
  const names = query.match(/\w+/g) ?? [];
  return { status: 200, body: { data: JSON.parse(JSON.stringify(data, names)) } };
}
