import { check, checkTarget } from "@sym/local-lambda/plan-and-check.test-support";
import { expect, test } from "vitest";
import { escalate, inAccount, withSettings } from "./world.test-support.ts";

const elsewhere = "arn:aws:iam::210987654321:role/sym-iam-group";
const exists = "whether the function may change its members is not checked";

test("a check sees the environment, the table, its index and the group", () =>
  inAccount(async (fixture) => {
    const { rows, errors } = await check(fixture, escalate);
    expect(rows.map(({ check: name, level }) => `${name}: ${level}`)).toEqual([
      "environment: ok",
      "ALLOWED_SETTINGS: ok",
      "table of leases: ok",
      "index of due leases: ok",
      "target prod-admins: ok",
    ]);
    expect(rows.at(-1)?.message).toBe(`IAM group prod-admins in account 123456789012 exists; ${exists}`);
    expect(errors).toEqual([]);
  }));

test("a check looks at a group in another account with the role of the target", () =>
  inAccount(async (fixture) => {
    const payload = withSettings(escalate, { role_arn: elsewhere });
    fixture.sandbox.sts.createRole(elsewhere);
    fixture.sandbox.iam.account("210987654321").createGroup("readers");
    expect(await checkTarget(fixture, payload)).toEqual([
      "error",
      "IAM group prod-admins in account 210987654321 does not exist; correct the target's setting group_name, or create the group",
    ]);
    fixture.sandbox.iam.account("210987654321").createGroup("Prod-Admins");
    expect(await checkTarget(fixture, payload)).toEqual([
      "ok",
      `IAM group Prod-Admins in account 210987654321 exists; ${exists}`,
    ]);
  }));

test.for([
  ["a group with a path", { group_name: "a/b" }, 'Target prod-admins has "a/b" as its setting group_name'],
  ["a role that is none", { role_arn: "admin" }, 'Target prod-admins has "admin" as its setting role_arn'],
  [
    "a role that does not exist",
    { role_arn: elsewhere },
    "This function is not allowed to call sts:AssumeRole",
  ],
] as const)("a check names %s", ([, settings, problem]) =>
  inAccount(async (fixture) => {
    const [level, message] = await checkTarget(fixture, withSettings(escalate, settings));
    expect(level).toBe("error");
    expect(message.slice(0, problem.length)).toBe(problem);
  }),
);

test.for([
  ["access-denied", /^This function is not allowed to call iam:GetGroup on IAM group prod-admins/],
  ["internal-error", /^AWS did not complete iam:GetGroup on IAM group prod-admins/],
] as const)("a check names a call that ends in %s", ([kind, sentence]) =>
  inAccount(async (fixture) => {
    fixture.sandbox.faults.inject({ action: "GetGroup", kind, times: Number.POSITIVE_INFINITY });
    const [level, message] = await checkTarget(fixture, escalate);
    expect([level, message]).toEqual(["error", expect.stringMatching(sentence)]);
  }),
);

test("a check names a table that does not exist, once for the table and once for its index", () =>
  inAccount(
    async (fixture) => {
      const { rows, errors } = await check(fixture, escalate);
      expect(rows.filter(({ level }) => level === "error").map((row) => row.check)).toEqual([
        "table of leases",
        "index of due leases",
      ]);
      expect(errors[0]).toMatch(/^DynamoDB table no-table, or its index "due", does not exist/);
    },
    { LEASES_TABLE: "no-table" },
  ));

test("a check of a function that is misconfigured names the variable, and looks no further", () =>
  inAccount(
    async (fixture) => {
      const { rows } = await check(fixture, escalate);
      expect(rows).toEqual([
        {
          ...{ check: "environment", level: "error" },
          message: expect.stringMatching(/^This function is misconfigured: .*IDENTITY_RULE/),
        },
      ]);
      expect(fixture.sandbox.calls).toEqual([]);
    },
    { IDENTITY_RULE: "guess" },
  ));

test("a function without leases has no table to check, and checks the groups that people may choose", () =>
  inAccount(
    async (fixture) => {
      expect((await check(fixture)).rows.map(({ check: name, level }) => `${name}: ${level}`)).toEqual([
        "environment: ok",
        "ALLOWED_SETTINGS: ok",
        "target prod-admins: ok",
        "target readers: error",
      ]);
    },
    { LEASES: "off", ALLOWED_SETTINGS: '{"group_name":["prod-admins","readers"]}' },
  ));
