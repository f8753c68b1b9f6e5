// What is not there, what others have deleted, and what AWS refuses.
import { passTime } from "@sym/local-lambda/table-time";
import { expect, test } from "vitest";
import { name, person, values, where, withFlags } from "./appconfig-fixture.test-support.ts";
import { inSandbox, sweep } from "./world.test-support.ts";

const minute = 60_000;

const missing = [
  {
    what: "environment",
    settings: { environment: "prod999" },
    sentence:
      "AppConfig has no environment prod999 in application shop123; correct the target's settings project and environment",
  },
  {
    what: "profile",
    settings: { configuration_profile: "flag999" },
    sentence:
      "No version of AppConfig profile flag999 is deployed in environment prod123; correct the target's setting configuration_profile, or deploy a version",
  },
  {
    what: "flag",
    settings: { flag: "maintenence" },
    sentence:
      "AppConfig profile flag123 has no flag maintenence with a value; correct the target's setting flag",
  },
  {
    what: "deployment strategy",
    settings: { deployment_strategy: "now9999" },
    sentence:
      "AppConfig has no deployment strategy now9999, or another administrator has just deleted version 4 of profile flag123; correct the target's setting deployment_strategy, or try again",
  },
];
for (const { what, settings, sentence } of missing)
  test(`the answer names a missing ${what}`, () =>
    inSandbox(
      async (fixture) => {
        fixture.sandbox.appConfig.createFlags(where, { maintenance: { enabled: false } });
        const { answer } = await fixture.send(person.robin("escalate", settings));
        expect(answer.body["outcome"]).toBe("refused");
        expect(answer.errors[0]?.slice(0, sentence.length)).toBe(sentence);
        expect(values(fixture)["maintenance"]?.["enabled"]).toBe(false);
      },
      {
        TOGGLE_ALLOWED:
          '["shop123/prod123/maintenance","shop123/prod999/maintenance","shop123/prod123/maintenence"]',
      },
    ));

test("deleting the flag ends the access once the deletion can no longer be rolled back", () =>
  withFlags(async (fixture) => {
    const { sandbox, send, dynamoDb, outcome } = fixture;
    await outcome(person.robin("escalate"));
    sandbox.appConfig.finish(where);
    sandbox.appConfig.deploy(where, ({ flags, values }) => {
      delete flags["maintenance"];
      delete values["maintenance"];
    });
    const { answer } = await send(person.robin("deescalate"));
    expect(answer.body["outcome"]).toBe("failed");
    expect(answer.errors[0]).toMatch(
      /^AppConfig is deploying the removal of flag maintenance from environment prod123, which can still be rolled back; try again when that deployment is complete/,
    );
    sandbox.appConfig.finish(where);
    await passTime(dynamoDb, minute);
    expect((await send(sweep)).answer.body).toMatchObject({ finished: 1, failed: 0 });
    await passTime(dynamoDb, 60 * minute);
    expect((await send(sweep)).answer.body).toMatchObject({ due: 0 });
    expect(await outcome(person.robin("escalate"))).toBe("refused");
  }));

test("deleting the environment ends the access, and the answer says so", () =>
  withFlags(async ({ sandbox, send, outcome }) => {
    await outcome(person.robin("escalate"));
    sandbox.appConfig.finish(where);
    sandbox.appConfig.deleteEnvironment(where);
    expect((await send(person.robin("deescalate"))).answer).toMatchObject({
      body: {
        outcome: "revoked",
        message: `Your access to ${name} has ended: the resource no longer exists, so the access ended with it.`,
      },
      errors: [],
    });
  }));

test("a revoke fails if no version of the profile is deployed any longer", () =>
  withFlags(async ({ sandbox, send, outcome }) => {
    await outcome(person.robin("escalate"));
    sandbox.appConfig.undoAll(where);
    const { answer } = await send(person.robin("deescalate"));
    expect(answer.body["outcome"]).toBe("failed");
    expect(answer.errors[0]).toMatch(
      /^No version of AppConfig profile flag123 is deployed in environment prod123; /,
    );
  }));

test("a flag with variants is refused, because each variant applies to some users only", () =>
  withFlags(async ({ sandbox, send }) => {
    sandbox.appConfig.createFlags(where, {
      maintenance: { enabled: false, _variants: [{ name: "beta", enabled: true }] },
    });
    expect((await send(person.robin("escalate"))).answer.errors).toEqual([
      "AppConfig flag maintenance has variants, which apply only to some users; only a flag without variants can be switched",
    ]);
  }));

test("the answer names the AWS action that the function may not call", () =>
  withFlags(async ({ sandbox, send }) => {
    sandbox.faults.inject({
      action: "StartDeployment",
      kind: "access-denied",
      times: Number.POSITIVE_INFINITY,
    });
    const { answer } = await send(person.robin("escalate"));
    expect(answer.errors[0]).toContain(
      `This function is not allowed to call appconfig:StartDeployment on ${name}; add the action to the policy of its role`,
    );
  }));

test("a profile without feature flags is refused", () =>
  withFlags(async ({ sandbox, send }) => {
    sandbox.appConfig.deploy(where, (document) => Object.assign(document, { flags: undefined }));
    const { answer } = await send(person.robin("escalate"));
    expect(answer.errors).toEqual([
      "AppConfig profile flag123 has no feature flags in AppConfig's hosted configuration store; correct the target's setting configuration_profile",
    ]);
  }));

const awsFailures = [
  {
    kind: "throttle",
    sentence: `AWS is throttling appconfig:StartDeployment on ${name}; try again in a minute`,
  },
  { kind: "internal-error", sentence: `AWS did not complete appconfig:StartDeployment on ${name} (` },
  {
    kind: "timeout",
    sentence: "The target system did not answer in time, so the access may or may not have",
  },
] as const;
for (const { kind, sentence } of awsFailures)
  test(`an escalate explains the AppConfig failure ${kind}`, () =>
    withFlags(
      async ({ sandbox, send }) => {
        sandbox.faults.inject({ action: "StartDeployment", kind, times: Number.POSITIVE_INFINITY });
        const { answer } = await send(person.robin("escalate"));
        expect(answer.body["outcome"]).toBe("failed");
        expect(answer.errors[0]?.slice(0, sentence.length)).toBe(sentence);
      },
      kind === "timeout" ? 4_000 : undefined,
    ));
