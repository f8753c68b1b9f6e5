// Who a principal is: ALLOWED_PRINCIPALS and the ARNs of callers.
import { expect, test } from "vitest";
import { role } from "../flow-account.test-support.ts";
import { arnOf, askedFor, eventOf, openApi, uuid } from "./api.test-support.ts";
import { readPrincipals } from "./principals.ts";

const sessions = "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Access_*/{email}";
const users = "arn:aws:iam::111122223333:user/{email}";
const inFolder = "arn:aws:iam::111122223333:user/people/*/{email}";
const prefixed = "arn:aws-us-gov:sts::111122223333:assumed-role/Access/sym-{email}";

const dotted = "arn:aws:sts::111122223333:assumed-role/Break.Glass+1/{email}";

const who = readPrincipals(JSON.stringify([sessions, users, inFolder, prefixed, dotted]));

test.for([
  [`${role}/robin@example.com`, "robin@example.com"],
  [`${role}/Robin@EXAMPLE.com`, "robin@example.com"],
  [`${role}/robin+test=1@example.com`, "robin+test=1@example.com"],
  [`${role}/robin.-_@example-1.co.uk`, "robin.-_@example-1.co.uk"],
  ["arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Access_/robin@example.com", "robin@example.com"],
  ["arn:aws:iam::111122223333:user/Robin@example.com", "robin@example.com"],
  ["arn:aws:iam::111122223333:user/people/eu/robin@example.com", "robin@example.com"],
  ["arn:aws-us-gov:sts::111122223333:assumed-role/Access/sym-robin@example.com", "robin@example.com"],
  ["arn:aws:sts::111122223333:assumed-role/Break.Glass+1/robin@example.com", "robin@example.com"],
] as const)("%s is %s", ([arn, person]) => {
  expect(who(arn)).toEqual([person]);
});

test.for([
  // Another account, partition, service or kind of principal.
  "arn:aws:sts::111122223334:assumed-role/AWSReservedSSO_Access_1/robin@example.com",
  "arn:aws-cn:sts::111122223333:assumed-role/AWSReservedSSO_Access_1/robin@example.com",
  "arn:aws:iam::111122223333:assumed-role/AWSReservedSSO_Access_1/robin@example.com",
  "arn:aws:sts::111122223333:federated-user/robin@example.com",
  "arn:aws:iam::111122223333:role/AWSReservedSSO_Access_1",
  "arn:aws:iam::111122223333:root",
  // Another role.
  "arn:aws:sts::111122223333:assumed-role/Access/robin@example.com",
  "arn:aws:sts::111122223333:assumed-role/XAWSReservedSSO_Access_1/robin@example.com",
  "arn:aws:sts::111122223333:assumed-role/awsreservedsso_access_1/robin@example.com",
  "arn:aws:sts::111122223333:assumed-role/BreakXGlass+1/robin@example.com",
  "arn:aws:sts::111122223333:assumed-role/Break.Glass1/robin@example.com",
  // A name that is no e-mail, or more than an e-mail.
  `${role}/robin`,
  `${role}/i-0123456789abcdef0`,
  `${role}/robin@example`,
  `${role}/robin@example.com.`,
  `${role}/robin@example.com,alex@example.com`,
  `${role}/robin@example.com@example.org`,
  `${role}/@example.com`,
  `${role}/robin@example.com/alex@example.com`,
  `${role}//robin@example.com`,
  `${role}/robin@example.com\n`,
  `${role}/ robin@example.com`,
  `${role}/ro\u212ain@example.com`,
  "arn:aws:sts::111122223333:assumed-role/Access/sym-{email}",
  // A path of an IAM user is another name.
  "arn:aws:iam::111122223333:user/robin@example.com/alex@example.org/x",
  "arn:aws:iam::111122223333:user/other/robin@example.com",
  "arn:aws:iam::111122223333:user//robin@example.com",
  "arn:aws:iam::111122223333:user/people/robin@example.com",
  "arn:aws:iam::111122223333:user/people/eu/west/robin@example.com",
  "arn:aws:iam::111122223333:user/people/e:u/robin@example.com",
  "",
])("%s is no person", (arn) => {
  expect(who(arn)).toEqual([]);
});

test.for([
  ["", "must be a JSON list"],
  ["{}", "must be a JSON list"],
  ["[1]", "must be a JSON list"],
  ['["*"]', "is the ARN of an IAM user or of a role's sessions"],
  ['["arn:aws:iam::*:user/{email}"]', "with its account"],
  ['["arn:aws:sts::111122223333:federated-user/{email}"]', "is the ARN of an IAM user"],
  ['["arn:aws:sts::111122223333:assumed-role/{email}"]', "is the ARN of an IAM user or of a role's sessions"],
  ['["arn:aws:sts::111122223333:assumed-role/team/Access/{email}"]', "of a role's sessions"],
  ['["arn:aws:iam::111122223333:user/robin"]', "has {email} exactly once"],
  ['["arn:aws:iam::111122223333:user/{email}/{email}"]', "has {email} exactly once"],
  ['["arn:aws:iam::111122223333:user/{person}-{email}"]', "and no other braces"],
  ['["arn:aws:iam::111122223333:user/*{email}"]', "has no * beside {email}"],
  ['["arn:aws:iam::111122223333:user/{email}*"]', "has no * beside {email}"],
  ['["arn:aws:sts::111122223333:assumed-role/*/{email}"]', "names its role"],
] as const)("ALLOWED_PRINCIPALS %s is refused", ([text, sentence]) => {
  expect(() => readPrincipals(text)).toThrow(sentence);
});

test("two patterns can see one person in a principal, or two people", () => {
  const exact = "arn:aws:iam::111122223333:user/sym-{email}";
  const both = readPrincipals(JSON.stringify([users, users.replace("user/", "user/sym-")]));
  expect(both("arn:aws:iam::111122223333:user/sym-robin@example.com")).toHaveLength(2);
  const same = readPrincipals(JSON.stringify([exact, exact]));
  expect(same("arn:aws:iam::111122223333:user/sym-robin@example.com")).toEqual(["robin@example.com"]);
});

test("a principal who is no person, or two people, reads requests, and asks and decides nothing", async () => {
  const patterns = [users, users.replace("user/", "user/sym-")];
  const { call, flow } = await openApi({ environment: { ALLOWED_PRINCIPALS: JSON.stringify(patterns) } });
  const { id } = (
    await call("arn:aws:iam::111122223333:user/robin@example.com", "POST", "/requests", askedFor)
  ).body["request"];
  for (const [arn, why] of [
    ["arn:aws:iam::111122223333:user/auditor", "is no person"],
    [arnOf("robin"), "is no person"],
    ["arn:aws:iam::111122223333:user/sym-robin@example.com", "is several people"],
  ] as const) {
    const error = `Principal ${arn} ${why} in ALLOWED_PRINCIPALS; call with the role or user that has your e-mail in its ARN, or have the allowed principals of infra/flow corrected`;
    for (const [method, path, body] of [
      ["POST", "/requests", askedFor],
      ["POST", `/requests/${id}/approve`],
      ["POST", `/requests/${id}/deny`],
      ["POST", `/requests/${id}/withdraw`],
      ["POST", `/requests/${id}/end`],
      ["POST", `/requests/flow-${uuid}/end`],
      ["GET", "/targets"],
    ] as const)
      expect(await call(arn, method, path, body)).toEqual({ status: 403, body: { error } });
    expect((await call(arn, "GET", "/requests")).body["requests"]).toMatchObject([{ id, status: "asked" }]);
    expect(await call(arn, "GET", `/requests/${id}`)).toMatchObject({ status: 200 });
  }
  expect(flow.executions.started.size).toBe(1);
});

test("a call that API Gateway did not authenticate with IAM reads nothing and decides nothing", async () => {
  const { send, sandbox } = await openApi();
  const event = eventOf(arnOf("robin"), "GET", "/requests", "");
  const { authorizer, ...context } = event.requestContext;
  const answer = {
    status: 403,
    body: {
      error: "API Gateway did not identify the caller; call the API through its IAM authorisation",
    },
  };
  for (const other of [
    { ...event, requestContext: context },
    { ...event, requestContext: { ...context, authorizer: null } },
    {
      ...event,
      requestContext: { ...context, authorizer: { jwt: { claims: { email: "robin@example.com" } } } },
    },
    { ...event, requestContext: { ...context, authorizer: { iam: { ...authorizer.iam, userArn: "" } } } },
    { ...event, requestContext: { ...context, authorizer: { iam: { ...authorizer.iam, userArn: null } } } },
    { ...event, requestContext: { ...context, identity: { userArn: arnOf("robin") } } },
    {},
    [],
  ])
    expect(await send(other)).toEqual(answer);
  expect(sandbox.calls).toEqual([]);
});
