// The required fields of GitHub's answers, by GitHub's OpenAPI description and GraphQL schema. Octokit checks no answer: a
// proxy's page would pass for a team, and any success for a removal.
import { type SymError, unavailable } from "@sym/lambda-core";
import * as v from "valibot";

const id = v.number();
const text = v.string();
const membership = v.object({ state: v.picklist(["active", "pending"]), role: text });
const account = v.object({ id, login: text, type: text });
const groups = v.object({ groups: v.array(v.object({ group_name: text })) });
const page = v.object({
  nodes: v.array(v.object({ databaseId: id })),
  pageInfo: v.object({ hasNextPage: v.boolean(), endCursor: v.nullable(text) }),
});
const team = v.object({ direct: page, child: page });
const identities = v.object({
  nodes: v.array(v.object({ user: v.nullable(v.object({ databaseId: id, login: text })) })),
  pageInfo: v.object({ hasNextPage: v.boolean() }),
});
const organization = v.object({
  samlIdentityProvider: v.nullable(v.object({ externalIdentities: identities })),
});

/** The answers to our two GraphQL queries. */
export type SamlIdentities = { organization: v.InferOutput<typeof organization> };
export type TeamMembers = { node: v.InferOutput<typeof team> | null };

const queries = v.union([
  v.object({ errors: v.array(v.unknown()) }),
  v.object({ data: v.object({ organization }) }),
  // A node of another type than team has none of these fields.
  v.object({ data: v.object({ node: v.nullable(v.partial(team)) }) }),
]);

const answers: Record<string, v.GenericSchema> = {
  "GET /orgs/{org}": v.object({ id }),
  "GET /orgs/{org}/installation": v.object({ id, app_slug: text }),
  "POST /app/installations/{installation_id}/access_tokens": v.object({
    token: text,
    expires_at: v.pipe(text, v.isoTimestamp()),
  }),
  "GET /orgs/{org}/teams/{team_slug}": v.object({
    id,
    node_id: text,
    organization: v.object({ id }),
    parent: v.nullish(v.object({ slug: text })),
  }),
  "GET /organizations/{organizationId}/team/{teamId}": v.object({ id, slug: text }),
  "GET /orgs/{org}/teams/{slug}/external-groups": groups,
  "GET /orgs/{org}/teams/{slug}/team-sync/group-mappings": groups,
  "GET /orgs/{org}/teams/{team_slug}/memberships/{username}": membership,
  "GET /organizations/{organizationId}/team/{teamId}/memberships/{login}": membership,
  "PUT /organizations/{organizationId}/team/{teamId}/memberships/{login}": membership,
  "GET /orgs/{org}/memberships/{username}": v.object({
    ...membership.entries,
    user: v.nullable(v.object({ id, login: text })),
    organization: v.object({ id }),
  }),
  "GET /user/memberships/orgs/{org}": membership,
  "GET /users/{username}": account,
  "GET /user/{account_id}": account,
  "GET /user": account,
  "GET /orgs/{org}/invitations": v.array(v.object({ id })),
  "GET /orgs/{org}/invitations/{invitation_id}/teams": v.array(v.object({ id })),
  "POST /graphql": queries,
};

/** Throws `unavailable` for an answer of a proxy between the function and GitHub. `call`: method and route. */
export function checkAnswer(call: string, { status, data }: { status: number; data: unknown }): void {
  const schema = answers[routeOf(call)];
  const isOwn = call.startsWith("DELETE ") ? status === 204 : schema !== undefined && v.is(schema, data);
  if (!isOwn) throw notFromGitHub(call);
}

/** The route of a call. Octokit calls GraphQL on a GitHub Enterprise Server, and a list's next page, by a whole URL. */
function routeOf(call: string): string {
  if (/ https?:\/\/.*\/graphql$/.test(call)) return "POST /graphql";
  return call.replace(/ https?:.*\/orgs\/[^/]+\/invitations\?.*/, " /orgs/{org}/invitations");
}

/** Returns GitHub's own errors, which have a message in JSON, unchanged. A proxy's 404 says nothing about a team. */
export function checkedError(call: string, error: unknown): unknown {
  const { status = 0, response } = error as { status?: number; response?: { data?: { message?: unknown } } };
  if (status < 300 || status === 429 || status >= 500 || typeof response?.data?.message === "string")
    return error;
  return notFromGitHub(call, error);
}

function notFromGitHub(call: string, cause?: unknown): SymError {
  return unavailable(
    `The answer to ${call} did not come from GitHub, ${whatMayHaveHappened(call)}; if the error persists, check for a proxy between the function and GitHub`,
    { cause },
  );
}

/** For error sentences: the possible effect of a call without an answer of GitHub. Calls with POST change nothing. */
export function whatMayHaveHappened(call: string): string {
  return /^(GET|POST) /.test(call)
    ? "so the call changed nothing"
    : "so the access may or may not have changed";
}
