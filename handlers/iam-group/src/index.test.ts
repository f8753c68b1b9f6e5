import { testPayload } from "@sym/test-payloads/payloads";
import { expect, test } from "vitest";
import {
  deescalate,
  escalate,
  inAccount as inLeasedAccount,
  robin,
  withRequester,
  withSettings,
} from "./world.test-support.ts";

const resource = "IAM group prod-admins in account 123456789012";

// The exchange with IAM is the same with and without leases; leases.test.ts tests the leases.
const inAccount: typeof inLeasedAccount = (play, environment) =>
  inLeasedAccount(play, { LEASES: "off", ...environment });

test("escalate adds the requester to the group, and deescalate removes the requester", () =>
  inAccount(async ({ sandbox, send }) => {
    const granted = await send(escalate);
    expect(granted.answer).toMatchObject({
      body: {
        outcome: "granted",
        system: "iam-group",
        resource,
        subject: `IAM user ${robin}`,
        run_id: "11111111-1111-4111-8111-111111111111",
      },
      errors: [],
    });
    expect(granted.answer.body["message"]).toMatch(
      /^You now have access to IAM group prod-admins .* until .* UTC\.$/,
    );
    expect(sandbox.iam.members("prod-admins")).toEqual([robin]);

    const revoked = await send(deescalate);
    expect(revoked.answer).toMatchObject({ body: { outcome: "revoked" }, errors: [] });
    expect(sandbox.iam.members("prod-admins")).toEqual([]);
  }));

test("a duplicate event changes nothing, and the answer says so", () =>
  inAccount(async ({ sandbox, send }) => {
    await send(escalate);
    expect((await send(escalate)).answer).toMatchObject({
      body: { outcome: "already-had-access" },
      errors: [],
    });
    expect(sandbox.iam.members("prod-admins")).toEqual([robin]);
    await send(deescalate);
    expect((await send(deescalate)).answer).toMatchObject({
      body: { outcome: "nothing-to-revoke" },
      errors: [],
    });
    expect(sandbox.iam.members("prod-admins")).toEqual([]);
  }));

test("a request changes only the requester's membership", () =>
  inAccount(async ({ sandbox, send }) => {
    sandbox.iam.createUser("sam.standing@example.com");
    sandbox.iam.createGroup("other");
    sandbox.iam.addMember("sam.standing@example.com", "prod-admins");
    sandbox.iam.addMember(robin, "other");
    await send(escalate);
    await send(deescalate);
    expect(sandbox.iam.members("prod-admins")).toEqual(["sam.standing@example.com"]);
    expect(sandbox.iam.members("other")).toEqual([robin]);
  }));

test("a membership is found among several pages of groups", () =>
  inAccount(async ({ sandbox, send }) => {
    for (const name of ["a", "b", "c", "d", "e", "f", "g", "h", "i"]) {
      sandbox.iam.createGroup(name);
      sandbox.iam.addMember(robin, name);
    }
    expect((await send(escalate)).answer.body["outcome"]).toBe("granted");
    expect((await send(escalate)).answer.body["outcome"]).toBe("already-had-access");
  }));

const doesNotExist = [
  {
    what: "a user",
    payload: withRequester(escalate, "nobody@example.com"),
    sentence:
      "IAM user nobody@example.com does not exist; create the user, or map the requester to another user with IDENTITY_RULE",
  },
  {
    what: "a group",
    payload: withSettings(escalate, { group_name: "prod-admin" }),
    sentence:
      "IAM group prod-admin in account 123456789012 does not exist; correct the target's setting group_name, or create the group",
  },
];
for (const { what, payload, sentence } of doesNotExist)
  test(`escalate for ${what} that does not exist is refused and creates nothing`, () =>
    inAccount(async ({ sandbox, send }) => {
      const before = sandbox.snapshot();
      const { answer } = await send(payload);
      expect(answer).toMatchObject({ body: { outcome: "refused" }, errors: [sentence] });
      expect(sandbox.snapshot()).toEqual(before);
    }));

test("deescalate for a deleted user has nothing to revoke", () =>
  inAccount(async ({ sandbox, send }) => {
    await send(escalate);
    sandbox.iam.removeMember(robin, "prod-admins");
    sandbox.iam.deleteUser(robin);
    expect((await send(deescalate)).answer).toMatchObject({
      body: { outcome: "nothing-to-revoke" },
      errors: [],
    });
  }));

test("deescalate for a group that cannot be found is an error, because its name may be misspelt", () =>
  inAccount(async ({ send }) => {
    const { answer } = await send(withSettings(deescalate, { group_name: "prod-admin" }));
    expect(answer).toMatchObject({ body: { outcome: "refused" }, errors: [doesNotExist[1]?.sentence] });
    expect(answer.body["message"]).toMatch(/^Your access to Production admins may not have ended: /);
  }));

test("a user in ten groups is refused with their names, and stays in the groups", () =>
  inAccount(async ({ sandbox, send }) => {
    const groups = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
    for (const name of groups) {
      sandbox.iam.createGroup(name);
      sandbox.iam.addMember(robin, name);
    }
    const { answer } = await send(escalate);
    expect(answer).toMatchObject({
      body: { outcome: "refused" },
      errors: [
        `IAM user ${robin} is in as many groups as IAM allows (${groups.join(", ")}); remove the user from one of these groups, then request the access again`,
      ],
    });
    expect(sandbox.iam.groupsOf(robin)).toEqual(groups);
  }));

test("throttling that passes is retried", () =>
  inAccount(async ({ sandbox, send }) => {
    sandbox.faults.inject({ action: "AddUserToGroup", kind: "throttle", times: 2 });
    expect((await send(escalate)).answer.body["outcome"]).toBe("granted");
    expect(sandbox.iam.members("prod-admins")).toEqual([robin]);
  }));

test("a change succeeds even if its response is lost", () =>
  inAccount(async ({ sandbox, send }) => {
    sandbox.faults.inject({ action: "AddUserToGroup", kind: "answer-lost" });
    expect((await send(escalate)).answer.body["outcome"]).toBe("granted");
    sandbox.faults.inject({ action: "RemoveUserFromGroup", kind: "answer-lost" });
    expect((await send(deescalate)).answer.body["outcome"]).toBe("revoked");
    expect(sandbox.iam.members("prod-admins")).toEqual([]);
  }));

const failures = [
  {
    what: "persistent throttling",
    fault: { action: "AddUserToGroup", kind: "throttle", times: Number.POSITIVE_INFINITY } as const,
    sentence: `AWS is throttling iam:AddUserToGroup on ${resource}; try again in a minute`,
  },
  {
    what: "a missing permission to change",
    fault: { action: "AddUserToGroup", kind: "access-denied" } as const,
    sentence: `This function is not allowed to call iam:AddUserToGroup on ${resource}; add the action to the policy of its role`,
  },
  {
    what: "a missing permission to read",
    fault: { action: "ListGroupsForUser", kind: "access-denied" } as const,
    sentence: `This function is not allowed to call iam:ListGroupsForUser on IAM user ${robin}; add the action to the policy of its role`,
  },
  {
    what: "an outage of IAM",
    fault: { action: "ListGroupsForUser", kind: "internal-error", times: Number.POSITIVE_INFINITY } as const,
    sentence: `AWS did not complete iam:ListGroupsForUser on IAM user ${robin} (ServiceFailureException), so the call changed nothing; try again in a minute`,
  },
  {
    what: "a failure of IAM during a change",
    fault: { action: "AddUserToGroup", kind: "internal-error", times: Number.POSITIVE_INFINITY } as const,
    sentence: `AWS did not complete iam:AddUserToGroup on ${resource} (ServiceFailureException), so it may or may not have changed; check AWS for the change, then try again`,
  },
  {
    what: "a timeout of IAM",
    fault: { action: "AddUserToGroup", kind: "timeout", times: Number.POSITIVE_INFINITY } as const,
    sentence:
      "The target system did not answer in time, so the access may or may not have changed; check the target system for the change, then try again",
  },
];
for (const { what, fault, sentence } of failures)
  test(`the answer reports ${what}, without AWS's own error text`, () =>
    inAccount(async ({ sandbox, send }) => {
      sandbox.faults.inject(fault);
      const { answer, logs } = await send(escalate);
      expect(answer).toMatchObject({ body: { outcome: "failed" }, errors: [sentence] });
      expect(sandbox.iam.members("prod-admins")).toEqual([]);
      expect(logs).not.toContain("example.com");
    }));

const targets = [
  { setting: { group_name: "" }, problem: "Target prod-admins has nothing as its setting group_name" },
  {
    setting: { group_name: "/ops/admins" },
    problem: 'Target prod-admins has "/ops/admins" as its setting group_name',
  },
  { setting: { role_arn: "admin" }, problem: 'Target prod-admins has "admin" as its setting role_arn' },
];
for (const { setting, problem } of targets)
  test(`the setting ${JSON.stringify(setting)} is refused before any call to AWS`, () =>
    inAccount(async ({ sandbox, send }) => {
      const { answer } = await send(withSettings(escalate, setting));
      expect(answer).toMatchObject({
        body: { outcome: "refused" },
        errors: [expect.stringContaining(problem)],
      });
      expect(sandbox.calls).toEqual([]);
    }));

test("a group name in the settings' prototype is ignored", () =>
  inAccount(async ({ sandbox, send }) => {
    const { answer } = await send(testPayload("proto-group-name-escalate.json"));
    expect(answer.body["outcome"]).toBe("refused");
    expect(sandbox.calls).toEqual([]);
  }));

test("markup in a target's name and settings cannot mention people in Slack", () =>
  inAccount(async ({ send }) => {
    const payload = withSettings(escalate, { group_name: "<!here>" });
    payload.fields.target.name = "<!channel>";
    const { body, errors } = (await send(payload)).answer;
    expect(errors).toEqual([
      expect.stringContaining('Target &lt;!channel&gt; has "&lt;!here&gt;" as its setting group_name'),
    ]);
    expect(body["message"]).not.toMatch(/[<>]/);
  }));

test("the handler assumes the target's role_arn, and changes the group in that account only", () =>
  inAccount(async ({ sandbox, send }) => {
    const role = "arn:aws:iam::210987654321:role/sym-iam-group";
    const there = sandbox.iam.account("210987654321");
    there.createUser(robin);
    there.createGroup("prod-admins");
    sandbox.sts.createRole(role);
    const { answer } = await send(withSettings(escalate, { role_arn: role }));
    expect(answer.body["resource"]).toBe("IAM group prod-admins in account 210987654321");
    expect(there.members("prod-admins")).toEqual([robin]);
    expect(sandbox.iam.members("prod-admins")).toEqual([]);
    await send(withSettings(deescalate, { role_arn: role }));
    expect(there.members("prod-admins")).toEqual([]);
    expect(sandbox.calls.filter(({ action }) => action === "AssumeRole")).toHaveLength(1);
  }));

test("the answer names a role that the function may not assume", () =>
  inAccount(async ({ send }) => {
    const { answer } = await send(
      withSettings(escalate, { role_arn: "arn:aws:iam::210987654321:role/missing" }),
    );
    expect(answer.errors).toEqual([
      "This function is not allowed to call sts:AssumeRole on arn:aws:iam::210987654321:role/missing; add the action to the policy of its role",
    ]);
  }));

const rules = [
  {
    rule: { IDENTITY_RULE: "local-part", IDENTITY_DOMAINS: "example.org, Example.com" },
    user: "robin.requester",
  },
  { rule: { IDENTITY_RULE: "map", IDENTITY_MAP: `{"Robin.Requester@example.com":"rr"}` }, user: "rr" },
];
for (const { rule, user } of rules)
  test(`IDENTITY_RULE=${rule.IDENTITY_RULE} finds the user ${user}`, () =>
    inAccount(async ({ sandbox, send }) => {
      sandbox.iam.createUser(user);
      expect((await send(escalate)).answer.body["subject"]).toBe(`IAM user ${user}`);
      expect(sandbox.iam.members("prod-admins")).toEqual([user]);
    }, rule));

const refusals = [
  {
    rule: { IDENTITY_RULE: "local-part", IDENTITY_DOMAINS: "example.org" },
    sentence: `${robin} is not in one of the domains example.org; add its domain to IDENTITY_DOMAINS`,
  },
  {
    rule: { IDENTITY_RULE: "map", IDENTITY_MAP: "{}" },
    sentence: `${robin} is not in IDENTITY_MAP; add the e-mail and its account`,
  },
  {
    rule: { IDENTITY_RULE: "local-part" },
    sentence:
      "This function is misconfigured: IDENTITY_RULE is local-part, which needs IDENTITY_DOMAINS, such as example.com,example.org",
  },
  {
    rule: { IDENTITY_RULE: "map", IDENTITY_MAP: "robin" },
    sentence: `This function is misconfigured: IDENTITY_RULE is map, which needs IDENTITY_MAP, such as {"robin@example.com":"robin"}`,
  },
  {
    rule: { IDENTITY_RULE: "guess" },
    sentence: `This function is misconfigured: IDENTITY_RULE is "guess", but must be email, local-part or map`,
  },
];
for (const { rule, sentence } of refusals)
  test(`the identity rule ${JSON.stringify(rule)} refuses the requester with a reason`, () =>
    inAccount(async ({ sandbox, send }) => {
      const { answer } = await send(escalate);
      expect(answer).toMatchObject({ body: { outcome: "refused" }, errors: [sentence] });
      expect(sandbox.calls).toEqual([]);
    }, rule));

test("an e-mail address that cannot be an IAM user name is refused", () =>
  inAccount(async ({ send }) => {
    const { answer } = await send(withRequester(escalate, "robin!admin@example.com"));
    expect(answer.errors).toEqual([
      '"robin!admin@example.com" cannot be the name of an IAM user; set IDENTITY_RULE=map, and add robin!admin@example.com with its account to IDENTITY_MAP',
    ]);
  }));

test("the local-part rule refuses an e-mail address with two @, for any allowed domain", () =>
  inAccount(
    async ({ sandbox, send }) => {
      sandbox.iam.createUser("a");
      sandbox.iam.createUser("a@evil.com");
      const { answer } = await send(withRequester(escalate, "a@evil.com@example.com"));
      expect(answer).toMatchObject({
        body: { outcome: "refused" },
        errors: [
          "a@evil.com@example.com has more than one @, so its domain is ambiguous; use an e-mail with one @",
        ],
      });
      expect(sandbox.calls).toEqual([]);
    },
    { IDENTITY_RULE: "local-part", IDENTITY_DOMAINS: "evil.com, example.com" },
  ));
