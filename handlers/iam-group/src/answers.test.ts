// A proxy between the function and AWS answers with status 200: the SDK parses the proxy's page as an empty answer.
import { passTime } from "@sym/local-lambda/table-time";
import { expect, test } from "vitest";
import { deescalate, escalate, inAccount, robin } from "./world.test-support.ts";

const kinds = ["html-page", "empty-answer"] as const;
const lookUps = ["GetUser", "GetGroup", "ListGroupsForUser"];

for (const kind of kinds)
  for (const action of lookUps)
    test(`an ${kind} as the response to ${action} does not cost a standing membership`, () =>
      inAccount(async ({ sandbox, send }) => {
        sandbox.iam.addMember(robin, "prod-admins");
        sandbox.faults.inject({ action, kind });
        expect((await send(escalate)).answer).toMatchObject({
          body: { outcome: "failed" },
          errors: [
            expect.stringMatching(
              RegExp(
                `^The answer to iam:${action} on IAM .* did not come from AWS, so the call changed nothing`,
              ),
            ),
          ],
        });
        await send(deescalate);
        expect(sandbox.iam.members("prod-admins")).toEqual([robin]);
      }));

for (const kind of kinds)
  test(`the sweep finishes a revoke whose read was answered with an ${kind}`, () =>
    inAccount(async ({ sandbox, dynamoDb, send }) => {
      await send(escalate);
      for (const action of lookUps) sandbox.faults.inject({ action, kind, times: 2 });
      expect((await send(deescalate)).answer.body["outcome"]).toBe("failed");
      await passTime(dynamoDb, 60_000);
      expect((await send({ event: { type: "sweep" } })).answer.body).toMatchObject({
        finished: 1,
        failed: 0,
      });
      expect(sandbox.iam.members("prod-admins")).toEqual([]);
    }));

for (const kind of kinds)
  test(`a change that is answered with an ${kind} does not count as done`, () =>
    inAccount(async ({ sandbox, dynamoDb, send }) => {
      sandbox.faults.inject({ action: "AddUserToGroup", kind });
      expect((await send(escalate)).answer).toMatchObject({
        body: { outcome: "failed" },
        errors: [
          expect.stringMatching(/^The answer to iam:AddUserToGroup .* it may or may not have changed/),
        ],
      });
      const again = structuredClone(escalate);
      again.run.srn = again.run.srn.replace(/1$/, "2");
      expect((await send(again)).answer.body["outcome"]).toBe("granted");
      const end = structuredClone(deescalate);
      end.run.srn = again.run.srn;
      sandbox.faults.inject({ action: "RemoveUserFromGroup", kind });
      expect((await send(end)).answer.body["outcome"]).toBe("failed");
      await passTime(dynamoDb, 60_000);
      await send({ event: { type: "sweep" } });
      expect(sandbox.iam.members("prod-admins")).toEqual([]);
    }));

test("a user keeps a standing membership if AWS finds the user but not the user's groups", () =>
  inAccount(async ({ sandbox, send }) => {
    sandbox.iam.addMember(robin, "prod-admins");
    sandbox.faults.inject({ action: "ListGroupsForUser", kind: "not-found" });
    expect((await send(escalate)).answer).toMatchObject({
      body: { outcome: "failed" },
      errors: [
        `AWS found IAM user ${robin} but not the user's groups, so nothing was changed; try again in a minute`,
      ],
    });
    await send(deescalate);
    expect(sandbox.iam.members("prod-admins")).toEqual([robin]);
  }));
