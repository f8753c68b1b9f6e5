import { copyLease, passTime } from "@sym/local-lambda/table-time";
import { testPayload } from "@sym/test-payloads/payloads";
import { expect, test } from "vitest";
import { deescalate, escalate, inAccount, robin, sam, withSettings } from "./world.test-support.ts";

const sweep = { event: { type: "sweep" } };
const minute = 60_000;

test("of two overlapping requests, the last revoke removes the access", () =>
  inAccount(async ({ sandbox, send }) => {
    await send(escalate);
    await send(testPayload("overlap-escalate.json"));
    const { answer } = await send(deescalate);
    expect(answer).toMatchObject({ body: { outcome: "kept-for-other-request" }, errors: [] });
    expect(answer.body["message"]).toMatch(/another approved request still needs the access until .* UTC\.$/);
    expect(sandbox.iam.members("prod-admins")).toEqual([robin]);
    expect((await send(testPayload("overlap-deescalate.json"))).answer.body["outcome"]).toBe("revoked");
    expect(sandbox.iam.members("prod-admins")).toEqual([]);
  }));

test("an escalate after its own deescalate grants nothing", () =>
  inAccount(async ({ sandbox, send }) => {
    expect((await send(deescalate)).answer).toMatchObject({
      body: { outcome: "nothing-to-revoke" },
      errors: [],
    });
    expect((await send(escalate)).answer).toMatchObject({
      body: { outcome: "refused" },
      errors: ["This request has already ended and cannot grant access; request the access again"],
    });
    expect(sandbox.iam.members("prod-admins")).toEqual([]);
  }));

test("simultaneous duplicate events grant and revoke once", () =>
  inAccount(async ({ sandbox, send }) => {
    const granted = await Promise.all([send(escalate), send(escalate), send(escalate)]);
    expect(granted.map(({ answer }) => answer.body["outcome"])).toEqual(["granted", "granted", "granted"]);
    expect(sandbox.calls.filter(({ action }) => action === "AddUserToGroup")).toHaveLength(1);
    const ended = await Promise.all([send(deescalate), send(deescalate)]);
    const outcomes = ended.map(({ answer }) => answer.body["outcome"]).sort();
    expect(outcomes).toEqual(["nothing-to-revoke", "revoked"]);
    expect(sandbox.iam.members("prod-admins")).toEqual([]);
  }));

test("a grant that fails is rolled back in the same invocation, without work for the sweep", () =>
  inAccount(async ({ sandbox, dynamoDb, send }) => {
    sandbox.faults.inject({ action: "AddUserToGroup", kind: "answer-lost", times: 3 });
    const { answer } = await send(escalate);
    expect(answer).toMatchObject({
      body: { outcome: "failed" },
      errors: [expect.stringMatching(/; the earlier state was restored$/)],
    });
    expect(sandbox.iam.members("prod-admins")).toEqual([]);
    await passTime(dynamoDb, 24 * 60 * minute);
    expect((await send(sweep)).answer.body).toMatchObject({ outcome: "swept", due: 0 });
  }));

test("the sweep revokes the access of a grant whose function was killed", () =>
  inAccount(async ({ sandbox, dynamoDb, send, sendAndKill }) => {
    sandbox.faults.inject({ action: "AddUserToGroup", kind: "answer-withheld" });
    await sendAndKill(escalate, "AddUserToGroup");
    expect(sandbox.iam.members("prod-admins")).toEqual([robin]);
    expect((await send(sweep)).answer.body).toMatchObject({ due: 0, finished: 0 });
    await passTime(dynamoDb, minute);
    expect((await send(sweep)).answer).toMatchObject({
      body: { outcome: "swept", finished: 1, failed: 0 },
      errors: [],
    });
    expect(sandbox.iam.members("prod-admins")).toEqual([]);
  }));

test("until a killed function's lock expires, another request fails and the answer says so", () =>
  inAccount(async ({ sandbox, send, sendAndKill }) => {
    sandbox.faults.inject({ action: "AddUserToGroup", kind: "answer-withheld" });
    await sendAndKill(escalate, "AddUserToGroup");
    expect((await send(testPayload("overlap-escalate.json"))).answer).toMatchObject({
      body: { outcome: "failed" },
      errors: ["Another change of the same access did not finish in time; try again in a minute"],
    });
  }));

test("the sweep finishes a revoke whose function was killed", () =>
  inAccount(async ({ sandbox, dynamoDb, send, sendAndKill }) => {
    await send(escalate);
    sandbox.faults.inject({ action: "RemoveUserFromGroup", kind: "timeout" });
    await sendAndKill(deescalate, "RemoveUserFromGroup");
    expect(sandbox.iam.members("prod-admins")).toEqual([robin]);
    await passTime(dynamoDb, minute);
    await send(sweep);
    expect(sandbox.iam.members("prod-admins")).toEqual([]);
  }));

test("the sweep revokes access without a deescalate after its end and the grace period, not before", () =>
  inAccount(async ({ sandbox, dynamoDb, send }) => {
    await send(escalate);
    await passTime(dynamoDb, 89 * minute);
    expect((await send(sweep)).answer.body).toMatchObject({ due: 0, orphans: 0 });
    expect(sandbox.iam.members("prod-admins")).toEqual([robin]);
    await passTime(dynamoDb, 2 * minute);
    const { answer, logs } = await send(sweep);
    expect(answer.body).toMatchObject({ finished: 1, orphans: 1 });
    expect(logs).toContain('"step":"orphan"');
    expect(logs).toContain('"OrphanedLeases":1');
    expect(logs).not.toContain("example.com");
    expect(sandbox.iam.members("prod-admins")).toEqual([]);
    expect((await send(deescalate)).answer.body["outcome"]).toBe("nothing-to-revoke");
    expect((await send(escalate)).answer.body["outcome"]).toBe("refused");
  }));

test("with SWEEP_ACTION=report, the sweep only reports access without a deescalate", () =>
  inAccount(
    async ({ sandbox, dynamoDb, send }) => {
      await send(escalate);
      await passTime(dynamoDb, 32 * minute);
      expect((await send(sweep)).answer.body).toMatchObject({ finished: 0, orphans: 1 });
      expect(sandbox.iam.members("prod-admins")).toEqual([robin]);
    },
    { SWEEP_ACTION: "report", SWEEP_GRACE_SECONDS: "60" },
  ));

test("with SWEEP_ACTION=report, hundreds of orphans are reported hourly and do not delay other work", () =>
  inAccount(
    async ({ sandbox, dynamoDb, send, sendAndKill }) => {
      sandbox.iam.createUser(sam);
      await send(escalate);
      await copyLease(dynamoDb, 500);
      await passTime(dynamoDb, 92 * minute);
      sandbox.faults.inject({ action: "AddUserToGroup", kind: "answer-withheld" });
      await sendAndKill(testPayload("second-user-escalate.json"), "AddUserToGroup");
      // The lease of the killed function is due after its 60 s; its run would be due a minute later.
      await passTime(dynamoDb, 70_000);
      expect((await send(sweep)).answer.body).toMatchObject({ due: 502, finished: 1, orphans: 501 });
      expect(sandbox.iam.members("prod-admins")).toEqual([robin]);
      expect((await send(sweep)).answer.body).toMatchObject({ due: 0 });
      await passTime(dynamoDb, 61 * minute);
      expect((await send(sweep)).answer.body).toMatchObject({ due: 501, orphans: 501 });
    },
    { SWEEP_ACTION: "report" },
    60_000,
  ));

test("a failed sweep logs the resource and the reason, and no person", () =>
  inAccount(async ({ sandbox, dynamoDb, send }) => {
    await send(escalate);
    await passTime(dynamoDb, 92 * minute);
    sandbox.faults.inject({ action: "RemoveUserFromGroup", kind: "access-denied" });
    const { answer, logs } = await send(sweep);
    expect(answer.body).toMatchObject({ finished: 0, failed: 1 });
    expect(logs).toMatch(/"step":"event","system":"iam-group".*"event_type":"sweep".*"outcome":"failed"/);
    expect(logs).toMatch(
      /"subject_id":"AIDA\w+".*"reason":"unavailable".*"cause":"AccessDenied","status":403,.*"sentence":"This function is not allowed to call iam:Remove/,
    );
    expect(logs).not.toContain("example.com");
  }));

test("a sweep without an answer from STS ends in time, revokes what it can and reports the rest", () =>
  inAccount(
    async ({ sandbox, dynamoDb, send, sendAndKill }) => {
      const there = sandbox.iam.account("210987654321");
      there.createUser(robin);
      there.createGroup("prod-admins");
      const role_arn = "arn:aws:iam::210987654321:role/sym-iam-group";
      sandbox.sts.createRole(role_arn);
      await send(withSettings(testPayload("overlap-escalate.json"), { role_arn }));
      // The next function is a new one, without the role's credentials.
      sandbox.faults.inject({ action: "AddUserToGroup", kind: "answer-withheld" });
      await sendAndKill(escalate, "AddUserToGroup");
      await passTime(dynamoDb, 24 * 60 * minute);
      sandbox.faults.inject({ action: "AssumeRole", kind: "timeout", times: Number.POSITIVE_INFINITY });
      const { answer, logs } = await send(sweep);
      expect(answer.body).toMatchObject({ outcome: "swept", finished: 1, failed: 1, orphans: 1 });
      expect(logs).toContain('"SweepFinished":1,"OrphanedLeases":1,"SweepFailed":1');
      expect(logs).toContain(
        `"sentence":"AWS did not complete sts:AssumeRole on ${role_arn} (TimeoutError), so`,
      );
      expect([sandbox.iam.members("prod-admins"), there.members("prod-admins")]).toEqual([[], [robin]]);
      sandbox.faults.clear();
      await passTime(dynamoDb, 24 * 60 * minute);
      expect((await send(sweep)).answer.body).toMatchObject({ failed: 0 });
      expect(there.members("prod-admins")).toEqual([]);
    },
    {},
    12_000,
  ));

test("a revoke removes a renamed user, and leaves another user with the old name", () =>
  inAccount(async ({ sandbox, send }) => {
    await send(escalate);
    sandbox.iam.renameUser(robin, "robin.renamed@example.com");
    sandbox.iam.createUser(robin);
    expect((await send(deescalate)).answer).toMatchObject({ body: { outcome: "revoked" }, errors: [] });
    expect(sandbox.iam.members("prod-admins")).toEqual([]);
  }));

test("a revoke removes the user from a renamed group, and leaves another group with the old name", () =>
  inAccount(async ({ sandbox, send }) => {
    await send(escalate);
    sandbox.iam.renameGroup("prod-admins", "admins-of-prod");
    sandbox.iam.createGroup("prod-admins");
    sandbox.iam.addMember(robin, "prod-admins");
    expect((await send(deescalate)).answer).toMatchObject({ body: { outcome: "revoked" }, errors: [] });
    expect(sandbox.iam.members("admins-of-prod")).toEqual([]);
    expect(sandbox.iam.members("prod-admins")).toEqual([robin]);
  }));

const gone =
  "Your access to IAM group prod-admins in account 123456789012 has ended: the resource no longer exists, so the access ended with it.";

test("deleting the group ends the access, and the answer says so", () =>
  inAccount(async ({ sandbox, dynamoDb, send }) => {
    await send(escalate);
    sandbox.iam.deleteGroup("prod-admins");
    await passTime(dynamoDb, minute);
    const { answer } = await send(deescalate);
    expect(answer).toMatchObject({ body: { outcome: "revoked", message: gone }, errors: [] });
    await passTime(dynamoDb, 24 * 60 * minute);
    expect((await send(sweep)).answer.body).toMatchObject({ due: 0, failed: 0 });
  }));

test("a group that is missing right after the grant is left to the sweep, because the read may be stale", () =>
  inAccount(async ({ sandbox, dynamoDb, send }) => {
    await send(escalate);
    sandbox.iam.deleteGroup("prod-admins");
    expect((await send(deescalate)).answer).toMatchObject({
      body: { outcome: "failed" },
      errors: [expect.stringContaining("no longer exists; set the target's group_name to an existing group")],
    });
    await passTime(dynamoDb, minute);
    expect((await send(sweep)).answer.body).toMatchObject({ finished: 1, failed: 0 });
    await passTime(dynamoDb, minute);
    expect((await send(sweep)).answer.body).toMatchObject({ due: 0 });
  }));

test("a revoke leaves a new group with the deleted group's name, even with the same user in it", () =>
  inAccount(async ({ sandbox, dynamoDb, send }) => {
    await send(escalate);
    sandbox.iam.deleteGroup("prod-admins");
    sandbox.iam.createGroup("prod-admins");
    sandbox.iam.addMember(robin, "prod-admins");
    await passTime(dynamoDb, minute);
    expect((await send(deescalate)).answer).toMatchObject({
      body: { outcome: "revoked", message: gone },
      errors: [],
    });
    expect(sandbox.iam.members("prod-admins")).toEqual([robin]);
  }));

test("a revoke fails, with advice, if both the user and the group were renamed", () =>
  inAccount(async ({ sandbox, send }) => {
    await send(escalate);
    sandbox.iam.renameGroup("prod-admins", "admins-of-prod");
    sandbox.iam.renameUser(robin, "robin.renamed@example.com");
    const { answer } = await send(deescalate);
    expect(answer).toMatchObject({
      body: { outcome: "failed" },
      errors: [expect.stringContaining("if both were renamed, remove the user from the group manually")],
    });
  }));

test("a user who is renamed during the revoke is still removed", () =>
  inAccount(async ({ sandbox, dynamoDb, send }) => {
    await send(escalate);
    sandbox.faults.inject({ action: "RemoveUserFromGroup", kind: "not-found" });
    expect((await send(deescalate)).answer).toMatchObject({
      body: { outcome: "failed" },
      errors: [expect.stringContaining("was renamed just now; try again in a minute; the end of")],
    });
    await passTime(dynamoDb, minute);
    expect((await send(sweep)).answer.body).toMatchObject({ finished: 1, failed: 0 });
    expect(sandbox.iam.members("prod-admins")).toEqual([]);
  }));

test("a revoke for a user deleted since the grant has nothing to remove", () =>
  inAccount(async ({ sandbox, send }) => {
    await send(escalate);
    sandbox.iam.removeMember(robin, "prod-admins");
    sandbox.iam.deleteUser(robin);
    expect((await send(deescalate)).answer).toMatchObject({ body: { outcome: "revoked" }, errors: [] });
  }));

test("a revoke that IAM refuses fails, and the sweep finishes the revoke", () =>
  inAccount(async ({ sandbox, dynamoDb, send }) => {
    await send(escalate);
    sandbox.faults.inject({ action: "RemoveUserFromGroup", kind: "access-denied" });
    const { answer } = await send(deescalate);
    expect(answer).toMatchObject({
      body: { outcome: "failed" },
      errors: [
        expect.stringMatching(
          /^This function is not allowed .* so the next sweep tries again; until then the access may remain$/,
        ),
      ],
    });
    expect(sandbox.iam.members("prod-admins")).toEqual([robin]);
    await passTime(dynamoDb, minute);
    await send(sweep);
    expect(sandbox.iam.members("prod-admins")).toEqual([]);
  }));

test("a function without its leases table grants nothing", () =>
  inAccount(
    async ({ sandbox, send }) => {
      const { answer } = await send(escalate);
      expect(answer).toMatchObject({
        body: { outcome: "failed" },
        errors: [
          `DynamoDB table no-such-table, or its index "due", does not exist in this account and region; restore the table from its backup, or correct LEASES_TABLE in the function's environment`,
        ],
      });
      expect(sandbox.iam.members("prod-admins")).toEqual([]);
    },
    { LEASES_TABLE: "no-such-table" },
  ));

const misconfigurations = [
  [{ LEASES_TABLE: "" }, "LEASES_TABLE must name the DynamoDB table of leases, or LEASES must be off"],
  [
    { SWEEP_GRACE_SECONDS: "1h" },
    `SWEEP_GRACE_SECONDS is "1h", but must be a number of seconds, such as 3600`,
  ],
  [{ SWEEP_ACTION: "ignore" }, `SWEEP_ACTION is "ignore", but must be end or report`],
] as const;
for (const [environment, problem] of misconfigurations)
  test(`with ${JSON.stringify(environment)}, every event is refused with a reason`, () =>
    inAccount(async ({ send }) => {
      for (const payload of [escalate, sweep])
        expect((await send(payload)).answer.errors).toEqual([`This function is misconfigured: ${problem}`]);
    }, environment));

test("with LEASES=off, the handler is only idempotent, logs so, and has nothing to sweep", () =>
  inAccount(
    async ({ sandbox, send }) => {
      sandbox.iam.addMember(robin, "prod-admins");
      expect((await send(escalate)).logs).toContain('"step":"leases-off"');
      await send(deescalate);
      expect(sandbox.iam.members("prod-admins")).toEqual([]);
      expect((await send(sweep)).answer.errors).toEqual([
        "This function keeps no leases, so there is nothing to sweep",
      ]);
    },
    { LEASES: "off" },
  ));
