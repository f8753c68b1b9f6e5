import { checkTarget } from "@sym/local-lambda/plan-and-check.test-support";
import { expect, test } from "vitest";
import { escalate, inStore, storeId, withSettings } from "./world.test-support.ts";

const group = "Identity Center group prod-admins";
const seen = `${group} exists in identity store ${storeId} in us-east-1, and no identity provider provisions it; whether the function may change its members is not checked`;

test("a check finds the group by its name, and by its id", () =>
  inStore(async (fixture) => {
    expect(await checkTarget(fixture, escalate)).toEqual(["ok", seen]);
    const byId = withSettings(escalate, { group_id: fixture.ids.group, group_name: "" });
    expect(await checkTarget(fixture, byId)).toEqual(["ok", seen]);
  }));

const where = `identity store ${storeId} in us-east-1`;
const gone = "does not exist in";
test.for([
  ["a missing group", { group_name: "none" }, `Identity Center group none ${gone} ${where}; correct`],
  [
    "a missing id",
    { group_name: "", group_id: "90671c2f-4001-7000-8000-00000000000a" },
    "Identity Center group 9",
  ],
  ["a missing store", { identity_store_id: "d-0000000000" }, "There is no identity store d-0000000000"],
  ["no group", { group_name: "" }, "Target prod-admins has nothing as its setting group_id"],
  ["a wrong region", { region: "Frankfurt" }, 'Target prod-admins has "Frankfurt" as its setting region'],
] as const)("a check names %s", ([, settings, problem]) =>
  inStore(async (fixture) => {
    const [level, message] = await checkTarget(fixture, withSettings(escalate, settings));
    expect([level, message.slice(0, problem.length)]).toEqual(["error", problem]);
  }),
);

test("a check names a group that an identity provider maintains", () =>
  inStore(async (fixture) => {
    fixture.store.linkGroup("prod-admins", [{ Issuer: "okta", Id: "7" }]);
    expect(await checkTarget(fixture, escalate)).toEqual([
      "error",
      `${group} is provisioned by an identity provider, whose next sync would undo the change; grant the group in the identity provider, or name a group that was created in Identity Center`,
    ]);
  }));

test("a check names a call that the function may not make", () =>
  inStore(async (fixture) => {
    fixture.sandbox.faults.inject({ action: "DescribeGroup", kind: "access-denied" });
    expect(await checkTarget(fixture, escalate)).toEqual([
      "error",
      expect.stringMatching(/^This function is not allowed to call identitystore:DescribeGroup on /),
    ]);
  }));
