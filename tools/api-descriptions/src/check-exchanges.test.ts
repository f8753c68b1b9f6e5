import type { Exchange } from "@sym/stand-ins/kernel/record";
import { expect, test } from "vitest";
import { checkExchanges } from "./check-exchanges.ts";
import { exchanges, inXml } from "./exchanges.test-support.ts";

const handlerFile = "handlers/iam-group/src/index.test.ts";
const { query, json, rest, openapi, graphql, launchdarkly } = exchanges;

function problemsOf(exchange: Exchange, file = handlerFile): string[] {
  return checkExchanges([{ file, exchange }], []).problems;
}

test("valid exchanges are counted by system", () => {
  const recorded = Object.values(exchanges).map((exchange) => ({ file: handlerFile, exchange }));
  expect(checkExchanges(recorded, [])).toEqual({
    counts: { appconfig: 1, github: 2, iam: 1, identitystore: 1, launchdarkly: 1 },
    problems: [],
    unused: [],
  });
});

const bad: [what: string, exchange: Exchange, says: string][] = [
  [
    "a required parameter",
    { ...query, body: "Action=ListGroupsForUser" },
    "ListGroupsForUser, request: the body must have the required UserName",
  ],
  [
    "a pattern",
    { ...query, body: query.body.replace("robin", "ro bin") },
    '/UserName must match pattern "^(?:[\\w+=,.@-]+)$"; found "ro bin@example.com"',
  ],
  [
    "a number in a form",
    { ...query, body: query.body.replace("MaxItems=2", "MaxItems=0") },
    "/MaxItems must be >= 1; found 0",
  ],
  ["an unknown parameter", { ...query, body: `${query.body}&Colour=red` }, "additional properties: Colour"],
  [
    "a required element of XML",
    { ...query, answer: inXml("<IsTruncated>false</IsTruncated>") },
    "ListGroupsForUser, answer 200: the body must have the required Groups",
  ],
  [
    "a boolean of XML",
    { ...query, answer: query.answer.replace("false", "no") },
    '/IsTruncated must be boolean; found "no"',
  ],
  [
    "XML of another operation",
    { ...query, answer: query.answer.replaceAll("ListGroups", "GetGroups") },
    "the body must be object",
  ],
  [
    "an error that the operation does not have",
    {
      ...query,
      status: 409,
      answer: "<ErrorResponse><Error><Code>LimitExceeded</Code></Error></ErrorResponse>",
    },
    "error is not among the operation's errors (NoSuchEntity, ServiceFailure); found LimitExceeded",
  ],
  ["the status of an error", { ...json, status: 429 }, "status of ThrottlingException must be 400"],
  [
    "a member of an error",
    { ...json, answer: json.answer.replace(":1", ':"soon"') },
    '/RetryAfterSeconds must be integer; found "soon"',
  ],
  [
    "an operation without a description",
    { ...json, headers: { "x-amz-target": "AWSIdentityStore.ListUsers" } },
    "AWSIdentityStore.ListUsers, request: the body there is no such operation",
  ],
  ["a success with another status", { ...rest, status: 200 }, "status the description lists 201"],
  [
    "an enum",
    { ...rest, answer: rest.answer.replace("DEPLOYING", "LATE") },
    "/State must be equal to one of the allowed values: BAKING",
  ],
  [
    "a name in the path",
    { ...rest, path: rest.path.replace("abcd123", "a".repeat(65)) },
    "path ApplicationId must NOT have more than 64 characters",
  ],
  [
    "a query that is not described",
    { ...openapi, path: `${openapi.path}?force=1` },
    "query force is not described",
  ],
  [
    "a field of a request",
    { ...openapi, body: '{"role":"owner"}' },
    "request: /role must be equal to one of the allowed values: member, maintainer",
  ],
  [
    "a required field of an answer",
    { ...openapi, answer: '{"state":"active"}' },
    "answer 200: the body must have the required role, url",
  ],
  ["a status that nobody lists", { ...openapi, status: 418 }, "status the description lists 200, 403, 422"],
  ["an answer that is no JSON", { ...openapi, answer: "<html>" }, 'the body must be object; found "<html>"'],
  ["an answer without a body", { ...openapi, answer: "" }, "the body must have a body"],
  [
    "a field that GraphQL does not have",
    { ...graphql, body: graphql.body.replace("databaseId", "number") },
    'graphql, request: the body Cannot query field "number" on type "User"',
  ],
  [
    "a value of GraphQL",
    { ...graphql, answer: graphql.answer.replace(":1", ':"one"') },
    'graphql, answer 200: /node/all/nodes/*/databaseId Int cannot represent non-integer value: "one"',
  ],
  [
    "a field that was not asked for",
    { ...graphql, answer: graphql.answer.replace(":1", ':1,"login":"r"') },
    "must hold the fields of the query, and no other",
  ],
  [
    "a variable of GraphQL",
    { ...graphql, body: graphql.body.replace('"T_1"', "null") },
    'request: the body Variable "$team" of non-null type "ID!" must not be null.',
  ],
  [
    "a status that LaunchDarkly does not list",
    { ...launchdarkly, status: 405 },
    "patchExpiringTargets, answer 405: status the description lists 200, 400, 401, 403, 404, 429",
  ],
  [
    "a system without a description",
    { ...openapi, system: "gitlab" },
    "there is no description of this system",
  ],
];

for (const [what, exchange, says] of bad)
  test(`the check finds ${what}`, () => {
    expect(problemsOf(exchange)).toEqual([expect.stringContaining(says)]);
  });

test("a repeated problem is reported once, with the first file", () => {
  const exchange = { ...json, status: 429 };
  const recorded = [handlerFile, "other.test.ts"].map((file) => ({ file, exchange }));
  expect(checkExchanges(recorded, []).problems).toEqual([
    expect.stringContaining(`(2 times, first in ${handlerFile})`),
  ]);
});

test("only the stand-ins' own tests may send invalid requests", () => {
  const file = "tools/stand-ins/src/iam/iam-api.test.ts";
  const refused = {
    ...query,
    body: "Action=ListGroupsForUser",
    status: 400,
    answer: "<ErrorResponse><Error><Code>ValidationError</Code></Error></ErrorResponse>",
  };
  expect(problemsOf(refused, file)).toEqual([]);
  expect(problemsOf(refused)).toHaveLength(1);
  expect(problemsOf({ ...query, body: "Action=ListGroupsForUser" }, file)).toHaveLength(1);
});

test("a listed difference is no problem, and an unused entry of the list is reported", () => {
  const exchange = { ...rest, answer: rest.answer.replace("DEPLOYING", "LATE") };
  const needed = {
    system: "appconfig",
    part: "answer",
    at: "/*",
    says: "allowed values",
    why: "told",
  } as const;
  const other = { ...needed, operation: "GetDeployment" };
  expect(checkExchanges([{ file: handlerFile, exchange }], [needed, other])).toMatchObject({
    problems: [],
    unused: [other],
  });
});

test("exchanges with the real Unleash are counted without a check", () => {
  const { counts, problems } = checkExchanges(
    [{ file: handlerFile, exchange: { ...rest, system: "unleash" } }],
    [],
  );
  expect([counts, problems]).toEqual([{ unleash: 1 }, []]);
});
