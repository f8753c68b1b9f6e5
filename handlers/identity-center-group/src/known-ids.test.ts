import { startInBetween } from "@sym/stand-ins/in-between";
import { expect, test } from "vitest";
import { knownIdsOf, rememberIds } from "./known-ids.ts";
import {
  deescalate,
  escalate,
  forever,
  inStore,
  inStoreWithoutLeases,
  robin,
  storeId,
  withSettings,
  withStore,
} from "./world.test-support.ts";

test("an e-mail address that now belongs to another person finds that person at once", () =>
  inStore(async ({ store, send }) => {
    await send(escalate);
    expect((await send(deescalate)).answer.body["outcome"]).toBe("revoked");
    store.renameUser(robin, { userName: "robin.first", email: "robin.first@example.com" });
    store.createUser(robin);
    expect((await send(withStore("overlap-escalate.json"))).answer.body["outcome"]).toBe("granted");
    expect(store.members("prod-admins")).toEqual([robin]);
  }));

test("a name that now belongs to another group finds that group at once", () =>
  inStore(async ({ store, send }) => {
    await send(escalate);
    store.renameGroup("prod-admins", "production");
    store.createGroup("prod-admins");
    expect((await send(withStore("overlap-escalate.json"))).answer.body["outcome"]).toBe("granted");
    expect((await send(deescalate)).answer.body["outcome"]).toBe("revoked");
    expect(store.members("production")).toEqual([]);
    expect(store.members("prod-admins")).toEqual([robin]);
  }));

test("a person who was deleted and created again is found under the new id", () =>
  inStore(async ({ store, send }) => {
    await send(escalate);
    store.deleteUser(robin);
    store.createUser(robin);
    expect((await send(withStore("overlap-escalate.json"))).answer).toMatchObject({
      body: { outcome: "granted" },
      errors: [],
    });
    expect(store.members("prod-admins")).toEqual([robin]);
  }));

test("a person who is created again during a request is looked up once more", async () => {
  const between = await startInBetween();
  await inStore(
    async ({ sandbox, store, send, count }) => {
      between.passTo(sandbox.url);
      between.beforeNext("DescribeUser", () => {
        store.deleteUser(robin);
        store.createUser(robin);
      });
      expect((await send(escalate)).answer).toMatchObject({ body: { outcome: "granted" }, errors: [] });
      expect(store.members("prod-admins")).toEqual([robin]);
      count();
      between.beforeNext("DescribeUser", () => store.deleteUser(robin));
      const { answer } = await send(withStore("overlap-escalate.json"));
      expect(answer.errors).toEqual([expect.stringContaining("does not exist in identity store")]);
    },
    { environment: { AWS_ENDPOINT_URL: between.url } },
  );
  await between.close();
});

test("a group id with capital letters is sent to AWS unchanged", () =>
  inStore(async ({ ids, send }) => {
    const id = ids.group.replace(/[a-f]/g, (letter) => letter.toUpperCase());
    const payload = withSettings(withStore("escalate.json"), { group_id: id, group_name: "" });
    // The stand-in heeds case; whether AWS does is not documented.
    expect((await send(payload)).answer.errors).toEqual([
      expect.stringContaining(`Identity Center group ${id} does not exist in identity store ${storeId}`),
    ]);
  }));

test("a warm function reads the membership in parallel with the lookups of the names", () =>
  inStoreWithoutLeases(
    async ({ sandbox, send, count }) => {
      await send(escalate);
      count();
      sandbox.faults.inject({ action: "GetUserId", kind: "timeout", times: forever });
      await send(escalate);
      expect(count()).toMatchObject({ IsMemberInGroups: 1, DescribeGroup: 1, DescribeUser: 1 });
    },
    { milliseconds: 3_000 },
  ));

test("the function caches the ids of at most 500 requests", () => {
  const asked = (number: number) => ({
    store: { id: storeId, region: "us-east-1" },
    group: { name: "prod-admins" },
    requester: `person-${number}@example.com`,
    names: { subject: "", resource: "" },
    sessionHours: 12,
  });
  const ids = { userId: "user", groupId: "group" };
  for (let number = 1; number <= 500; number += 1) rememberIds(asked(number), ids);
  expect(knownIdsOf(asked(1))).toEqual(ids);
  rememberIds(asked(501), ids);
  expect(knownIdsOf(asked(501))).toEqual(ids);
  expect(knownIdsOf(asked(1))).toBeUndefined();
});
