import { plan } from "@sym/local-lambda/plan-and-check.test-support";
import { testPayload } from "@sym/test-payloads/payloads";
import { expect, test } from "vitest";
import { deescalate, escalate, inOrganization, withRequester, withSettings } from "./world.test-support.ts";

const overlap = withSettings(testPayload("overlap-escalate.json"));
const nat = "nat.newcomer@example.com";
const inviting = withSettings(withRequester(escalate, nat), { invite: "true" });
const asMaintainer = withSettings(escalate, { role: "maintainer" });
const byToken = {
  environment: { GITHUB_APP_ID: "", GITHUB_PRIVATE_KEY_SECRET: "", GITHUB_TOKEN_SECRET: "sym/github-token" },
};

test("a plan says what the escalate would do, and changes nothing", () =>
  inOrganization(async (fixture) => {
    const { body, errors } = await plan(fixture, escalate);
    expect({ ...body, errors }).toMatchObject({
      ...{ outcome: "would-grant", state: "absent", wanted: "member", other_requests: 0, errors: [] },
      ...{ subject: "GitHub user robin-r", resource: "GitHub team acme/platform" },
    });
    expect(body["message"]).toMatch(
      /^robin\.requester@example\.com \(GitHub user robin-r\) would get access to GitHub team acme\/platform until .* UTC, and does not have the access now\. No other request holds this access\.$/,
    );
    expect((await fixture.send(escalate)).answer.body["outcome"]).toBe("granted");
  }));

test("a plan names other requests, also for a stronger role, and the request's own access", () =>
  inOrganization(async (fixture) => {
    await fixture.send(overlap);
    expect((await plan(fixture, escalate)).body).toMatchObject({
      ...{ outcome: "held-by-other-requests", state: "member", other_requests: 1 },
    });
    const stronger = (await plan(fixture, asMaintainer)).body;
    expect(stronger).toMatchObject({ outcome: "would-grant", state: "member", wanted: "maintainer" });
    expect(stronger["message"]).toMatch(
      / UTC, and has the state member now\. One other approved request holds/,
    );
    expect((await plan(fixture, overlap)).body).toMatchObject({ outcome: "already-granted" });
    await fixture.send(deescalate);
    expect((await plan(fixture, escalate)).body).toMatchObject({ outcome: "would-be-refused" });
  }));

test("a plan for a maintainer, and for an owner of the organisation, says that the request would change nothing", () =>
  inOrganization(async (fixture) => {
    fixture.github.setTeamMember("acme", "platform", "robin-r", "maintainer");
    expect((await plan(fixture, escalate)).body).toMatchObject({ outcome: "already-standing" });
    fixture.github.removeTeamMember("acme", "platform", "robin-r");
    fixture.github.setMember("acme", "robin-r", "admin");
    expect((await plan(fixture, escalate)).body).toMatchObject({ outcome: "already-standing" });
  }));

test("a plan for an outsider names the invitation, invites nobody, and says that the person stays in the organisation", () =>
  inOrganization(async (fixture) => {
    fixture.github.createUser("nat-n");
    fixture.github.addIdentity("acme", nat, "nat-n");
    expect((await plan(fixture, inviting)).body).toMatchObject({
      outcome: "would-be-pending",
      message: expect.stringContaining(
        "until a further step: accept the invitation to the organisation acme that GitHub sends; ",
      ),
      residual_access: "A person who accepts the invitation stays in the organisation acme after the end.",
    });
    expect(fixture.github.invitations("acme")).toEqual([]);
    expect((await plan(fixture, withRequester(escalate, nat))).body).toMatchObject({
      outcome: "would-be-refused",
      message: expect.stringContaining("is not a member of the organisation acme"),
    });
    expect((await fixture.send(inviting)).answer.body["outcome"]).toBe("pending");
  }));

test("a plan for a person whom others have invited is pending, too", () =>
  inOrganization(async (fixture) => {
    fixture.github.createUser("nat-n");
    fixture.github.addIdentity("acme", nat, "nat-n");
    fixture.github.invite("acme", "nat-n");
    const { body } = await plan(fixture, inviting);
    expect(body).toMatchObject({ outcome: "would-be-pending" });
    expect(body).not.toHaveProperty("residual_access");
    expect((await fixture.send(inviting)).answer.body["outcome"]).toBe("pending");
  }));

test("a plan to make a member of a child team a maintainer says that the person stays in the team", () =>
  inOrganization(async (fixture) => {
    fixture.github.createTeam("acme", "Databases", { parent: "platform" });
    fixture.github.setTeamMember("acme", "databases", "robin-r");
    expect((await plan(fixture, asMaintainer)).body).toMatchObject({
      outcome: "would-grant",
      residual_access:
        "GitHub user robin-r stays in the team after the end as a member of one of its child teams.",
    });
    await fixture.send(asMaintainer);
    expect((await fixture.send(withSettings(deescalate, { role: "maintainer" }))).answer.body).toMatchObject({
      residual_access: "You are still a member through one of the team's child teams.",
    });
  }));

for (const [by, options] of [
  ["an App", {}],
  ["a token", byToken],
] as const)
  test(`a plan by ${by} names the group of the identity provider with which the team is synchronised`, () =>
    inOrganization(async (fixture) => {
      const { github, sandbox } = fixture;
      sandbox.secretsManager.putSecret("sym/github-token", github.createToken("olga-o"));
      github.synchronizeTeam("acme", "platform", "Engineers");
      expect(await plan(fixture, escalate)).toMatchObject({
        body: {
          outcome: "would-be-refused",
          message: expect.stringContaining(
            "is synchronised with the group Engineers of the identity provider",
          ),
        },
        errors: [],
      });
      expect((await fixture.send(escalate)).answer.body["outcome"]).toBe("refused");
    }, options));

test("a plan where GitHub shows no group of an identity provider is made all the same", () =>
  inOrganization(async (fixture) => {
    const times = Number.POSITIVE_INFINITY;
    const action = "teams/list-linked-external-groups";
    fixture.sandbox.faults.inject({ action, kind: "access-denied", times });
    expect((await plan(fixture, escalate)).body).toMatchObject({ outcome: "would-grant" });
  }));

test("a plan is an error while GitHub is down", () =>
  inOrganization(async (fixture) => {
    const times = Number.POSITIVE_INFINITY;
    fixture.sandbox.faults.inject({ action: "teams/get-by-name", kind: "internal-error", times });
    expect(await plan(fixture, escalate)).toMatchObject({
      body: { outcome: "failed" },
      errors: [expect.stringMatching(/^GitHub did not complete GET \/orgs\/\{org\}\/teams\/\{team_slug\}/)],
    });
  }));
