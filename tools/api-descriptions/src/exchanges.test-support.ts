import type { Exchange } from "@sym/stand-ins/kernel/record";

const json = { "content-type": "application/json" };

/** A valid exchange for each kind of interface. */
export const exchanges = {
  query: {
    system: "iam",
    method: "POST",
    path: "/",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "UserName=robin%40example.com&MaxItems=2&Action=ListGroupsForUser&Version=2010-05-08",
    status: 200,
    answerHeaders: { "content-type": "text/xml" },
    answer: inXml(
      "<Groups><member><Path>/</Path><GroupName>admins</GroupName><GroupId>AGPAAAAAAAAAAAAAAAAAA</GroupId><Arn>arn:aws:iam::123456789012:group/admins</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate></member></Groups><IsTruncated>false</IsTruncated>",
    ),
  },
  json: {
    system: "identitystore",
    method: "POST",
    path: "/",
    headers: { "x-amz-target": "AWSIdentityStore.DeleteGroupMembership" },
    body: JSON.stringify({
      IdentityStoreId: "d-1234567890",
      MembershipId: "b84be4aa-d46a-469a-8e5e-d8ea6a5f6c3e",
    }),
    status: 400,
    answerHeaders: {},
    answer: JSON.stringify({ __type: "ThrottlingException", message: "Rate exceeded", RetryAfterSeconds: 1 }),
  },
  rest: {
    system: "appconfig",
    method: "POST",
    path: "/applications/abcd123/environments/bcde234/deployments",
    headers: json,
    body: JSON.stringify({
      DeploymentStrategyId: "AppConfig.AllAtOnce",
      ConfigurationProfileId: "cdef345",
      ConfigurationVersion: "7",
    }),
    status: 201,
    answerHeaders: json,
    answer: JSON.stringify({ DeploymentNumber: 3, State: "DEPLOYING", PercentageComplete: 1 }),
  },
  openapi: {
    system: "github",
    method: "PUT",
    path: "/orgs/acme/teams/platform/memberships/robin-r",
    headers: json,
    body: JSON.stringify({ role: "member" }),
    status: 200,
    answerHeaders: json,
    answer: JSON.stringify({ state: "active", role: "member", url: "https://api.github.com/teams/1" }),
  },
  graphql: {
    system: "github",
    method: "POST",
    path: "/graphql",
    headers: json,
    body: JSON.stringify({
      query:
        "query ($team: ID!) { node(id: $team) { ... on Team { all: members(first: 1) { nodes { databaseId } } } } }",
      variables: { team: "T_1" },
    }),
    status: 200,
    answerHeaders: json,
    answer: JSON.stringify({ data: { node: { all: { nodes: [{ databaseId: 1 }] } } } }),
  },
  launchdarkly: {
    system: "launchdarkly",
    method: "PATCH",
    path: "/api/v2/flags/shop/checkout/expiring-targets/production",
    headers: json,
    body: JSON.stringify({ instructions: [{ kind: "addExpiringTarget" }] }),
    status: 404,
    answerHeaders: json,
    answer: JSON.stringify({ code: "not_found", message: "Unknown resource" }),
  },
} satisfies Record<string, Exchange>;

/** The answer of ListGroupsForUser. */
export function inXml(result: string): string {
  return `<ListGroupsForUserResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ListGroupsForUserResult>${result}</ListGroupsForUserResult><ResponseMetadata/></ListGroupsForUserResponse>`;
}
