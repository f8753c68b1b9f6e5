import { isObject } from "../payload-fields.ts";
import { authorize } from "./credentials.ts";
import type { Exchange, Reply } from "./exchange.ts";
import { GitHubError } from "./github-error.ts";
import { accountById, findOrganization, type GitHubState, type Organization } from "./state.ts";

const FIELDS = ["organization", "samlIdentityProvider", "externalIdentities", "nodes", "user", "login"];

/**
 * Answers one query: who an organisation's SAML identities of a user name are. GraphQL is not parsed; a query that
 * does not name exactly the fields of this one is refused. https://docs.github.com/graphql/reference/objects#externalidentity
 */
export function answerGraphQl(exchange: Exchange): Reply {
  const { body, state } = exchange;
  const query = isObject(body) && typeof body["query"] === "string" ? body["query"] : "";
  const variables = isObject(body) && isObject(body["variables"]) ? body["variables"] : {};
  const missing = FIELDS.find((field) => !query.includes(field));
  if (missing || query.includes("mutation"))
    return failure("undefinedField", "The stand-in has one query only");
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
export function failure(type: string, message: string): Reply {
  return { status: 200, body: { data: { organization: null }, errors: [{ type, message }] } };
}
