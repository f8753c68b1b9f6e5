import { expect, test } from "vitest";
import {
  deescalate,
  escalate,
  inOrganization as inLeasedOrganization,
  robin,
  withRequester,
} from "./world.test-support.ts";

const inOrganization: typeof inLeasedOrganization = (play, { environment, ...options } = {}) =>
  inLeasedOrganization(play, { ...options, environment: { LEASES: "off", ...environment } });

const membership = "orgs/get-membership-for-user";
const byId = "users/get-by-id";
const sam = "sam.standing@example.com";

test("the SAML identity finds a person whose login has changed", () =>
  inOrganization(async ({ github, send, placeOf }) => {
    await send(escalate);
    github.renameUser("robin-r", "robin-q");
    github.createUser("robin-r");
    github.setMember("acme", "robin-r");
    expect((await send(escalate)).answer.body).toMatchObject({
      outcome: "already-had-access",
      subject: "GitHub user robin-q",
    });
    expect((await send(deescalate)).answer.body["outcome"]).toBe("revoked");
    expect([placeOf("robin-q"), placeOf("robin-r")]).toEqual([undefined, undefined]);
  }));

test("a grant checks the organisation membership right after the SAML lookup", () =>
  inOrganization(async ({ sandbox, send }) => {
    const isAboutThem = (action: string) => ["graphql", byId, membership].includes(action);
    expect((await send(escalate)).answer.body["outcome"]).toBe("granted");
    const asked = sandbox.calls.map(({ action }) => action).filter(isAboutThem);
    expect(asked.slice(0, 2)).toEqual(["graphql", membership]);
  }));

test("an identity that is now linked to another account finds that account, also in a warm function", () =>
  inOrganization(async ({ github, send, placeOf }) => {
    await send(escalate);
    await send(deescalate);
    github.removeIdentity("acme", robin);
    github.createUser("robin-new");
    github.setMember("acme", "robin-new");
    github.addIdentity("acme", robin, "robin-new");
    expect((await send(escalate)).answer.body["subject"]).toBe("GitHub user robin-new");
    expect([placeOf("robin-new"), placeOf("robin-r")]).toEqual(["member", undefined]);
  }));

test("a revoke finds a renamed person whose old login is free", () =>
  inOrganization(async ({ github, send, placeOf }) => {
    await send(escalate);
    github.renameUser("robin-r", "robin-q");
    expect((await send(deescalate)).answer.body).toMatchObject({
      outcome: "revoked",
      subject: "GitHub user robin-q",
    });
    expect(placeOf("robin-q")).toBeUndefined();
  }));

for (const first of ["linked", "unlinked"])
  test(`of a linked and an unlinked identity, the linked identity counts (${first} listed first)`, () =>
    inOrganization(async ({ github, send }) => {
      const link = [() => github.addIdentity("acme", sam, "sam-s"), () => github.addIdentity("acme", sam)];
      for (const add of first === "linked" ? link : link.reverse()) add();
      expect((await send(withRequester(escalate, sam))).answer.body).toMatchObject({
        outcome: "granted",
        subject: "GitHub user sam-s",
      });
    }));

test("a cached login is used for its own person only", () =>
  inOrganization(async ({ github, send }) => {
    github.addIdentity("acme", sam, "sam-s");
    await send(escalate);
    await send(withRequester(escalate, sam));
    await send(withRequester(deescalate, sam));
    expect(github.members("acme", "platform")).toEqual({ "robin-r": "member" });
  }));

const saml = [
  {
    what: "no SAML identity has that name",
    arrange: () => undefined,
    sentence: `acme has no SAML identity ${sam}; assign GitHub to the person in the identity provider`,
  },
  {
    what: "the person has not linked an account",
    arrange: (github: Github) => github.addIdentity("acme", sam),
    sentence: `${sam} has not linked a GitHub account to acme; ask the person to sign in to the organisation once through single sign-on`,
  },
  {
    what: "two accounts share that name",
    arrange: (github: Github) => {
      github.addIdentity("acme", sam, "sam-s");
      github.addIdentity("acme", sam, "olga-o");
    },
    sentence: `${sam} is the SAML identity of several GitHub accounts in acme; unlink all but the correct account`,
  },
  {
    what: "the enterprise, not the organisation, uses SAML",
    arrange: (github: Github) => github.disableSaml("acme"),
    sentence:
      "acme has no SAML identity provider that this function can see; use IDENTITY_RULE=map or suffix",
  },
];
type Github = Parameters<Parameters<typeof inOrganization>[0]>[0]["github"];
for (const { what, arrange, sentence } of saml)
  test(`a SAML lookup is refused when ${what}`, () =>
    inOrganization(async ({ github, send }) => {
      arrange(github);
      const { answer, logs } = await send(withRequester(escalate, sam));
      expect(answer).toMatchObject({ body: { outcome: "refused" }, errors: [sentence] });
      expect(github.members("acme", "platform")).toEqual({});
      expect(logs).not.toContain("example.com");
    }));

test("only the log names the accounts that share an identity, and only by id", () =>
  inOrganization(async ({ github, send }) => {
    github.addIdentity("acme", robin, "sam-s");
    const { answer, logs } = await send(escalate);
    expect(answer.body["outcome"]).toBe("refused");
    expect(logs).toMatch(/"step":"ambiguous-identity".*"candidates":"\d+ \d+"/);
    expect(JSON.stringify(answer)).not.toContain("sam-s");
  }));

const hidden =
  "GitHub does not show this function the SAML identities of acme; give the App or the token the permission Members, or use IDENTITY_RULE=map";
const failures = [
  { what: "may not be seen", kind: "access-denied", times: 1, sentence: hidden },
  {
    what: "could not be looked up",
    kind: "internal-error",
    times: 3,
    sentence:
      "GitHub did not complete POST /graphql (502), so the call changed nothing; try again in a minute",
  },
] as const;
for (const { what, kind, times, sentence } of failures)
  test(`an identity that ${what} does not count as missing`, () =>
    inOrganization(async ({ sandbox, send }) => {
      sandbox.faults.inject({ action: "graphql", kind, times });
      expect((await send(escalate)).answer).toMatchObject({
        body: { outcome: "failed" },
        errors: [sentence],
      });
      expect((await send(escalate)).answer.body["outcome"]).toBe("granted");
    }));

test("the handler never searches GitHub for an e-mail address", () =>
  inOrganization(async ({ sandbox, send }) => {
    await send(escalate);
    expect(sandbox.calls.map(({ action }) => action).filter((action) => action.includes("search"))).toEqual(
      [],
    );
  }));

const map = {
  IDENTITY_RULE: "map",
  IDENTITY_MAP: JSON.stringify({ "Robin.Requester@Example.com": "robin-r" }),
};
test("IDENTITY_MAP finds the login by e-mail in any letter case, without a SAML lookup", () =>
  inOrganization(
    async ({ send, placeOf, countOf }) => {
      expect((await send(escalate)).answer.body["outcome"]).toBe("granted");
      expect([placeOf("robin-r"), countOf("graphql")]).toEqual(["member", 0]);
    },
    { environment: map },
  ));

for (const username of [sam, "constructor"])
  test(`${username} is refused if IDENTITY_MAP does not contain it`, () =>
    inOrganization(
      async ({ send }) => {
        expect((await send(withRequester(escalate, username))).answer).toMatchObject({
          body: { outcome: "refused" },
          errors: [`${username} is not in IDENTITY_MAP; add the e-mail and its account`],
        });
      },
      { environment: map },
    ));

const suffix = {
  IDENTITY_RULE: "suffix",
  IDENTITY_SUFFIX: "acme",
  IDENTITY_DOMAINS: "example.com, example.org",
};
test("the suffix rule finds the login of an enterprise-managed user", () =>
  inOrganization(
    async ({ github, send, placeOf }) => {
      github.createUser("robin-requester_acme");
      github.setMember("acme", "robin-requester_acme");
      expect((await send(escalate)).answer.body["outcome"]).toBe("granted");
      expect(placeOf("robin-requester_acme")).toBe("member");
    },
    { environment: suffix },
  ));

const strangers = [
  {
    username: "robin.requester@example.net",
    sentence:
      "robin.requester@example.net is not in one of the domains example.com, example.org; add its domain to IDENTITY_DOMAINS",
  },
  {
    username: "a@evil.com@example.com",
    sentence:
      "a@evil.com@example.com has more than one @, so its domain is ambiguous; use an e-mail with one @",
  },
  {
    username: ".robin@example.com",
    sentence:
      '"-robin_acme" cannot be a GitHub login; set IDENTITY_RULE=map, and add .robin@example.com with its account to IDENTITY_MAP',
  },
];
for (const { username, sentence } of strangers)
  test(`the suffix rule refuses ${username}`, () =>
    inOrganization(
      async ({ send }) => {
        expect((await send(withRequester(escalate, username))).answer).toMatchObject({
          body: { outcome: "refused" },
          errors: [sentence],
        });
      },
      { environment: suffix },
    ));
