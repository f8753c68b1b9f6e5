import { passTime } from "@sym/local-lambda/table-time";
import { testPayload } from "@sym/test-payloads/payloads";
import { expect, test } from "vitest";
import {
  deescalate,
  escalate,
  inStore,
  inStoreWithoutLeases,
  robin,
  storeId,
  withSettings,
  withStore,
} from "./world.test-support.ts";

const scim = [{ Issuer: "https://scim.aws.com/00000000/issuer", Id: "701984" }];
const synced =
  "Identity Center group everybody is provisioned by an identity provider, whose next sync would undo the change; grant the group in the identity provider, or name a group that was created in Identity Center";
const everybody = (payload: typeof escalate) => withSettings(payload, { group_name: "everybody" });

test("of two overlapping requests, the last revoke removes the access", () =>
  inStore(async ({ store, send }) => {
    await send(escalate);
    await send(withStore("overlap-escalate.json"));
    expect((await send(deescalate)).answer.body["outcome"]).toBe("kept-for-other-request");
    expect(store.members("prod-admins")).toEqual([robin]);
    const last = await send(withStore("overlap-deescalate.json"));
    expect(last.answer.body).toMatchObject({
      outcome: "revoked",
      residual_access: expect.stringContaining("12 hours"),
    });
    expect(store.members("prod-admins")).toEqual([]);
  }));

test("a revoke finds the new membership of a person who was removed and added again", () =>
  inStore(async ({ store, send }) => {
    await send(escalate);
    store.removeMember(robin, "prod-admins");
    store.addMember(robin, "prod-admins");
    expect((await send(deescalate)).answer.body["outcome"]).toBe("revoked");
    expect(store.members("prod-admins")).toEqual([]);
  }));

test("a revoke finds a person and a group that were renamed", () =>
  inStore(async ({ store, send }) => {
    await send(escalate);
    store.renameUser(robin, { userName: "robin.married", email: "robin.married@example.com" });
    store.renameGroup("prod-admins", "production");
    store.createUser(robin);
    store.addMember(robin, store.createGroup("prod-admins"));
    expect((await send(deescalate)).answer).toMatchObject({ body: { outcome: "revoked" }, errors: [] });
    expect(store.members("production")).toEqual([]);
    expect(store.members("prod-admins")).toEqual([robin]);
  }));

test("a revoke for a deleted person succeeds", () =>
  inStore(async ({ store, dynamoDb, send }) => {
    await send(escalate);
    store.deleteUser(robin);
    expect((await send(deescalate)).answer).toMatchObject({ body: { outcome: "revoked" }, errors: [] });
    await passTime(dynamoDb, 24 * 3_600_000);
    expect((await send({ event: { type: "sweep" } })).answer.body).toMatchObject({ due: 0 });
  }));

test("deleting the group ends the access, and the answer says so", () =>
  inStore(async ({ store, dynamoDb, send }) => {
    await send(escalate);
    store.deleteGroup("prod-admins");
    await passTime(dynamoDb, 60_000);
    expect((await send(deescalate)).answer).toMatchObject({
      body: {
        outcome: "revoked",
        message:
          "Your access to Identity Center group prod-admins has ended: the resource no longer exists, so the access ended with it.",
      },
      errors: [],
    });
    await passTime(dynamoDb, 24 * 3_600_000);
    expect((await send({ event: { type: "sweep" } })).answer.body).toMatchObject({ due: 0 });
  }));

test("a missing identity store does not end the access to its groups, and the sweep retries", () =>
  inStore(async ({ sandbox, store, dynamoDb, send }) => {
    await send(escalate);
    await passTime(dynamoDb, 60_000);
    const lost = { code: "ResourceNotFoundException", members: { ResourceType: "IDENTITY_STORE" } };
    const lose = () => {
      for (const action of ["IsMemberInGroups", "DescribeGroup", "GetUserId", "GetGroupId"])
        sandbox.identityStore.refuse({ action, ...lost, times: 10 });
    };
    lose();
    const { answer } = await send(deescalate);
    expect(answer.body["outcome"]).toBe("failed");
    expect(answer.errors[0]).toContain(`There is no identity store ${storeId}`);
    await passTime(dynamoDb, 3_600_000);
    lose();
    expect((await send({ event: { type: "sweep" } })).answer.body).toMatchObject({ due: 1, failed: 1 });
    expect(store.members("prod-admins")).toEqual([robin]);
  }));

test("a grant that fails after its change is rolled back in the same invocation", () =>
  inStore(async ({ sandbox, store, send, count }) => {
    sandbox.faults.inject({ action: "CreateGroupMembership", kind: "answer-lost" });
    sandbox.faults.inject({ action: "CreateGroupMembership", kind: "access-denied" });
    const { answer } = await send(escalate);
    expect(answer).toMatchObject({
      body: { outcome: "failed" },
      errors: [expect.stringContaining("not allowed to call identitystore:CreateGroupMembership")],
    });
    expect(store.members("prod-admins")).toEqual([]);
    expect(count()["DeleteGroupMembership"]).toBe(1);
  }));

for (const [how, run] of [
  ["with", inStore],
  ["without", inStoreWithoutLeases],
] as const)
  test(`${how} leases, a group that SCIM manages is refused before any write`, () =>
    run(async ({ store, send, count }) => {
      store.createGroup("everybody", { externalIds: scim });
      expect((await send(everybody(escalate))).answer).toMatchObject({
        body: { outcome: "refused" },
        errors: [expect.stringContaining(synced)],
      });
      expect(store.members("everybody")).toEqual([]);
      expect(Object.keys(count())).not.toContain("CreateGroupMembership");
    }));

test("a member whom SCIM added already has the access, and keeps it", () =>
  inStore(async ({ store, send, count }) => {
    store.createGroup("everybody", { externalIds: scim });
    store.addMember(robin, "everybody");
    expect((await send(everybody(escalate))).answer.body["outcome"]).toBe("already-had-access");
    expect((await send(everybody(deescalate))).answer.body["outcome"]).toBe("kept-standing");
    expect(Object.keys(count())).not.toContain("CreateGroupMembership");
  }));

test("a revoke succeeds for a group that SCIM took over after the grant", () =>
  inStore(async ({ store, send }) => {
    await send(escalate);
    store.linkGroup("prod-admins", scim);
    expect((await send(deescalate)).answer.body["outcome"]).toBe("revoked");
    expect(store.members("prod-admins")).toEqual([]);
  }));

test("a request can be revoked early", () =>
  inStore(async ({ store, send }) => {
    await send(escalate);
    const early = withSettings(testPayload("early-revoke.json"), { identity_store_id: storeId });
    expect((await send(early)).answer.body["outcome"]).toBe("revoked");
    expect(store.members("prod-admins")).toEqual([]);
  }));
