// Invalid records, and the retention of records without a purpose.
import { forgeItems, passTime } from "@sym/local-lambda/table-time";
import { scan } from "@sym/stand-ins/dynamodb";
import { testPayload } from "@sym/test-payloads/payloads";
import { expect, test } from "vitest";
import { deescalate, escalate, inAccount, robin, sam, withRun, withSettings } from "./world.test-support.ts";

const sweep = { event: { type: "sweep" } };
const hour = 3_600_000;
type Item = Parameters<Parameters<typeof forgeItems>[1]>[0];

const broken: Record<string, (item: Item) => Item> = {
  "without its version": ({ version: _, ...item }) => item,
  "of a held lease without its standing state": (item) => {
    const record = { ...JSON.parse(item["record"]?.S ?? ""), standing: null };
    return { ...item, record: { S: JSON.stringify(record) } };
  },
};
for (const [what, spoil] of Object.entries(broken))
  test(`a record ${what} fails its own events without a change, and delays no other request`, () =>
    inAccount(async ({ sandbox, dynamoDb, send }) => {
      await send(escalate);
      await forgeItems(dynamoDb, spoil);
      sandbox.iam.createUser(sam);
      await send(testPayload("second-user-escalate.json"));
      sandbox.calls.length = 0;

      const revoke = await send(deescalate);
      expect(revoke.answer).toMatchObject({
        body: { outcome: "failed" },
        errors: [
          expect.stringMatching(
            /^The record lease#iam-group\|.* in the table of leases is invalid, so this function changes nothing; read the record with npm run leases, restore the access manually in the target system, then forget the record; the end of the request is recorded/,
          ),
        ],
      });
      const grant = await send(testPayload("overlap-escalate.json"));
      expect(grant.answer).toMatchObject({
        body: { outcome: "failed" },
        errors: [expect.stringMatching(/^The record lease#.* is invalid.*then forget the record$/)],
      });
      // Each event reads once, and no event loops.
      expect(sandbox.calls.length).toBeLessThan(10);
      expect(sandbox.iam.members("prod-admins")).toEqual([robin, sam]);

      await passTime(dynamoDb, 24 * hour);
      const swept = await send(sweep);
      expect(swept.answer.body).toMatchObject({ outcome: "swept", finished: 1, orphans: 1 });
      expect(swept.answer.body["failed"]).toBeGreaterThan(0);
      expect(swept.logs).toMatch(
        /"step":"event".*"outcome":"failed".*"sentence":"The record lease#.* is invalid/,
      );
      expect(sandbox.iam.members("prod-admins")).toEqual([robin]);
      expect((await send(sweep)).answer.body).toMatchObject({ due: 0 });
    }));

test("the records of refused, failed and revoked requests expire", () =>
  inAccount(async ({ sandbox, dynamoDb, send, sendAndKill }) => {
    const outcome = async (payload: unknown) => (await send(payload)).answer.body["outcome"];
    sandbox.iam.createUser(sam);
    expect(await outcome(withSettings(escalate, { group_name: "no-such-group" }))).toBe("refused");
    expect(await outcome(withRun(deescalate, "ended-first"))).toBe("nothing-to-revoke");
    expect(await outcome(withRun(escalate, "ended-first"))).toBe("refused");
    sandbox.faults.inject({ action: "AddUserToGroup", kind: "access-denied" });
    expect(await outcome(withRun(escalate, "failed"))).toBe("failed");
    expect(await outcome(escalate)).toBe("granted");
    expect(await outcome(deescalate)).toBe("revoked");
    sandbox.faults.inject({ action: "AddUserToGroup", kind: "answer-withheld" });
    await sendAndKill(testPayload("second-user-escalate.json"), "AddUserToGroup");

    await passTime(dynamoDb, 24 * hour);
    for (const due of [1, 0]) {
      const { answer } = await send(sweep);
      expect([answer.body["failed"], Number(answer.body["due"]) >= due]).toEqual([0, true]);
    }
    const items = await scan(dynamoDb.client, dynamoDb.table);
    const runs = items.filter(({ pk }) => pk?.S?.startsWith("run#")).map(({ pk }) => pk?.S);
    expect(runs).toEqual(expect.arrayContaining(["run#ended-first", "run#failed"]));
    const stays = items.filter(({ expires, due, due_at }) => !expires || (due && due_at));
    expect(stays.map(({ pk }) => pk?.S)).toEqual([]);
  }));
