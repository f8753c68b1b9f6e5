import { check, checkTarget } from "@sym/local-lambda/plan-and-check.test-support";
import { expect, test } from "vitest";
import { escalate, type GitHubTeamFixture, inOrganization, withSettings } from "./world.test-support.ts";

const byToken = {
  environment: { GITHUB_APP_ID: "", GITHUB_PRIVATE_KEY_SECRET: "", GITHUB_TOKEN_SECRET: "sym/github-token" },
};
const seen = "GitHub team acme/platform exists, and GitHub shows no identity provider that manages the team";

test("a check sees the team, and the App's permission", () =>
  inOrganization(async (fixture) => {
    expect(await checkTarget(fixture, escalate)).toEqual([
      "ok",
      `${seen}; GitHub App ${fixture.appId} has the permission Members (read and write) in acme`,
    ]);
  }));

const withToken = (token: Parameters<GitHubTeamFixture["github"]["createToken"]>[1], login = "olga-o") =>
  inOrganization(async (fixture) => {
    const secret = fixture.github.createToken(login, token);
    fixture.sandbox.secretsManager.putSecret("sym/github-token", secret);
    const result = await checkTarget(fixture, escalate);
    found.push(...result);
  }, byToken);
let found: string[] = [];

test.for([
  [
    "a fine-grained token",
    {},
    ["ok", `${seen}; GitHub accepts the token, and does not tell whether the token may change the team`],
  ],
  [
    "a classic token",
    { kind: "classic", scopes: ["repo", "admin:org"], sso: true },
    [
      "ok",
      `${seen}; GitHub accepts the token, whose scopes are repo, admin:org; its owner must own acme, or maintain the team`,
    ],
  ],
  [
    "a classic token that may only read",
    { kind: "classic", scopes: ["read:org"], sso: true },
    [
      "error",
      "GitHub accepts the token, whose scopes are read:org, and which may change no team of acme; give the token the scope write:org",
    ],
  ],
  [
    "a classic token without single sign-on",
    { kind: "classic", scopes: ["admin:org"] },
    [
      "error",
      "The token is not authorised for the organisation's single sign-on; ask the token's owner to authorise it",
    ],
  ],
] as const)("a check with %s says what GitHub tells of the token", async ([, token, expected]) => {
  found = [];
  await withToken(token as Parameters<typeof withToken>[0]);
  expect(found).toEqual(expected);
});

const problems: [string, (fixture: GitHubTeamFixture) => unknown, RegExp][] = [
  [
    "an App that is not installed",
    ({ github, appId }) => github.uninstallApp(appId),
    /^GitHub App \d+ is not installed in the organisation acme, or the organisation does not exist; /,
  ],
  [
    "an App that may only read",
    ({ github, appId }) => {
      github.uninstallApp(appId);
      github.installApp("acme", appId, { members: "read" });
    },
    /^GitHub App \d+ may not change teams of the organisation acme; give the App /,
  ],
  [
    "an App that is suspended",
    ({ github, appId }) => github.suspendApp(appId),
    /^GitHub App \d+ is suspended in the organisation acme; /,
  ],
  [
    "a key that GitHub does not accept",
    ({ github, appId }) => github.rotateKey(appId),
    /^GitHub does not accept this function's credentials; renew the secret/,
  ],
  [
    "a secret that is no key",
    ({ sandbox, github }) => sandbox.secretsManager.putSecret(github.env.GITHUB_PRIVATE_KEY_SECRET, "key"),
    /^Secret .* holds no private key of a GitHub App; /,
  ],
  [
    "a team that does not exist",
    ({ github }) => github.deleteTeam("acme", "platform"),
    /^GitHub team acme\/platform does not exist, or is hidden from this function; /,
  ],
  [
    "a team that is synchronised with the identity provider",
    ({ github }) => github.synchronizeTeam("acme", "platform", "Engineers"),
    /^GitHub team acme\/platform is synchronised with the group Engineers of the identity provider, /,
  ],
  [
    "a GitHub that is down",
    ({ sandbox: { faults } }) =>
      faults.inject({ action: "teams/get-by-name", kind: "internal-error", times: Number.POSITIVE_INFINITY }),
    /^GitHub did not complete GET .* try again in a minute$/,
  ],
];
for (const [what, change, sentence] of problems)
  test(`a check names ${what}`, () =>
    inOrganization(async (fixture) => {
      change(fixture);
      expect(await checkTarget(fixture, escalate)).toEqual(["error", expect.stringMatching(sentence)]);
    }));

test("a check names a wrong setting of the target", () =>
  inOrganization(async (fixture) => {
    expect(await checkTarget(fixture, withSettings(escalate, { role: "owner" }))).toEqual([
      "error",
      'Target prod-admins has "owner" as its setting role; set it to member or maintainer',
    ]);
  }));

test("a team that people may choose in an organisation of the target's own is not checked without a target", () =>
  inOrganization(
    async (fixture) => {
      expect((await check(fixture)).targets).toEqual([
        {
          ...{ check: "target readers", level: "not-checked" },
          message:
            "ALLOWED_SETTINGS does not name the setting org of this target, so the target was not checked; name all its settings in the check",
        },
      ]);
    },
    { environment: { ALLOWED_SETTINGS: '{"team_slug":["readers"]}' } },
  ));
