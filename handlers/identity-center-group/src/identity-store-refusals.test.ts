import { expect, test } from "vitest";
import {
  deescalate,
  escalate,
  forever,
  inStoreWithoutLeases as inStore,
  robin,
  storeId,
} from "./world.test-support.ts";

const subject = `Identity Center user ${robin}`;
const resource = "Identity Center group prod-admins";
const where = `identity store ${storeId} in us-east-1`;
const unique = { Reason: "UNIQUENESS_CONSTRAINT_VIOLATION" };
const concurrent = { Reason: "CONCURRENT_MODIFICATION" };
const conflict = { action: "CreateGroupMembership", code: "ConflictException" };
const gone = { action: "DeleteGroupMembership", code: "ResourceNotFoundException" };

test("a conflict because the person has just become a member counts as granted", () =>
  inStore(async ({ sandbox, send, count }) => {
    sandbox.identityStore.refuse({ ...conflict, members: unique });
    expect((await send(escalate)).answer).toMatchObject({ body: { outcome: "granted" }, errors: [] });
    expect(count()).toMatchObject({ CreateGroupMembership: 1 });
  }));

test("escalate and deescalate wait for a concurrent change", () =>
  inStore(async ({ sandbox, store, send, count }) => {
    sandbox.identityStore.refuse({ ...conflict, members: concurrent, times: 2 });
    expect((await send(escalate)).answer.body["outcome"]).toBe("granted");
    expect(count()["CreateGroupMembership"]).toBe(3);
    const action = "DeleteGroupMembership";
    sandbox.identityStore.refuse({ ...conflict, action, members: concurrent, times: 2 });
    expect((await send(deescalate)).answer.body["outcome"]).toBe("revoked");
    expect(count()[action]).toBe(3);
    expect(store.members("prod-admins")).toEqual([]);
  }));

test("a conflict without a reason counts as granted only if the person is a member", () =>
  inStore(async ({ sandbox, store, send, count }) => {
    sandbox.identityStore.refuse(conflict);
    expect((await send(escalate)).answer).toMatchObject({
      body: { outcome: "failed" },
      errors: [`AWS could not add ${subject} to ${resource} because of a concurrent change; try again`],
    });
    store.addMember(robin, "prod-admins");
    sandbox.identityStore.refuse(conflict);
    expect((await send(escalate)).answer.body["outcome"]).toBe("already-had-access");
    expect(count()).toMatchObject({ CreateGroupMembership: 2, GetGroupMembershipId: 2 });
  }));

test("a conflict without a reason is retried when a person is removed", () =>
  inStore(async ({ sandbox, store, send, count }) => {
    await send(escalate);
    sandbox.identityStore.refuse({ ...conflict, action: "DeleteGroupMembership", times: 2 });
    expect((await send(deescalate)).answer).toMatchObject({ body: { outcome: "revoked" }, errors: [] });
    expect(count()["DeleteGroupMembership"]).toBe(3);
    expect(store.members("prod-admins")).toEqual([]);
    await send(escalate);
    sandbox.identityStore.refuse({ ...conflict, action: "DeleteGroupMembership", times: forever });
    expect((await send(deescalate)).answer.errors).toEqual([
      `AWS is still processing another change of ${resource}; try again in a minute`,
    ]);
  }));

for (const as of ["member", "header"] as const)
  test(`the handler waits as long as AWS says in a ${as} before it retries`, () =>
    inStore(async ({ sandbox, send, count }) => {
      sandbox.identityStore.throttle("CreateGroupMembership", 1, as);
      expect((await send(escalate)).answer.body["outcome"]).toBe("granted");
      expect(count()["CreateGroupMembership"]).toBe(2);
    }));

test("a retry after the function's deadline fails without a wait", () =>
  inStore(async ({ sandbox, send, count }) => {
    sandbox.identityStore.throttle("CreateGroupMembership", 60);
    expect((await send(escalate)).answer.errors).toEqual([
      `AWS is throttling identitystore:CreateGroupMembership on ${resource}; try again in a minute`,
    ]);
    expect(count()["CreateGroupMembership"]).toBe(1);
  }));

test("throttling that passes is retried", () =>
  inStore(async ({ sandbox, send, count }) => {
    sandbox.faults.inject({ action: "GetUserId", kind: "throttle", times: 2 });
    sandbox.faults.inject({ action: "CreateGroupMembership", kind: "reset" });
    expect((await send(escalate)).answer.body["outcome"]).toBe("granted");
    expect(count()).toMatchObject({ GetUserId: 4, CreateGroupMembership: 2 });
  }));

test("a change succeeds even if its response is lost", () =>
  inStore(async ({ sandbox, store, send }) => {
    sandbox.faults.inject({ action: "CreateGroupMembership", kind: "answer-lost" });
    expect((await send(escalate)).answer.body["outcome"]).toBe("granted");
    sandbox.faults.inject({ action: "DeleteGroupMembership", kind: "answer-lost" });
    expect((await send(deescalate)).answer.body["outcome"]).toBe("revoked");
    expect(store.members("prod-admins")).toEqual([]);
  }));

test("a revoke succeeds if the membership or person is gone, and fails if the group is missing", () =>
  inStore(async ({ sandbox, send }) => {
    for (const ResourceType of ["GROUP_MEMBERSHIP", "USER"]) {
      await send(escalate);
      sandbox.identityStore.refuse({ ...gone, members: { ResourceType } });
      expect((await send(deescalate)).answer).toMatchObject({ body: { outcome: "revoked" }, errors: [] });
    }
    sandbox.identityStore.refuse({ ...gone, members: { ResourceType: "GROUP" } });
    const { answer } = await send(deescalate);
    expect(answer.errors).toEqual([
      `${resource} does not exist in ${where}; correct the target's setting group_id or group_name, or create the group`,
    ]);
  }));

const key = `the key that encrypts ${where}`;
const refusals = [
  {
    what: "a KMS key that the role may not use",
    refusal: { code: "AccessDeniedException", members: { Reason: "KMS_ACCESS_DENIED" } },
    sentence: `This function is not allowed to use ${key}; add kms:Decrypt on the key to the policy of its role`,
  },
  {
    what: "a deleted KMS key",
    refusal: { code: "ResourceNotFoundException", members: { Reason: "KMS_KEY_NOT_FOUND" } },
    sentence: `AWS cannot use ${key} (KMS_KEY_NOT_FOUND); repair the key, then try again`,
  },
  {
    what: "a disabled KMS key",
    refusal: { code: "ValidationException", members: { Reason: "KMS_DISABLED" } },
    sentence: `AWS cannot use ${key} (KMS_DISABLED); repair the key, then try again`,
  },
];
for (const { what, refusal, sentence } of refusals)
  for (const action of ["GetUserId", "GetGroupMembershipId"])
    test(`${what} is an error of ${action}, not a missing person`, () =>
      inStore(async ({ sandbox, store, send }) => {
        store.addMember(robin, "prod-admins");
        sandbox.identityStore.refuse({ action, ...refusal, times: 2 });
        expect((await send(deescalate)).answer).toMatchObject({
          body: { outcome: "failed" },
          errors: [sentence],
        });
      }));

const failures = [
  {
    what: "a store that mirrors a directory or rejects the call",
    refusal: { ...conflict, code: "ValidationException" },
    outcome: "refused",
    sentence: `AWS does not accept identitystore:CreateGroupMembership on ${resource} in ${where}; if the store mirrors Active Directory, change the group in Active Directory, otherwise check the target's settings`,
  },
  {
    what: "an exceeded quota",
    refusal: { ...conflict, code: "ServiceQuotaExceededException" },
    outcome: "refused",
    sentence: `A quota of ${where} is used up, so no member can be added to ${resource}; ask AWS to raise the quota, then request the access again`,
  },
  {
    what: "a concurrent change that does not end",
    refusal: { ...conflict, members: concurrent, times: forever },
    sentence: `AWS is still processing another change of ${resource}; try again in a minute`,
  },
  {
    what: "persistent throttling",
    fault: { action: "CreateGroupMembership", kind: "throttle", times: forever } as const,
    sentence: `AWS is throttling identitystore:CreateGroupMembership on ${resource}; try again in a minute`,
  },
  {
    what: "a role whose credentials AWS does not accept",
    refusal: { ...conflict, code: "UnrecognizedClientException" },
    sentence: `AWS did not accept the credentials for identitystore:CreateGroupMembership on ${resource} (UnrecognizedClientException); check the function's role`,
  },
  {
    what: "a missing permission to change",
    fault: { action: "CreateGroupMembership", kind: "access-denied" } as const,
    sentence: `This function is not allowed to call identitystore:CreateGroupMembership on ${resource} in ${where}; add the action to the policy of its role, which must be in the account that administers Identity Center`,
  },
  {
    what: "an outage of Identity Center",
    fault: { action: "GetUserId", kind: "internal-error", times: forever } as const,
    sentence: `AWS did not complete identitystore:GetUserId on ${subject} (InternalServerException), so the call changed nothing; try again in a minute`,
  },
  {
    what: "a failure of Identity Center during a change",
    fault: { action: "CreateGroupMembership", kind: "internal-error", times: forever } as const,
    sentence: `AWS did not complete identitystore:CreateGroupMembership on ${resource} (InternalServerException), so it may or may not have changed; check AWS for the change, then try again`,
  },
  {
    what: "a timeout of Identity Center",
    fault: { action: "IsMemberInGroups", kind: "timeout", times: forever } as const,
    sentence:
      "The target system did not answer in time, so the access may or may not have changed; check the target system for the change, then try again",
  },
];
for (const { what, fault, refusal, outcome = "failed", sentence } of failures)
  test(`the answer reports ${what}, without AWS's own error text`, () =>
    inStore(
      async ({ sandbox, store, send }) => {
        if (fault) sandbox.faults.inject(fault);
        if (refusal) sandbox.identityStore.refuse(refusal);
        expect((await send(escalate)).answer).toMatchObject({ body: { outcome }, errors: [sentence] });
        expect(store.members("prod-admins")).toEqual([]);
      },
      { milliseconds: 4_000 },
    ));

const untyped = [
  { action: "GetUserId", times: 2, sentence: `${subject} does not exist in ${where}` },
  { action: "GetGroupId", sentence: `${resource} does not exist in ${where}` },
  { action: "DescribeGroup", sentence: `${resource} does not exist in ${where}` },
];
for (const { sentence, ...call } of untyped)
  test(`the answer names what ${call.action} did not find, even if AWS does not say`, () =>
    inStore(async ({ sandbox, send }) => {
      sandbox.identityStore.refuse({ ...call, code: "ResourceNotFoundException" });
      expect((await send(escalate)).answer).toMatchObject({
        body: { outcome: "refused" },
        errors: [expect.stringContaining(sentence)],
      });
    }));

test("the answer names both user and group if AWS does not say which is missing", () =>
  inStore(async ({ sandbox, send }) => {
    sandbox.identityStore.refuse({ ...conflict, code: "ResourceNotFoundException" });
    const { answer } = await send(escalate);
    expect(answer.errors).toEqual([
      `${subject} or ${resource} does not exist in ${where}, and AWS does not say which; check both in IAM Identity Center, then try again`,
    ]);
  }));
