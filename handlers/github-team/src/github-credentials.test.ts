import { expect, test } from "vitest";
import {
  deescalate,
  escalate,
  inOrganization as inLeasedOrganization,
  robin,
  withSettings,
} from "./world.test-support.ts";

const inOrganization: typeof inLeasedOrganization = (play, { environment, ...options } = {}) =>
  inLeasedOrganization(play, { ...options, environment: { LEASES: "off", ...environment } });

const read = "GetSecretValue";
const mint = "apps/create-installation-access-token";
const put = "teams/add-or-update-membership-for-user-in-org";
const refusedSentence =
  "GitHub does not accept this function's credentials; renew the secret, or check the App's id";
const byToken = {
  environment: { GITHUB_APP_ID: "", GITHUB_PRIVATE_KEY_SECRET: "", GITHUB_TOKEN_SECRET: "sym/github-token" },
};

test("the private key and the token are fetched when first needed, and cached", () =>
  inOrganization(async ({ send, countOf }) => {
    await send(withSettings(escalate, { org: ".." }));
    expect(countOf(read)).toBe(0);
    await send(escalate);
    await send(deescalate);
    expect([countOf(read), countOf(mint)]).toEqual([1, 1]);
  }));

test("the App requests a token with the permission Members only", () =>
  inOrganization(async ({ github, sandbox, appId, send }) => {
    github.uninstallApp(appId);
    github.installApp("acme", appId, { members: "write", administration: "write" });
    await send(escalate);
    expect(sandbox.calls.find(({ action }) => action === mint)?.parameters["permissions"]).toEqual({
      members: "write",
    });
  }));

test("a token is replaced 5 minutes before its expiry", () =>
  inOrganization(async ({ github, send, countOf }) => {
    github.setTokenLifetime(6 * 60_000);
    await send(escalate);
    expect(countOf(mint)).toBe(1);
    github.expireTokens();
    github.setTokenLifetime(4 * 60_000);
    await send(escalate);
    expect(countOf(mint)).toBeGreaterThan(2);
  }));

test("an expired token and a rotated key are fetched again once", () =>
  inOrganization(async ({ github, sandbox, appId, send, placeOf, countOf }) => {
    await send(escalate);
    sandbox.secretsManager.putSecret("sym/github-app", github.rotateKey(appId));
    github.expireTokens();
    expect((await send(deescalate)).answer.body["outcome"]).toBe("revoked");
    expect(placeOf("robin-r")).toBeUndefined();
    expect([countOf(read), countOf(mint)]).toEqual([2, 2]);
  }));

test("a private key that GitHub rejects is read twice, and the answer reports the rejection", () =>
  inOrganization(async ({ github, appId, send, countOf }) => {
    github.rotateKey(appId);
    const { answer, logs } = await send(escalate);
    expect(answer).toMatchObject({ body: { outcome: "failed" }, errors: [refusedSentence] });
    expect(countOf(read)).toBe(2);
    expect(logs).not.toContain("PRIVATE KEY");
  }));

test("a failed read of the secret is not cached", () =>
  inOrganization(async ({ sandbox, send, placeOf }) => {
    sandbox.faults.inject({ action: read, kind: "access-denied" });
    expect((await send(escalate)).answer.errors).toEqual([
      "This function is not allowed to call secretsmanager:GetSecretValue on secret sym/github-app; add the action to the policy of its role",
    ]);
    expect((await send(escalate)).answer.body["outcome"]).toBe("granted");
    expect(placeOf("robin-r")).toBe("member");
  }));

test("the answer reports throttling and failures of Secrets Manager", () =>
  inOrganization(async ({ sandbox, send }) => {
    const on = "secretsmanager:GetSecretValue on secret sym/github-app";
    sandbox.faults.inject({ action: read, kind: "throttle", times: 3 });
    expect((await send(escalate)).answer.errors).toEqual([`AWS is throttling ${on}; try again in a minute`]);
    sandbox.faults.inject({ action: read, kind: "internal-error", times: 3 });
    expect((await send(escalate)).answer.errors[0]).toContain(`AWS did not complete ${on} `);
  }));

const advice =
  "store the App's private key or the token in the secret, or name another secret in the function's environment";
const secrets = [
  { what: "no text", text: " ", sentence: `Secret sym/github-app has no text; ${advice}` },
  {
    what: "a text that is no private key",
    text: "hunter2",
    sentence: `Secret sym/github-app holds no private key of a GitHub App; ${advice}`,
  },
];
for (const { what, text, sentence } of secrets)
  test(`the answer names a secret with ${what}, and does not show its content`, () =>
    inOrganization(async ({ sandbox, send }) => {
      sandbox.secretsManager.putSecret("sym/github-app", text);
      const { answer, logs } = await send(escalate);
      expect(answer).toMatchObject({ body: { outcome: "failed" }, errors: [sentence] });
      expect(logs).not.toContain("hunter2");
    }));

test("the answer names a secret that does not exist", () =>
  inOrganization(
    async ({ send }) => {
      expect((await send(escalate)).answer.errors).toEqual([`Secret sym/gone does not exist; ${advice}`]);
    },
    { environment: { GITHUB_PRIVATE_KEY_SECRET: "sym/gone" } },
  ));

test("an App that is not installed in the organisation is not reported as a missing team", () =>
  inOrganization(async ({ github, appId, send }) => {
    github.uninstallApp(appId);
    expect((await send(escalate)).answer).toMatchObject({
      body: { outcome: "refused" },
      errors: [
        `GitHub App ${appId} is not installed in the organisation acme, or the organisation does not exist; install the App in the organisation, or correct the target's setting org`,
      ],
    });
  }));

test("the answer names a suspended App", () =>
  inOrganization(async ({ github, appId, send }) => {
    github.suspendApp(appId);
    expect((await send(escalate)).answer).toMatchObject({
      body: { outcome: "refused" },
      errors: [
        `GitHub App ${appId} is suspended in the organisation acme; ask an owner of the organisation to unsuspend the App`,
      ],
    });
  }));

test("the answer names the permission that an App needs to change teams", () =>
  inOrganization(async ({ github, appId, send }) => {
    github.uninstallApp(appId);
    github.installApp("acme", appId, { members: "read" });
    expect((await send(escalate)).answer.errors).toEqual([
      `GitHub App ${appId} may not change teams of the organisation acme; give the App the organisation permission Members (read and write), and have an owner of the organisation accept the change`,
    ]);
  }));

test("an owner's fine-grained token can grant and revoke", () =>
  inOrganization(async ({ github, sandbox, send, placeOf, countOf }) => {
    sandbox.secretsManager.putSecret("sym/github-token", github.createToken("olga-o"));
    expect((await send(escalate)).answer.body["outcome"]).toBe("granted");
    expect(placeOf("robin-r")).toBe("member");
    github.revokeTokens();
    sandbox.secretsManager.putSecret("sym/github-token", github.createToken("olga-o"));
    expect((await send(deescalate)).answer.body["outcome"]).toBe("revoked");
    expect([countOf(read), countOf(mint)]).toEqual([2, 0]);
  }, byToken));

test("the answer reports a revoked token", () =>
  inOrganization(async ({ github, sandbox, send }) => {
    sandbox.secretsManager.putSecret("sym/github-token", github.createToken("olga-o"));
    github.revokeTokens();
    expect((await send(escalate)).answer).toMatchObject({
      body: { outcome: "failed" },
      errors: [refusedSentence],
    });
  }, byToken));

const change =
  "GitHub does not allow this function to call PUT /organizations/{organizationId}/team/{teamId}/memberships/{login}";
const tokens = [
  {
    what: "a read-only fine-grained token",
    owner: "olga-o",
    options: { permissions: { members: "read" } } as const,
    sentence: `${change}; the call needs members=write`,
  },
  {
    what: "a token of a person who is not an owner",
    owner: "sam-s",
    options: {},
    sentence: `${change}; only an owner of the organisation or a GitHub App may make this call`,
  },
  {
    what: "a classic token without the scope",
    owner: "olga-o",
    options: { kind: "classic" as const, scopes: ["read:org"], sso: true },
    sentence: `${change}; the call needs admin:org, write:org`,
  },
  {
    what: "a classic token without single sign-on authorisation",
    owner: "olga-o",
    options: { kind: "classic" as const, scopes: ["admin:org"] },
    sentence:
      "The token is not authorised for the organisation's single sign-on; ask the token's owner to authorise it",
  },
];
for (const { what, owner, options, sentence } of tokens)
  test(`the answer says what is missing for ${what}`, () =>
    inOrganization(
      async ({ github, sandbox, send, placeOf }) => {
        sandbox.secretsManager.putSecret("sym/github-token", github.createToken(owner, options));
        expect((await send(escalate)).answer).toMatchObject({
          body: { outcome: "failed" },
          errors: [sentence],
        });
        expect(placeOf("robin-r")).toBeUndefined();
      },
      {
        environment: {
          ...byToken.environment,
          IDENTITY_RULE: "map",
          IDENTITY_MAP: JSON.stringify({ [robin]: "robin-r" }),
        },
      },
    ));

test("a secret team that the token's owner cannot see does not count as a missing membership", () =>
  inOrganization(async ({ github, sandbox, send, placeOf }) => {
    github.createTeam("acme", "Incident", { privacy: "secret" });
    github.setTeamMember("acme", "incident", "robin-r");
    sandbox.secretsManager.putSecret("sym/github-token", github.createToken("sam-s"));
    const { answer } = await send(withSettings(deescalate, { team_slug: "incident" }));
    expect(answer.body["outcome"]).toBe("refused");
    expect(answer.errors[0]).toMatch(
      /^GitHub team acme\/incident does not exist, or is hidden from this function; /,
    );
    expect(placeOf("robin-r", "incident")).toBe("member");
  }, byToken));

test("a grant waits for a short secondary rate limit to pass", () =>
  inOrganization(async ({ sandbox, send, placeOf, countOf }) => {
    sandbox.faults.inject({ action: put, kind: "throttle" });
    expect((await send(escalate)).answer.body["outcome"]).toBe("granted");
    expect([placeOf("robin-r"), countOf(put)]).toEqual(["member", 2]);
  }));

for (const kind of ["primary", "secondary", "unannounced"] as const)
  test(`a ${kind} rate limit beyond the function's deadline fails the revoke without a wait`, () =>
    inOrganization(async ({ github, send, placeOf, countOf }) => {
      await send(escalate);
      github.limit(kind, 600);
      const before = countOf("teams/get-by-name");
      const { answer } = await send(deescalate);
      expect(answer.body["outcome"]).toBe("failed");
      expect(answer.errors).toEqual([expect.stringMatching(/^GitHub rate limit reached; retry in \d+ s$/)]);
      expect(countOf("teams/get-by-name")).toBe(before + 1);
      expect(placeOf("robin-r")).toBe("member");
    }));

test("GraphQL's rate limit, which GitHub reports with status 200, fails the grant", () =>
  inOrganization(async ({ github, send }) => {
    github.limit("graphql", 600);
    expect((await send(escalate)).answer).toMatchObject({
      body: { outcome: "failed" },
      errors: ["GitHub GraphQL rate limit reached; retry in an hour"],
    });
  }));

const outsideAllowList =
  "The IP allow list of the organisation does not contain this function's address; ask an owner of the organisation to add the addresses of the function's network";
test("the answer says that the IP allow list does not contain the function's address", () =>
  inOrganization(async ({ github, send }) => {
    github.allowNoAddress("acme");
    expect((await send(escalate)).answer).toMatchObject({
      body: { outcome: "failed" },
      errors: [outsideAllowList],
    });
  }));

test("the base URL of a GitHub Enterprise Server applies to REST and GraphQL", () =>
  inOrganization(
    async ({ send, placeOf, countOf }) => {
      expect((await send(escalate)).answer.body["outcome"]).toBe("granted");
      expect([placeOf("robin-r"), countOf("graphql")]).toEqual(["member", 1]);
    },
    { path: "/api/v3/" },
  ));

const app = { GITHUB_APP_ID: "1", GITHUB_PRIVATE_KEY_SECRET: "sym/github-app" };
const environments = [
  {
    environment: { GITHUB_APP_ID: "" },
    problem: "set GITHUB_APP_ID and GITHUB_PRIVATE_KEY_SECRET, or GITHUB_TOKEN_SECRET instead",
  },
  {
    environment: { GITHUB_PRIVATE_KEY_SECRET: "", GITHUB_TOKEN_SECRET: "sym/github-token" },
    problem: "set GITHUB_APP_ID and GITHUB_PRIVATE_KEY_SECRET, or GITHUB_TOKEN_SECRET instead",
  },
  {
    environment: { GITHUB_APP_ID: "", GITHUB_PRIVATE_KEY_SECRET: "" },
    problem: "set GITHUB_APP_ID and GITHUB_PRIVATE_KEY_SECRET, or GITHUB_TOKEN_SECRET instead",
  },
  {
    environment: { ...app, GITHUB_TOKEN_SECRET: "sym/github-token" },
    problem: "set GITHUB_APP_ID and GITHUB_PRIVATE_KEY_SECRET, or GITHUB_TOKEN_SECRET instead",
  },
  {
    environment: { ...byToken.environment, GITHUB_TOKEN_SECRET: ["ghp", "0".repeat(36)].join("_") },
    problem: "GITHUB_TOKEN_SECRET must be the name of a secret, not the token",
  },
  {
    environment: { GITHUB_PRIVATE_KEY_SECRET: "a key\nof many lines" },
    problem: "GITHUB_PRIVATE_KEY_SECRET must be the name of a secret",
  },
  {
    environment: { GITHUB_API_URL: "http://github.example.com/api/v3" },
    problem: "GITHUB_API_URL must be an https URL, such as https://github.example.com/api/v3",
  },
  {
    environment: { GITHUB_API_URL: "https://user:word@github.example.com" },
    problem: "GITHUB_API_URL must be an https URL, such as https://github.example.com/api/v3",
  },
  {
    environment: { IDENTITY_RULE: "search" },
    problem: 'IDENTITY_RULE is "search", but must be lookup, map or suffix',
  },
  {
    environment: { IDENTITY_RULE: "map" },
    problem: 'IDENTITY_RULE is map, which needs IDENTITY_MAP, such as {"robin@example.com":"robin"}',
  },
  {
    environment: { IDENTITY_RULE: "map", IDENTITY_MAP: '{"a@example.com":"../b"}' },
    problem: 'IDENTITY_RULE is map, which needs IDENTITY_MAP, such as {"robin@example.com":"robin"}',
  },
  {
    environment: { IDENTITY_RULE: "suffix", IDENTITY_DOMAINS: "example.com" },
    problem: "IDENTITY_RULE is suffix, which needs IDENTITY_SUFFIX, such as acme",
  },
  {
    environment: { IDENTITY_RULE: "suffix", IDENTITY_SUFFIX: "acme" },
    problem: "IDENTITY_RULE is suffix, which needs IDENTITY_DOMAINS, such as example.com,example.org",
  },
];
for (const { environment, problem } of environments)
  test(`with ${JSON.stringify(environment)}, every answer reports the misconfiguration`, () =>
    inOrganization(
      async ({ send }) => {
        expect((await send(escalate)).answer).toMatchObject({
          body: { outcome: "refused" },
          errors: [`This function is misconfigured: ${problem}`],
        });
      },
      { environment: environment as Record<string, string> },
    ));
