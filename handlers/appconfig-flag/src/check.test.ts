import { check, checkTarget } from "@sym/local-lambda/plan-and-check.test-support";
import { expect, test } from "vitest";
import { person, withFlags } from "./appconfig-fixture.test-support.ts";

const escalate = person.robin("escalate");

test("a check sees the flag in the deployed document", () =>
  withFlags(async (fixture) => {
    expect(await checkTarget(fixture, escalate)).toEqual([
      "ok",
      "AppConfig flag maintenance of profile flag123 is deployed in shop123/prod123 by deployment 1, and is off; whether the function may deploy there, with the strategy now0000, is not checked",
    ]);
  }));

test("a check without a target says that TOGGLE_ALLOWED names no configuration profile", () =>
  withFlags(async (fixture) => {
    const message =
      "TOGGLE_ALLOWED does not name the setting configuration_profile of this target, so the target was not checked; name all its settings in the check";
    expect(await check(fixture)).toMatchObject({
      targets: [
        { check: "target shop123/prod123/maintenance", level: "not-checked", message },
        { check: "target shop123/prod123/checkout", level: "not-checked", message },
      ],
      errors: [],
    });
    expect(fixture.sandbox.calls.filter(({ service }) => service === "appconfig")).toEqual([]);
  }));

test.for([
  [
    "a flag that the function may not switch",
    { flag: "banner" },
    "shop123/prod123/banner may not be switched",
  ],
  [
    "a profile that is not deployed",
    { configuration_profile: "conf123" },
    "No version of AppConfig profile conf123",
  ],
  [
    "a profile that is not named",
    { configuration_profile: "" },
    "Target new-checkout has nothing as its setting",
  ],
  [
    "a mode for one person",
    { mode: "target-user" },
    'Target new-checkout has "target-user" as its setting mode',
  ],
] as const)("a check names %s", ([, settings, problem]) =>
  withFlags(async (fixture) => {
    const [level, message] = await checkTarget(fixture, person.robin("escalate", settings));
    expect([level, message.slice(0, problem.length)]).toEqual(["error", problem]);
  }),
);

test("a check names a flag that the document does not have, and an environment that does not exist", () =>
  withFlags(
    async (fixture) => {
      expect(await checkTarget(fixture, person.robin("escalate", { flag: "banner" }))).toEqual([
        "error",
        "AppConfig profile flag123 has no flag banner with a value; correct the target's setting flag",
      ]);
      expect(await checkTarget(fixture, person.robin("escalate", { environment: "test123" }))).toEqual([
        "error",
        "AppConfig has no environment test123 in application shop123; correct the target's settings project and environment",
      ]);
    },
    undefined,
    { TOGGLE_ALLOWED: '["shop123/prod123/banner","shop123/test123/maintenance"]' },
  ));

test("a check names a call that the function may not make", () =>
  withFlags(async (fixture) => {
    fixture.sandbox.faults.inject({ action: "ListDeployments", kind: "access-denied" });
    expect(await checkTarget(fixture, escalate)).toEqual([
      "error",
      expect.stringMatching(/^This function is not allowed to call appconfig:ListDeployments on /),
    ]);
  }));
