import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { startLocalLambda } from "@sym/local-lambda/local-lambda";
import { expect, onTestFinished, test } from "vitest";
import {
  bundle,
  deescalate,
  escalate,
  functionArn,
  inStoreWithoutLeases as inStore,
  robin,
  storeId,
  withRequester,
  withSettings,
} from "./world.test-support.ts";

const subject = `Identity Center user ${robin}`;
const resource = "Identity Center group prod-admins";
const where = `identity store ${storeId} in us-east-1`;
const residual = "AWS sessions that are already open can last for up to 12 hours from their start.";
const noUser = `${subject} does not exist in ${where}; provision the person in the identity store, with this address as e-mail or user name`;
const noGroup = `does not exist in ${where}; correct the target's setting group_id or group_name, or create the group`;
const groupName = (group_name: string, payload = escalate) => withSettings(payload, { group_name });

test("escalate adds the requester to the group, and deescalate removes the requester", () =>
  inStore(async ({ store, send }) => {
    const granted = await send(escalate);
    expect(granted.answer).toMatchObject({
      body: { outcome: "granted", system: "identity-center-group", resource, subject },
      errors: [],
    });
    expect(granted.answer.body["message"]).toMatch(/^You now have access to .* prod-admins until .* UTC\.$/);
    expect(store.members("prod-admins")).toEqual([robin]);
    const revoked = await send(deescalate);
    expect(revoked.answer).toMatchObject({ body: { outcome: "revoked" }, errors: [] });
    expect(store.members("prod-admins")).toEqual([]);
  }));

test("a request lists no users, groups or memberships, and makes independent calls in parallel", () =>
  inStore(async ({ send, count }) => {
    await send(escalate);
    const look = { IsMemberInGroups: 1, DescribeGroup: 1, DescribeUser: 1 };
    expect(count()).toEqual({ GetUserId: 2, GetGroupId: 1, ...look, CreateGroupMembership: 1 });
    await send(deescalate);
    const names = { GetUserId: 2, GetGroupId: 1 };
    expect(count()).toEqual({ ...names, ...look, GetGroupMembershipId: 1, DeleteGroupMembership: 1 });
  }));

test("a duplicate event changes nothing, and the answer says so", () =>
  inStore(async ({ store, send }) => {
    await send(escalate);
    expect((await send(escalate)).answer.body["outcome"]).toBe("already-had-access");
    expect(store.members("prod-admins")).toEqual([robin]);
    await send(deescalate);
    expect((await send(deescalate)).answer).toMatchObject({
      body: { outcome: "nothing-to-revoke" },
      errors: [],
    });
  }));

test("a request changes only the requester's membership", () =>
  inStore(async ({ store, send }) => {
    store.createUser("sam.standing@example.com");
    store.createGroup("other");
    store.addMember("sam.standing@example.com", "prod-admins");
    store.addMember(robin, "other");
    await send(escalate);
    await send(deescalate);
    expect(store.members("prod-admins")).toEqual(["sam.standing@example.com"]);
    expect(store.members("other")).toEqual([robin]);
  }));

const sessions = [
  { session_hours: "", text: residual },
  { session_hours: "1", text: residual.replace("12 hours", "an hour") },
  { session_hours: "8", text: residual.replace("12", "8") },
];
for (const { session_hours, text } of sessions)
  test(`a revoke with session_hours "${session_hours}" says how long AWS sessions can remain`, () =>
    inStore(async ({ send }) => {
      await send(escalate);
      const { answer } = await send(withSettings(deescalate, { session_hours }));
      expect(answer.body["residual_access"]).toBe(text);
      expect(answer.body["message"]).toContain(text);
    }));

test("a group is found by its id, with or without the store's id, and the answer has its name", () =>
  inStore(async ({ store, ids, send, count }) => {
    const exact = { group_name: "", group_id: ids.group };
    expect((await send(withSettings(escalate, exact))).answer.body["outcome"]).toBe("granted");
    expect(store.members("prod-admins")).toEqual([robin]);
    const pasted = { identity_store_id: "", group_name: "", group_id: `${storeId}/${ids.group}` };
    expect((await send(withSettings(deescalate, pasted))).answer.body["outcome"]).toBe("revoked");
    expect(count()["GetGroupId"]).toBeUndefined();
  }));

test("a person is found by e-mail address, by user name, and by both", () =>
  inStore(async ({ store, send }) => {
    store.createUser("rr", { email: "r.r@example.com" });
    store.createUser("upn@example.com", { email: null });
    for (const requester of ["r.r@example.com", "upn@example.com", robin])
      expect((await send(withRequester(escalate, requester))).answer.body["outcome"]).toBe("granted");
    expect(store.members("prod-admins")).toEqual([robin, "rr", "upn@example.com"]);
  }));

for (const ignoresCase of [false, true])
  test(`a person is found in any letter case, if AWS ${ignoresCase ? "ignores" : "respects"} case`, () =>
    inStore(async ({ sandbox, send, count }) => {
      const other = sandbox.identityStore.store("d-aaaaaaaaaa", { ignoresCase });
      other.createUser(robin);
      other.createGroup("prod-admins");
      const there = withSettings(escalate, { identity_store_id: "d-aaaaaaaaaa" });
      const shouted = await send(withRequester(there, "Robin.Requester@Example.com"));
      expect(shouted.answer.body["outcome"]).toBe("granted");
      expect(count()["GetUserId"]).toBe(4);
      expect(other.members("prod-admins")).toEqual([robin]);
    }));

test("an e-mail address of two people is refused, with their ids in the log only", () =>
  inStore(async ({ store, ids, send, count }) => {
    const rival = store.createUser("rival", { email: "unused@example.com" });
    store.renameUser(robin, { email: "other@example.com" });
    store.renameUser("rival", { email: robin });
    const { answer, logs } = await send(escalate);
    expect(answer.body["outcome"]).toBe("refused");
    expect(answer.errors).toEqual([
      `${subject} matches 2 users in identity store ${storeId}, by e-mail or by user name; find their ids in the function's log, and change the e-mail or user name of all but one`,
    ]);
    for (const id of [rival, ids.user]) {
      expect(logs).toContain(id);
      expect(JSON.stringify(answer)).not.toContain(id);
    }
    expect(count()["CreateGroupMembership"]).toBeUndefined();
  }));

test("a failed lookup does not count as a missing person", () =>
  inStore(async ({ sandbox, store, send }) => {
    store.createUser("rival", { email: "unused@example.com" });
    sandbox.faults.inject({ action: "GetUserId", kind: "access-denied" });
    expect((await send(escalate)).answer.errors).toEqual([
      `This function is not allowed to call identitystore:GetUserId on ${subject} in ${where}; add the action to the policy of its role, which must be in the account that administers Identity Center`,
    ]);
    expect((await send(escalate)).answer.body["outcome"]).toBe("granted");
  }));

test("a person who is created after a refused request is found by the next request", () =>
  inStore(async ({ store, send }) => {
    const casey = withRequester(escalate, "casey.late@example.com");
    expect((await send(casey)).answer.body["outcome"]).toBe("refused");
    store.createUser("casey.late@example.com");
    expect((await send(casey)).answer.body["outcome"]).toBe("granted");
  }));

const missing = [
  {
    what: "a user",
    payload: withRequester(escalate, "nobody@example.com"),
    sentence: noUser.replace(robin, "nobody@example.com"),
  },
  {
    what: "a group",
    payload: groupName("prod-admin"),
    sentence: `Identity Center group prod-admin ${noGroup}`,
  },
  {
    what: "a group's id",
    payload: withSettings(escalate, { group_name: "", group_id: "00000000-0000-4000-8000-000000000000" }),
    sentence: `Identity Center group 00000000-0000-4000-8000-000000000000 ${noGroup}`,
  },
  {
    what: "an identity store",
    payload: withSettings(escalate, { identity_store_id: "d-0000000000" }),
    sentence:
      "There is no identity store d-0000000000 in us-east-1; correct the target's setting identity_store_id, or set region to the region of Identity Center",
  },
];
for (const { what, payload, sentence } of missing)
  test(`escalate for ${what} that does not exist is refused and creates nothing`, () =>
    inStore(async ({ sandbox, send }) => {
      const before = sandbox.snapshot();
      const { answer } = await send(payload);
      expect(answer).toMatchObject({ body: { outcome: "refused" }, errors: [sentence] });
      expect(sandbox.snapshot()).toEqual(before);
    }));

test("deescalate for a deleted user has nothing to revoke, with or without a cached id", () =>
  inStore(async ({ store, send }) => {
    await send(escalate);
    store.deleteUser(robin);
    const nothing = { body: { outcome: "nothing-to-revoke", subject: robin }, errors: [] };
    expect((await send(deescalate)).answer).toMatchObject(nothing);
    const other = withRequester(deescalate, "nobody@example.com");
    expect((await send(other)).answer).toMatchObject({ body: { outcome: "nothing-to-revoke" }, errors: [] });
  }));

const lost = [
  { what: "a group", setting: { group_name: "prod-admin" } },
  { what: "an identity store", setting: { identity_store_id: "d-0000000000" } },
];
for (const { what, setting } of lost)
  test(`deescalate for ${what} that cannot be found is an error, because the target may be misspelt`, () =>
    inStore(async ({ send }) => {
      const { answer } = await send(withSettings(deescalate, setting));
      expect(answer.body["outcome"]).toBe("refused");
      expect(answer.body["message"]).toMatch(/^Your access to Production admins may not have ended: /);
    }));

test("the identity store's region comes from the target, the environment or the function", async () => {
  const frankfurt = { region: "eu-central-1" };
  // A region of the partition aws-eusc, whose name does not begin with two letters.
  const sovereign = { region: "eusc-de-east-1" };
  const play =
    (settings: Record<string, string>, place = frankfurt) =>
    (world: Parameters<Parameters<typeof inStore>[0]>[0]) => {
      const store = world.sandbox.identityStore.store("d-eeeeeeeeee", place);
      store.createUser(robin);
      store.createGroup("prod-admins");
      const payload = withSettings(escalate, { identity_store_id: "d-eeeeeeeeee", ...settings });
      return world.send(payload).then(({ answer }) => {
        expect(answer).toMatchObject({ body: { outcome: "granted" }, errors: [] });
        expect(world.sandbox.calls).toContainEqual(
          expect.objectContaining({ action: "CreateGroupMembership", ...place }),
        );
      });
    };
  await inStore(play(frankfurt));
  await inStore(play({}), { environment: { IDENTITY_CENTER_REGION: "eu-central-1" } });
  await inStore(play({}), { environment: { AWS_REGION: "eu-central-1" } });
  await inStore(play(sovereign, sovereign));
});

test("the handler assumes the target's role_arn, and changes the group with that role only", () =>
  inStore(async ({ sandbox, store, send, count }) => {
    const role_arn = "arn:aws:iam::210987654321:role/sym-identity-center";
    const there = sandbox.identityStore.store("d-bbbbbbbbbb", { account: "210987654321" });
    there.createUser(robin);
    there.createGroup("prod-admins");
    sandbox.sts.createRole(role_arn);
    const settings = { identity_store_id: "d-bbbbbbbbbb", role_arn };
    expect((await send(withSettings(escalate, settings))).answer.errors).toEqual([]);
    expect(there.members("prod-admins")).toEqual([robin]);
    expect(store.members("prod-admins")).toEqual([]);
    await send(withSettings(deescalate, settings));
    expect(there.members("prod-admins")).toEqual([]);
    expect(count()["AssumeRole"]).toBe(1);
    const { answer } = await send(withSettings(escalate, { role_arn: `${role_arn}-missing` }));
    expect(answer.errors).toEqual([
      `This function is not allowed to call sts:AssumeRole on ${role_arn}-missing; add the action to the policy of its role`,
    ]);
  }));

/** Runs the bundle against the server at this address. */
async function invokeAt(AWS_ENDPOINT_URL: string, payload: unknown) {
  const keys = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", LEASES: "off" };
  const environment = { ...keys, AWS_ENDPOINT_URL };
  const lambda = startLocalLambda({ bundle, functionArn, environment, timeoutMilliseconds: 8_000 });
  onTestFinished(() => lambda.close());
  const { payload: answer, logs } = await lambda.invoke(payload);
  return { answer, logs: logs.join("\n") };
}

/** A server that answers every request with these values; closed after the test, or at once. */
async function openServer(status: number, body: string, headers: Record<string, string> = {}) {
  const server = createServer((_, response) => void response.writeHead(status, headers).end(body));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    if (server.listening) await once(server.close(), "close");
  };
  onTestFinished(close);
  return { url: `http://127.0.0.1:${port}`, close };
}

test("a revoke fails if AWS's response is empty", async () => {
  const { url } = await openServer(200, "{}");
  expect((await invokeAt(url, deescalate)).answer).toMatchObject({
    body: { outcome: "failed" },
    errors: [
      `The answer to identitystore:GetUserId on ${subject} did not come from AWS, so the call changed nothing; try again in a minute; if the error persists, check for a proxy between the function and AWS`,
    ],
  });
});

test("a revoke fails if AWS's response lacks a required element", async () => {
  const request = { "x-amzn-requestid": "1" };
  const ids = { UserId: "user", GroupId: "group", MembershipId: "membership" };
  const answers = [
    { what: { ...ids, Results: [{}] }, action: "IsMemberInGroups" },
    { what: {}, action: "GetUserId" },
  ];
  for (const { what, action } of answers) {
    const { url } = await openServer(200, JSON.stringify(what), request);
    expect((await invokeAt(url, deescalate)).answer).toMatchObject({
      body: { outcome: "failed" },
      errors: [
        expect.stringMatching(RegExp(`^The answer to identitystore:${action} on .* did not come from AWS`)),
      ],
    });
  }
});

test("an unreachable Identity Center is retried, and then the answer reports the failure", async () => {
  const busy = await openServer(503, "{}");
  const closed = await openServer(200, "");
  await closed.close();
  for (const { url } of [busy, closed]) {
    const { answer, logs } = await invokeAt(url, escalate);
    expect(logs).toContain('"step":"wait"');
    expect(answer).toMatchObject({
      errors: [
        expect.stringMatching(/^AWS did not complete identitystore:GetUserId .* try again in a minute$/),
      ],
    });
  }
});
