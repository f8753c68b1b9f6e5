// Which requests share an access, and the results of answers that are not AWS's.
import { passTime } from "@sym/local-lambda/table-time";
import { expect, test } from "vitest";
import {
  deescalate,
  escalate,
  inStore,
  robin,
  storeId,
  withRequester,
  withSettings,
  withStore,
} from "./world.test-support.ts";

const second = {
  escalate: withStore("overlap-escalate.json"),
  deescalate: withStore("overlap-deescalate.json"),
};

const spellings: {
  what: string;
  other(payload: typeof escalate, groupId: string): typeof escalate;
  group?: string;
}[] = [
  {
    what: "the group and the target have a new name",
    group: "production",
    other: (payload) => withSettings(payload, { group_name: "production" }),
  },
  {
    what: "one target names the group, and the other has its id",
    other: (payload, id) => withSettings(payload, { group_name: "", group_id: `${storeId}/${id}` }),
  },
  {
    what: "the e-mail is in another case",
    other: (payload) => withRequester(payload, "Robin.Requester@Example.com"),
  },
  {
    what: "one request has the person's user name",
    other: (payload) => withRequester(payload, "rr@example.com"),
  },
];
for (const { what, other, group = "prod-admins" } of spellings)
  test(`two requests share one access if ${what}`, () =>
    inStore(async ({ store, ids, send }) => {
      store.renameUser(robin, { userName: "rr@example.com", email: robin });
      await send(escalate);
      if (group !== "prod-admins") store.renameGroup("prod-admins", group);
      const granted = await send(other(second.escalate, ids.group));
      expect(granted.answer).toMatchObject({ body: { outcome: "granted" }, errors: [] });
      expect((await send(deescalate)).answer).toMatchObject({
        body: { outcome: "kept-for-other-request" },
        errors: [],
      });
      expect(store.members(group)).toEqual(["rr@example.com"]);
      const revoked = await send(other(second.deescalate, ids.group));
      expect(revoked.answer).toMatchObject({ body: { outcome: "revoked" }, errors: [] });
      expect(store.members(group)).toEqual([]);
    }));

test("groups and people with equal names in two identity stores are two accesses", () =>
  inStore(async ({ sandbox, store, send }) => {
    const identity_store_id = "d-9876543210";
    const there = sandbox.identityStore.store(identity_store_id);
    there.createUser(robin);
    there.createGroup("prod-admins");
    const elsewhere = {
      escalate: withSettings(second.escalate, { identity_store_id }),
      deescalate: withSettings(second.deescalate, { identity_store_id }),
    };
    for (const payload of [escalate, elsewhere.escalate])
      expect((await send(payload)).answer.body["outcome"]).toBe("granted");
    expect((await send(withSettings(escalate, { identity_store_id }))).answer).toMatchObject({
      body: { outcome: "refused" },
      errors: [expect.stringMatching(/^The id of this request belongs to another access, person or role/)],
    });
    expect((await send(deescalate)).answer).toMatchObject({ body: { outcome: "revoked" }, errors: [] });
    expect([store.members("prod-admins"), there.members("prod-admins")]).toEqual([[], [robin]]);
    expect((await send(elsewhere.deescalate)).answer.body["outcome"]).toBe("revoked");
    expect(there.members("prod-admins")).toEqual([]);
  }));

test("a run id that is reused for another group or person is refused, and revokes only its first access", () =>
  inStore(async ({ store, send }) => {
    store.createGroup("auditors");
    store.createUser("sam.second@example.com");
    await send(escalate);
    for (const other of [
      withSettings(escalate, { group_name: "auditors" }),
      withRequester(escalate, "sam.second@example.com"),
    ])
      expect((await send(other)).answer).toMatchObject({
        body: { outcome: "refused" },
        errors: [expect.stringMatching(/^The id of this request belongs to another access, person or role/)],
      });
    expect([store.members("auditors"), store.members("prod-admins")]).toEqual([[], [robin]]);
    expect((await send(deescalate)).answer.body["outcome"]).toBe("revoked");
    expect(store.members("prod-admins")).toEqual([]);
  }));

test("a disabled person is refused, because a membership would have no effect", () =>
  inStore(async ({ store, send, count }) => {
    store.createUser("casey@example.com", { enabled: false });
    expect((await send(withRequester(escalate, "casey@example.com"))).answer).toMatchObject({
      body: { outcome: "refused" },
      errors: [
        "Identity Center user casey@example.com is disabled, so a membership would have no effect; enable the user, then request the access again",
      ],
    });
    expect(count()["CreateGroupMembership"]).toBeUndefined();
  }));

const lookUps = ["GetUserId", "GetGroupId", "IsMemberInGroups", "DescribeGroup", "DescribeUser"];
for (const kind of ["html-page", "empty-answer"] as const)
  test(`an ${kind} as the response to a lookup does not cost a standing membership`, () =>
    inStore(async ({ sandbox, store, send }) => {
      store.addMember(robin, "prod-admins");
      for (const action of lookUps) {
        sandbox.faults.inject({ action, kind });
        expect((await send(escalate)).answer).toMatchObject({
          body: { outcome: "failed" },
          errors: [expect.stringContaining(`The answer to identitystore:${action} on Identity Center `)],
        });
        sandbox.faults.clear();
      }
      await send(deescalate);
      expect(store.members("prod-admins")).toEqual([robin]);
    }));

for (const kind of ["html-page", "empty-answer"] as const)
  for (const action of ["GetGroupMembershipId", "DeleteGroupMembership"])
    test(`the sweep finishes a revoke whose ${action} was answered with an ${kind}`, () =>
      inStore(async ({ sandbox, store, dynamoDb, send }) => {
        await send(escalate);
        sandbox.faults.inject({ action, kind });
        expect((await send(deescalate)).answer.body["outcome"]).toBe("failed");
        await passTime(dynamoDb, 60_000);
        expect((await send({ event: { type: "sweep" } })).answer.body).toMatchObject({ finished: 1 });
        expect(store.members("prod-admins")).toEqual([]);
      }));

for (const kind of ["html-page", "empty-answer"] as const)
  test(`a grant that is answered with an ${kind} does not count as done`, () =>
    inStore(async ({ sandbox, store, send }) => {
      sandbox.faults.inject({ action: "CreateGroupMembership", kind });
      expect((await send(escalate)).answer).toMatchObject({
        body: { outcome: "failed" },
        errors: [expect.stringContaining("so it may or may not have changed")],
      });
      expect(store.members("prod-admins")).toEqual([]);
    }));
