import { testPayload } from "@sym/test-payloads/payloads";
import { expect, test } from "vitest";
import {
  type AccountNames,
  accountNameOf,
  createHandler,
  localPartOf,
  readIdentityDomains,
  readIdentityRule,
} from "./index.ts";

const robin = "Robin.Requester@Example.com";
const account: AccountNames = { kind: "the name of an account", pattern: /^[\w.@-]{1,64}$/ };
const supported = ["email", "local-part", "map", "suffix"] as const;

/** The answer of a handler with the requester's account as the subject. */
async function answerTo(
  email: string,
  nameIn: (environment: Record<string, string>) => (email: string) => string,
  environment: Record<string, string>,
) {
  const handler = createHandler("example", () => {
    const nameOf = nameIn(environment);
    const action = async ({ requester }: { requester: string }) =>
      ({ outcome: "granted", subject: nameOf(requester), resource: "the group" }) as const;
    return { escalate: action, deescalate: action };
  });
  const payload = testPayload("escalate.json");
  payload.run.actors.request.username = email;
  return handler(payload, {
    awsRequestId: "request-1",
    invokedFunctionArn: payload.fields.target.settings.arn,
    getRemainingTimeInMillis: () => 10_000,
  });
}

const byRule = (names: AccountNames) => (environment: Record<string, string>) => {
  const rule = readIdentityRule(environment, supported, names.pattern);
  return (email: string) => accountNameOf(email, rule, names);
};

const lowerCase = { ...account, spell: (localPart: string) => localPart.toLowerCase() };
const accounts: [Record<string, string>, string, AccountNames?][] = [
  [{}, robin],
  [{ IDENTITY_RULE: "" }, robin],
  [{ IDENTITY_RULE: "local-part", IDENTITY_DOMAINS: "example.org, EXAMPLE.com" }, "Robin.Requester"],
  [{ IDENTITY_RULE: "local-part", IDENTITY_DOMAINS: "example.com" }, "robin.requester", lowerCase],
  [{ IDENTITY_RULE: "map", IDENTITY_MAP: '{"ROBIN.requester@example.com":"rr"}' }, "rr"],
  [
    { IDENTITY_RULE: "suffix", IDENTITY_SUFFIX: "acme", IDENTITY_DOMAINS: "example.com" },
    "robin.requester_acme",
    lowerCase,
  ],
];
for (const [environment, subject, names = account] of accounts)
  test(`with ${JSON.stringify(environment)} the account of ${robin} is ${subject}`, async () => {
    expect(await answerTo(robin, byRule(names), environment)).toMatchObject({
      body: { subject },
      errors: [],
    });
  });

const localPart = { IDENTITY_RULE: "local-part", IDENTITY_DOMAINS: "example.com" };
const suffix = { IDENTITY_RULE: "suffix", IDENTITY_SUFFIX: "acme", IDENTITY_DOMAINS: "example.com" };
const twoAts = "a@evil.com@example.com";
const isUncertain = `${twoAts} has more than one @, so its domain is ambiguous; use an e-mail with one @`;
const isElsewhere = "is not in one of the domains example.com; add its domain to IDENTITY_DOMAINS";
const refusals: [string, Record<string, string>, string][] = [
  [twoAts, localPart, isUncertain],
  [twoAts, suffix, isUncertain],
  ["a@example.com@evil.com", localPart, isUncertain.replace(twoAts, "a@example.com@evil.com")],
  ["robin@example.net", localPart, `robin@example.net ${isElsewhere}`],
  ["robin@sub.example.com", suffix, `robin@sub.example.com ${isElsewhere}`],
  ["robin", localPart, `robin ${isElsewhere}`],
  ["@example.com", localPart, `@example.com ${isElsewhere}`],
  ["robin@", localPart, `robin@ ${isElsewhere}`],
  [
    "constructor",
    { IDENTITY_RULE: "map", IDENTITY_MAP: '{"robin@example.com":"rr"}' },
    "constructor is not in IDENTITY_MAP; add the e-mail and its account",
  ],
  [
    "__proto__",
    { IDENTITY_RULE: "map", IDENTITY_MAP: '{"__proto__":"admin"}' },
    "__proto__ is not in IDENTITY_MAP; add the e-mail and its account",
  ],
  [
    "robin!@example.com",
    localPart,
    '"robin!" cannot be the name of an account; set IDENTITY_RULE=map, and add robin!@example.com with its account to IDENTITY_MAP',
  ],
];
for (const [email, environment, sentence] of refusals)
  test(`${email} is refused by ${environment["IDENTITY_RULE"]}`, async () => {
    expect(await answerTo(email, byRule(account), environment)).toMatchObject({
      body: { outcome: "refused" },
      errors: [sentence],
    });
  });

const mapProblem = 'IDENTITY_RULE is map, which needs IDENTITY_MAP, such as {"robin@example.com":"robin"}';
const misconfigurations: [Record<string, string>, string][] = [
  [{ IDENTITY_RULE: "guess" }, 'IDENTITY_RULE is "guess", but must be email, local-part, map or suffix'],
  [{ IDENTITY_RULE: "lookup" }, 'IDENTITY_RULE is "lookup", but must be email, local-part, map or suffix'],
  [
    { IDENTITY_RULE: "local-part", IDENTITY_DOMAINS: " , " },
    "IDENTITY_RULE is local-part, which needs IDENTITY_DOMAINS, such as example.com,example.org",
  ],
  [
    { IDENTITY_RULE: "suffix", IDENTITY_SUFFIX: "acme" },
    "IDENTITY_RULE is suffix, which needs IDENTITY_DOMAINS, such as example.com,example.org",
  ],
  [
    { IDENTITY_RULE: "suffix", IDENTITY_SUFFIX: "_", IDENTITY_DOMAINS: "example.com" },
    "IDENTITY_RULE is suffix, which needs IDENTITY_SUFFIX, such as acme",
  ],
  [{ IDENTITY_RULE: "map" }, mapProblem],
  [{ IDENTITY_RULE: "map", IDENTITY_MAP: "robin" }, mapProblem],
  [{ IDENTITY_RULE: "map", IDENTITY_MAP: '{"robin@example.com":"../admin"}' }, mapProblem],
];
for (const [environment, problem] of misconfigurations)
  test(`${JSON.stringify(environment)} is refused as a rule`, async () => {
    expect((await answerTo(robin, byRule(account), environment)).errors).toEqual([
      `This function is misconfigured: ${problem}`,
    ]);
  });

const byTemplate = (environment: Record<string, string>) => {
  const domains = readIdentityDomains(environment);
  return (email: string) => localPartOf(email, domains, "use {email} instead");
};

test("without a rule, a local part is used only in the domains of IDENTITY_DOMAINS", async () => {
  const answer = (email: string, environment: Record<string, string>) =>
    answerTo(email, byTemplate, environment);
  const environment = { IDENTITY_DOMAINS: "example.com example.org" };
  expect((await answer(robin, environment)).body).toMatchObject({ subject: "Robin.Requester" });
  expect((await answer(twoAts, environment)).errors).toEqual([isUncertain]);
  expect((await answer("robin@example.net", environment)).errors).toEqual([
    "robin@example.net is not in one of the domains example.com, example.org; use {email} instead",
  ]);
  expect((await answer(robin, {})).errors).toEqual([
    `IDENTITY_DOMAINS lists no domain, so the local part of ${robin} cannot name an account; use {email} instead`,
  ]);
});
