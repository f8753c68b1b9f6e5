import { plan } from "@sym/local-lambda/plan-and-check.test-support";
import { testPayload } from "@sym/test-payloads/payloads";
import { expect, test } from "vitest";
import { deescalate, escalate, inAccount, robin, withRequester, withSettings } from "./world.test-support.ts";

const overlap = testPayload("overlap-escalate.json");
const who = `IAM user ${robin}`;
const group = "IAM group prod-admins in account 123456789012";

test("a plan says what the escalate would do, and changes nothing", () =>
  inAccount(async (fixture) => {
    const { body, errors } = await plan(fixture, escalate);
    expect({ ...body, errors }).toMatchObject({
      ...{ outcome: "would-grant", state: "absent", wanted: "member", other_requests: 0, errors: [] },
      ...{ subject: `IAM user ${robin}`, resource: group, run_id: "11111111-1111-4111-8111-111111111111" },
    });
    expect(body["message"]).toMatch(/ until \d{4}-\d\d-\d\d \d\d:\d\d UTC, and /);
    expect(String(body["message"]).replace(/ until .* UTC/, "")).toBe(
      `${who} would get access to ${group}, and does not have the access now. No other request holds this access.`,
    );
    expect((await fixture.send(escalate)).answer.body["outcome"]).toBe("granted");
  }));

test("a plan names the other requests that hold the access, and the request's own access", () =>
  inAccount(async (fixture) => {
    await fixture.send(overlap);
    const held = (await plan(fixture, escalate)).body;
    expect(held).toMatchObject({ outcome: "held-by-other-requests", state: "member", other_requests: 1 });
    expect(held["message"]).toMatch(
      / by another approved request, and this request would also hold the access until .* UTC\. One other approved request holds this access until .* UTC\.$/,
    );
    expect((await plan(fixture, overlap)).body).toMatchObject({
      outcome: "already-granted",
      message: expect.stringMatching(/ by this request already until .* UTC\. No other request holds/),
    });
  }));

test("a plan for a standing member says that the request would change nothing", () =>
  inAccount(async (fixture) => {
    fixture.sandbox.iam.addMember(robin, "prod-admins");
    expect((await plan(fixture, escalate)).body).toMatchObject({
      outcome: "already-standing",
      message: `${who} has access to ${group} without any request, and would keep the access: the request would change nothing.`,
    });
    expect((await fixture.send(escalate)).answer.body["outcome"]).toBe("already-had-access");
  }));

test("a plan for a request that has ended says that the request would be refused", () =>
  inAccount(async (fixture) => {
    await fixture.send(deescalate);
    expect(await plan(fixture, escalate)).toMatchObject({
      body: {
        outcome: "would-be-refused",
        message: `The request of ${robin} would be refused: This request has already ended and cannot grant access; request the access again.`,
      },
      errors: [],
    });
  }));

test.for([
  [
    "an unknown user",
    withRequester(escalate, "wren@example.com"),
    "IAM user wren@example.com does not exist",
  ],
  ["a missing group", withSettings(escalate, { group_name: "no-group" }), "IAM group no-group in account"],
  ["a setting", withSettings(escalate, { group_name: "a/b" }), 'has "a/b" as its setting group_name'],
  ["another function", withSettings(escalate, { arn: "arn:aws:lambda:us-east-1:1:function:a" }), "Payload"],
] as const)("a plan names %s as the reason of a refusal", ([, payload, reason]) =>
  inAccount(async (fixture) => {
    expect(await plan(fixture, payload)).toMatchObject({
      body: { outcome: "would-be-refused", message: expect.stringContaining(reason) },
      errors: [],
    });
    expect((await fixture.send(payload)).answer.body["outcome"]).toBe("refused");
  }),
);

test.for(["iam", "the table"])("a plan is an error while %s is down", (what) =>
  inAccount(
    async (fixture) => {
      const times = Number.POSITIVE_INFINITY;
      if (what === "iam") fixture.sandbox.faults.inject({ action: "GetUser", kind: "internal-error", times });
      const sentence = what === "iam" ? /^AWS did not complete iam:GetUser/ : /^DynamoDB table no-table, or/;
      expect(await plan(fixture, escalate)).toMatchObject({
        body: { outcome: "failed", message: expect.stringMatching(/^There is no plan: /) },
        errors: [expect.stringMatching(sentence)],
      });
    },
    what === "iam" ? {} : { LEASES_TABLE: "no-table" },
  ),
);

test("a plan of a function without leases says what that means for the end", () =>
  inAccount(
    async (fixture) => {
      const end =
        "This function keeps no leases, so the end of the request can also revoke access from before.";
      expect((await plan(fixture, escalate)).body).toMatchObject({
        outcome: "would-grant",
        message: expect.stringContaining(`does not have the access now. ${end}`),
      });
      fixture.sandbox.iam.addMember(robin, "prod-admins");
      expect((await plan(fixture, escalate)).body).toMatchObject({
        outcome: "already-standing",
        message: `${who} has access to ${group} already. ${end}`,
      });
    },
    { LEASES: "off" },
  ));
