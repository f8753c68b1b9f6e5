// Which requests are for the same access, which run an event belongs to, and which invocation does the work.
import { passTime } from "@sym/local-lambda/table-time";
import { testPayload } from "@sym/test-payloads/payloads";
import { expect, test } from "vitest";
import {
  deescalate,
  escalate,
  inAccount,
  robin,
  sam,
  withRequester,
  withRun,
  withSettings,
} from "./world.test-support.ts";

const sweep = { event: { type: "sweep" } };
const second = {
  escalate: testPayload("overlap-escalate.json"),
  deescalate: testPayload("overlap-deescalate.json"),
};
const correct = { group_name: "admins-of-prod" };

const spellings = [
  {
    what: "the group and the target have a new name",
    rename: true,
    escalate: withSettings(second.escalate, correct),
    deescalate: withSettings(second.deescalate, correct),
    group: "admins-of-prod",
  },
  {
    what: "the target has the group's name in another case",
    escalate: withSettings(second.escalate, { group_name: "Prod-Admins" }),
    deescalate: withSettings(second.deescalate, { group_name: "Prod-Admins" }),
  },
  {
    what: "the e-mail is in another case",
    escalate: withRequester(second.escalate, "Robin.Requester@Example.com"),
    deescalate: withRequester(second.deescalate, "Robin.Requester@Example.com"),
  },
];
for (const { what, rename, group = "prod-admins", ...other } of spellings)
  test(`two requests share one access if ${what}`, () =>
    inAccount(async ({ sandbox, send }) => {
      await send(escalate);
      if (rename) sandbox.iam.renameGroup("prod-admins", group);
      expect((await send(other.escalate)).answer).toMatchObject({ body: { outcome: "granted" }, errors: [] });
      expect((await send(deescalate)).answer).toMatchObject({
        body: { outcome: "kept-for-other-request" },
        errors: [],
      });
      expect(sandbox.iam.members(group)).toEqual([robin]);
      expect((await send(other.deescalate)).answer).toMatchObject({
        body: { outcome: "revoked" },
        errors: [],
      });
      expect(sandbox.iam.members(group)).toEqual([]);
    }));

test("a run id that is reused for another group is refused, and revokes only its first access", () =>
  inAccount(async ({ sandbox, dynamoDb, send }) => {
    sandbox.iam.createGroup("auditors");
    await send(escalate);
    const { answer } = await send(withSettings(escalate, { group_name: "auditors" }));
    expect(answer).toMatchObject({
      body: { outcome: "refused" },
      errors: [
        "The id of this request belongs to another access, person or role, so nothing was changed for IAM group auditors in account 123456789012; make a new request",
      ],
    });
    expect(sandbox.iam.groupsOf(robin)).toEqual(["prod-admins"]);
    expect((await send(deescalate)).answer.body["outcome"]).toBe("revoked");
    expect(sandbox.iam.groupsOf(robin)).toEqual([]);
    await passTime(dynamoDb, 24 * 3_600_000);
    expect((await send(sweep)).answer.body).toMatchObject({ due: 0, failed: 0 });
  }));

test("groups and users with equal names in two AWS accounts are two accesses", () =>
  inAccount(async ({ sandbox, send }) => {
    const role_arn = "arn:aws:iam::210987654321:role/sym-iam-group";
    const there = sandbox.iam.account("210987654321");
    there.createUser(robin);
    there.createGroup("prod-admins");
    sandbox.sts.createRole(role_arn);
    const elsewhere = {
      escalate: withSettings(second.escalate, { role_arn }),
      deescalate: withSettings(second.deescalate, { role_arn }),
    };
    for (const payload of [escalate, elsewhere.escalate])
      expect((await send(payload)).answer.body["outcome"]).toBe("granted");
    expect((await send(deescalate)).answer).toMatchObject({ body: { outcome: "revoked" }, errors: [] });
    expect([sandbox.iam.members("prod-admins"), there.members("prod-admins")]).toEqual([[], [robin]]);
    expect((await send(elsewhere.deescalate)).answer.body["outcome"]).toBe("revoked");
    expect(there.members("prod-admins")).toEqual([]);
  }));

test("a run id that is reused for another account is refused, also without a duration", () =>
  inAccount(async ({ sandbox, dynamoDb, send }) => {
    const role_arn = "arn:aws:iam::210987654321:role/sym-iam-group";
    const there = sandbox.iam.account("210987654321");
    there.createUser(robin);
    there.createGroup("prod-admins");
    sandbox.sts.createRole(role_arn);
    const endless = testPayload("no-duration-escalate.json");
    expect((await send(endless)).answer.body["outcome"]).toBe("granted");
    expect((await send(withSettings(endless, { role_arn }))).answer).toMatchObject({
      body: { outcome: "refused" },
      errors: [expect.stringMatching(/^The id of this request belongs to another access, .* 210987654321; /)],
    });
    expect([sandbox.iam.members("prod-admins"), there.members("prod-admins")]).toEqual([[robin], []]);
    await passTime(dynamoDb, 24 * 3_600_000);
    expect((await send(sweep)).answer.body).toMatchObject({ failed: 0, orphans: 0 });
    expect((await send(testPayload("no-duration-deescalate.json"))).answer.body["outcome"]).toBe("revoked");
    expect(sandbox.iam.members("prod-admins")).toEqual([]);
  }));

test("a run id that is reused for another person is refused, and revokes only its first access", () =>
  inAccount(async ({ sandbox, send }) => {
    sandbox.iam.createUser(sam);
    await send(escalate);
    expect((await send(withRequester(escalate, sam))).answer).toMatchObject({
      body: { outcome: "refused" },
      errors: [expect.stringMatching(/^The id of this request belongs to another access, person or role/)],
    });
    expect(sandbox.iam.members("prod-admins")).toEqual([robin]);
    expect((await send(deescalate)).answer.body["outcome"]).toBe("revoked");
    expect(sandbox.iam.members("prod-admins")).toEqual([]);
  }));

for (const runId of ["constructor", "__proto__", "toString"])
  test(`a run with the id ${runId} does not revoke standing access`, () =>
    inAccount(async ({ sandbox, send }) => {
      sandbox.iam.addMember(robin, "prod-admins");
      expect((await send(withRun(deescalate, runId))).answer.body["outcome"]).toBe("nothing-to-revoke");
      await send(escalate);
      const ofRun = second.escalate;
      expect((await send(withRun(ofRun, runId))).answer.body["outcome"]).toBe("refused");
      const other = `${runId}-2`;
      expect((await send(withRun(ofRun, other))).answer.body["outcome"]).toBe("already-had-access");
      expect((await send(withRun(deescalate, runId))).answer.body["outcome"]).toBe("nothing-to-revoke");
      for (const ended of [deescalate, withRun(deescalate, other)])
        expect((await send(ended)).answer.body["outcome"]).toBe("kept-standing");
      expect(sandbox.iam.members("prod-admins")).toEqual([robin]);
    }));

for (const runId of ["constructor", "__proto__", "toString"])
  test(`a run with the id ${runId} grants and revokes access`, () =>
    inAccount(async ({ sandbox, send }) => {
      expect((await send(withRun(escalate, runId))).answer.body["outcome"]).toBe("granted");
      expect((await send(withRun(escalate, runId))).answer.body["outcome"]).toBe("granted");
      expect((await send(withRun(deescalate, runId))).answer.body["outcome"]).toBe("revoked");
      expect(sandbox.iam.members("prod-admins")).toEqual([]);
    }));

test("an event that Lambda delivers twice with one request id grants and revokes once", () =>
  inAccount(async ({ sandbox, send }) => {
    const granted = await Promise.all([send(escalate, "request-1"), send(escalate, "request-1")]);
    expect(granted.map(({ answer }) => answer.body["outcome"])).toEqual(["granted", "granted"]);
    expect(sandbox.calls.filter(({ action }) => action === "AddUserToGroup")).toHaveLength(1);
    const ended = await Promise.all([send(deescalate, "request-2"), send(deescalate, "request-2")]);
    expect(ended.map(({ answer }) => answer.body["outcome"]).sort()).toEqual([
      "nothing-to-revoke",
      "revoked",
    ]);
    expect(sandbox.calls.filter(({ action }) => action === "RemoveUserFromGroup")).toHaveLength(1);
  }));

test("of a sweep that Lambda delivers twice, the slower delivery revokes no newer grant", () =>
  inAccount(
    async ({ sandbox, dynamoDb, send }) => {
      await send(escalate);
      await passTime(dynamoDb, 92 * 60_000);
      sandbox.faults.inject({ action: "RemoveUserFromGroup", kind: "timeout" });
      const slow = send(sweep, "request-1");
      await expect.poll(() => sandbox.calls.at(-1)).toMatchObject({ status: 0 });
      expect((await send(sweep, "request-1")).answer.body).toMatchObject({ finished: 0, failed: 0 });
      const granted = await send(second.escalate);
      await slow;
      expect(granted.answer).toMatchObject({ body: { outcome: "granted" }, errors: [] });
      expect(sandbox.iam.members("prod-admins")).toEqual([robin]);
    },
    {},
    20_000,
  ));
