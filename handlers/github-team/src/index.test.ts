import { startInBetween } from "@sym/stand-ins/in-between";
import { expect, test } from "vitest";
import {
  deescalate,
  escalate,
  inOrganization as inLeasedOrganization,
  robin,
  withRequester,
  withSettings,
} from "./world.test-support.ts";

// The exchange with GitHub is the same with and without leases; leases.test.ts tests the leases.
const inOrganization: typeof inLeasedOrganization = (play, { environment, ...options } = {}) =>
  inLeasedOrganization(play, { ...options, environment: { LEASES: "off", ...environment } });

const sam = "sam.second@example.com";
const put = "teams/add-or-update-membership-for-user-in-org";
const remove = "teams/remove-membership-for-user-in-org";

test("escalate adds the requester to the team, and deescalate removes the requester", () =>
  inOrganization(async ({ send, placeOf }) => {
    const granted = await send(escalate);
    expect(granted.answer).toMatchObject({
      body: {
        outcome: "granted",
        system: "github-team",
        resource: "GitHub team acme/platform",
        subject: "GitHub user robin-r",
        run_id: "11111111-1111-4111-8111-111111111111",
      },
      errors: [],
    });
    expect(granted.answer.body["message"]).toMatch(
      /^You now have access to GitHub team acme\/platform until .* UTC\.$/,
    );
    expect(placeOf("robin-r")).toBe("member");

    const revoked = await send(deescalate);
    expect(revoked.answer).toMatchObject({ body: { outcome: "revoked" }, errors: [] });
    expect(placeOf("robin-r")).toBeUndefined();
    expect(granted.logs + revoked.logs).not.toContain("example.com");
  }));

test("a duplicate event changes nothing, and the answer says so", () =>
  inOrganization(async ({ send, placeOf, countOf }) => {
    await send(escalate);
    expect((await send(escalate)).answer.body["outcome"]).toBe("already-had-access");
    expect(placeOf("robin-r")).toBe("member");
    await send(deescalate);
    expect((await send(deescalate)).answer).toMatchObject({
      body: { outcome: "nothing-to-revoke" },
      errors: [],
    });
    // A read may be stale, so the handler makes each change each time.
    expect([countOf(put), countOf(remove)]).toEqual([2, 2]);
  }));

test("a request changes only the requester's membership in the target's team", () =>
  inOrganization(async ({ github, send }) => {
    github.createTeam("acme", "Other");
    github.setTeamMember("acme", "platform", "sam-s", "maintainer");
    github.setTeamMember("acme", "other", "robin-r");
    await send(escalate);
    await send(deescalate);
    expect(github.members("acme", "platform")).toEqual({ "sam-s": "maintainer" });
    expect(github.members("acme", "other")).toEqual({ "robin-r": "member" });
  }));

test("a target with role maintainer grants that role, and the answer names the role", () =>
  inOrganization(async ({ send, placeOf }) => {
    const { answer } = await send(withSettings(escalate, { role: "maintainer" }));
    expect(answer.body).toMatchObject({
      outcome: "granted",
      resource: "GitHub team acme/platform as maintainer",
    });
    expect(placeOf("robin-r")).toBe("maintainer");
  }));

test("the answer says that a child team includes the access of its parent team", () =>
  inOrganization(async ({ github, send, placeOf }) => {
    github.createTeam("acme", "Databases", { parent: "platform" });
    const { answer } = await send(withSettings(escalate, { team_slug: "databases" }));
    expect(answer.body["resource"]).toBe(
      "GitHub team acme/databases (and through it its parent team platform)",
    );
    expect(placeOf("robin-r", "databases")).toBe("member");
  }));

test("an organisation owner already has the access, and is not added to the team", () =>
  inOrganization(async ({ github, send, placeOf, countOf }) => {
    github.setMember("acme", "robin-r", "admin");
    const { answer } = await send(withSettings(escalate, { role: "maintainer" }));
    expect(answer).toMatchObject({ body: { outcome: "already-had-access" }, errors: [] });
    expect(placeOf("robin-r")).toBeUndefined();
    expect(countOf(put)).toBe(0);
  }));

test("logins are compared case-insensitively", () =>
  inOrganization(
    async ({ send, placeOf }) => {
      expect((await send(escalate)).answer.body).toMatchObject({
        outcome: "granted",
        subject: "GitHub user robin-r",
      });
      expect(placeOf("robin-r")).toBe("member");
    },
    { environment: { IDENTITY_RULE: "map", IDENTITY_MAP: JSON.stringify({ [robin]: "ROBIN-R" }) } },
  ));

const outsideSentence =
  "GitHub user nat-n is not a member of the organisation acme; add the person to the organisation first, or set the target's setting invite to true";
for (const asked of [false, true])
  test(`a person outside the organisation${asked ? " with another administrator's invitation" : ""} is refused and not invited`, () =>
    inOrganization(async ({ github, send, countOf }) => {
      github.createUser("nat-n");
      github.addIdentity("acme", "nat.newcomer@example.com", "nat-n");
      if (asked) github.invite("acme", "nat-n");
      const { answer } = await send(withRequester(escalate, "nat.newcomer@example.com"));
      expect(answer).toMatchObject({ body: { outcome: "refused" }, errors: [outsideSentence] });
      expect(github.invitations("acme")).toEqual(asked ? ["nat-n"] : []);
      expect(countOf(put)).toBe(0);
    }));

test("a revoke without invite does not cancel another administrator's invitation", () =>
  inOrganization(async ({ github, send }) => {
    github.createUser("nat-n");
    github.addIdentity("acme", "nat.newcomer@example.com", "nat-n");
    github.invite("acme", "nat-n");
    const { answer } = await send(withRequester(deescalate, "nat.newcomer@example.com"));
    expect(answer.body["outcome"]).toBe("nothing-to-revoke");
    expect(github.invitations("acme")).toEqual(["nat-n"]);
  }));

test("escalate for a team that does not exist is refused and creates nothing", () =>
  inOrganization(async ({ sandbox, send }) => {
    const { answer } = await send(withSettings(escalate, { team_slug: "plattform" }));
    expect(answer).toMatchObject({
      body: { outcome: "refused" },
      errors: [
        "GitHub team acme/plattform does not exist, or is hidden from this function; correct the target's settings, or let the App or the token's owner see the team",
      ],
    });
    expect(sandbox.github.members("acme", "platform")).toEqual({});
  }));

test("deescalate for a team that cannot be found is an error, because its name may be misspelt", () =>
  inOrganization(async ({ send }) => {
    const { answer } = await send(withSettings(deescalate, { team_slug: "plattform" }));
    expect(answer.body).toMatchObject({ outcome: "refused" });
    expect(answer.body["message"]).toMatch(/^Your access to Production admins may not have ended: /);
  }));

const mapped = {
  environment: { IDENTITY_RULE: "map", IDENTITY_MAP: JSON.stringify({ [robin]: "robin-r" }) },
};
test("escalate for an account that does not exist is refused, and deescalate has nothing to revoke", () =>
  inOrganization(async ({ github, send }) => {
    github.deleteUser("robin-r");
    expect((await send(escalate)).answer).toMatchObject({
      body: { outcome: "refused" },
      errors: [
        "GitHub user robin-r does not exist; correct the mapping to logins (IDENTITY_RULE), or ask the person to create the account",
      ],
    });
    expect((await send(deescalate)).answer).toMatchObject({
      body: { outcome: "nothing-to-revoke" },
      errors: [],
    });
  }, mapped));

test("an organisation's account is refused as a requester", () =>
  inOrganization(async ({ github, send }) => {
    github.deleteUser("robin-r");
    github.createOrganization("robin-r");
    expect((await send(withSettings(escalate, { invite: "true" }))).answer.errors).toEqual([
      "GitHub account robin-r does not belong to a person; correct the mapping to logins (IDENTITY_RULE)",
    ]);
    expect(github.members("acme", "platform")).toEqual({});
  }, mapped));

test("a team synchronised from an identity provider is refused, and the answer names its group", () =>
  inOrganization(async ({ github, send, placeOf }) => {
    github.synchronizeTeam("acme", "platform", "Platform engineers");
    const { answer } = await send(escalate);
    expect(answer).toMatchObject({
      body: { outcome: "refused" },
      errors: [
        "GitHub team acme/platform is synchronised with the group Platform engineers of the identity provider, so only the identity provider can change the team's members; grant that group instead",
      ],
    });
    expect(placeOf("robin-r")).toBeUndefined();
    github.setTeamMember("acme", "platform", "robin-r");
    expect((await send(deescalate)).answer.body["outcome"]).toBe("refused");
    expect(placeOf("robin-r")).toBe("member");
  }));

test("a refusal without a reason does not advise an App to become an App", async () => {
  const between = await startInBetween();
  await inOrganization(
    async ({ github, send }) => {
      between.passTo(github.url);
      between.answer("PUT /organizations/*/team/*/memberships/robin-r", {
        status: 403,
        headers: { "content-type": "application/json" },
        body: '{"message":"Team synchronization is on"}',
      });
      const { answer } = await send(escalate);
      expect(answer.errors[0]).toMatch(
        /^GitHub does not allow this function to call PUT .*; if an identity provider manages the team, which an App cannot see, grant the identity provider's group instead; otherwise ask an owner of the organisation/,
      );
    },
    { environment: { GITHUB_API_URL: between.url } },
  );
  await between.close();
});

test("a suspended account is refused, because a membership has no effect, and can still be revoked", () =>
  inOrganization(async ({ github, send, placeOf }) => {
    github.suspendUser("robin-r");
    expect((await send(escalate)).answer).toMatchObject({
      body: { outcome: "refused" },
      errors: [
        "GitHub user robin-r is suspended, so a team membership would have no effect; ask a GitHub administrator to unsuspend the user first",
      ],
    });
    expect(placeOf("robin-r")).toBeUndefined();
    const other = withRequester(escalate, sam);
    github.addIdentity("acme", sam, "sam-s");
    await send(other);
    github.suspendUser("sam-s");
    expect((await send(withRequester(deescalate, sam))).answer.body["outcome"]).toBe("revoked");
    expect(placeOf("sam-s")).toBeUndefined();
  }));

test("a change succeeds even if its response is lost", () =>
  inOrganization(async ({ sandbox, send, placeOf }) => {
    sandbox.faults.inject({ action: put, kind: "answer-lost" });
    expect((await send(escalate)).answer.body["outcome"]).toBe("granted");
    sandbox.faults.inject({ action: remove, kind: "answer-lost" });
    expect((await send(deescalate)).answer.body["outcome"]).toBe("revoked");
    expect(placeOf("robin-r")).toBeUndefined();
  }));

const path = "/organizations/{organizationId}/team/{teamId}/memberships/{login}";
const failures = [
  {
    what: "a missing permission to change",
    fault: { action: put, kind: "access-denied", times: 1 } as const,
    sentence: `GitHub does not allow this function to call PUT ${path}; the call needs members=write`,
  },
  {
    what: "a missing permission to read",
    fault: { action: "orgs/get-membership-for-user", kind: "access-denied", times: 1 } as const,
    sentence:
      "GitHub does not allow this function to call GET /orgs/{org}/memberships/{username}; the call needs members=write",
  },
  {
    what: "an outage of GitHub",
    fault: { action: "teams/get-by-name", kind: "internal-error", times: 3 } as const,
    sentence:
      "GitHub did not complete GET /orgs/{org}/teams/{team_slug} (502), so the call changed nothing; try again in a minute",
  },
  {
    what: "a failure of GitHub during a change",
    fault: { action: put, kind: "internal-error", times: 3 } as const,
    sentence: `GitHub did not complete PUT ${path} (502), so the access may or may not have changed; check GitHub for the change, then try again`,
  },
  {
    what: "a broken connection",
    fault: { action: put, kind: "reset", times: 3 } as const,
    sentence: `GitHub did not complete PUT ${path} (no answer), so the access may or may not have changed; check GitHub for the change, then try again`,
  },
  {
    what: "a timeout of GitHub",
    fault: { action: put, kind: "timeout", times: 3 } as const,
    sentence:
      "The target system did not answer in time, so the access may or may not have changed; check the target system for the change, then try again",
  },
];
for (const { what, fault, sentence } of failures)
  test(`the answer reports ${what}, without GitHub's own error text`, () =>
    inOrganization(
      async ({ sandbox, send, placeOf }) => {
        sandbox.faults.inject(fault);
        const { answer, logs } = await send(escalate);
        expect(answer).toMatchObject({ body: { outcome: "failed" }, errors: [sentence] });
        expect(placeOf("robin-r")).toBeUndefined();
        expect(logs).not.toContain("example.com");
        expect(logs).not.toContain("robin-r");
      },
      { timeout: 5_000 },
    ));

const targets = [
  {
    setting: { org: "" },
    problem: "has nothing as its setting org; set it to the name of a GitHub organisation",
  },
  { setting: { org: "acme/../octo" }, problem: 'Target prod-admins has "acme/../octo" as its setting org' },
  { setting: { team_slug: ".." }, problem: 'Target prod-admins has ".." as its setting team_slug' },
  { setting: { team_slug: "a/memberships/b" }, problem: 'has "a/memberships/b" as its setting team_slug' },
  { setting: { team_slug: "a%2Fb" }, problem: 'Target prod-admins has "a%2Fb" as its setting team_slug' },
  { setting: { role: "czar" }, problem: 'has "czar" as its setting role; set it to member or maintainer' },
  { setting: { invite: "yes" }, problem: 'has "yes" as its setting invite; set it to true or false' },
];
for (const { setting, problem } of targets)
  test(`the setting ${JSON.stringify(setting)} is refused before any call`, () =>
    inOrganization(async ({ sandbox, send }) => {
      const { answer } = await send(withSettings(escalate, setting));
      expect(answer).toMatchObject({
        body: { outcome: "refused" },
        errors: [expect.stringContaining(problem)],
      });
      expect(sandbox.calls).toEqual([]);
    }));

test("a team name in the settings' prototype is ignored", () =>
  inOrganization(async ({ sandbox, send }) => {
    const { team_slug: _team, ...settings } = escalate.fields.target.settings;
    const hostile = structuredClone(escalate);
    // Only a JSON parser, such as Lambda's, makes an own property of this name.
    hostile.fields.target.settings = JSON.parse(
      JSON.stringify(settings).replace("{", '{"__proto__":{"team_slug":"platform"},'),
    );
    const { answer } = await send(hostile);
    expect(answer.body["outcome"]).toBe("refused");
    expect(sandbox.calls).toEqual([]);
  }));
