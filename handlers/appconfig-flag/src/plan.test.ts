import { plan } from "@sym/local-lambda/plan-and-check.test-support";
import { expect, test } from "vitest";
import { name, person, where, withFlags } from "./appconfig-fixture.test-support.ts";

const escalate = person.robin("escalate");

test("a plan says what the escalate would do, and changes nothing", () =>
  withFlags(async (fixture) => {
    const { body, errors } = await plan(fixture, escalate);
    expect({ ...body, errors }).toMatchObject({
      ...{
        outcome: "would-grant",
        state: "off",
        wanted: "on",
        other_requests: 0,
        resource: name,
        errors: [],
      },
    });
    expect(body).not.toHaveProperty("residual_access");
    expect(await fixture.outcome(escalate)).toBe("granted");
    expect((await plan(fixture, escalate)).body).toMatchObject({ outcome: "already-granted" });
    expect((await plan(fixture, person.overlap("escalate"))).body).toMatchObject({
      ...{ outcome: "held-by-other-requests", other_requests: 1 },
    });
    expect((await plan(fixture, person.overlap("escalate", { variation: "off" }))).body).toMatchObject({
      outcome: "would-be-refused",
      message: expect.stringContaining("while another approved request holds it in another state"),
    });
    await fixture.outcome(person.robin("deescalate"));
    expect((await plan(fixture, escalate)).body).toMatchObject({ outcome: "would-be-refused" });
  }));

test("a plan for a flag that is on would change nothing", () =>
  withFlags(async (fixture) => {
    fixture.sandbox.appConfig.deploy(where, ({ values }) =>
      Object.assign(values["maintenance"] ?? {}, { enabled: true }),
    );
    fixture.sandbox.appConfig.finish(where);
    expect((await plan(fixture, escalate)).body).toMatchObject({ outcome: "already-standing" });
    expect(await fixture.outcome(escalate)).toBe("already-had-access");
  }));

test.for([
  ["AppConfig.Linear20PercentEvery6Minutes", "30 minutes"],
  ["AppConfig.Canary10Percent20Minutes", "20 minutes"],
  ["AppConfig.Linear50PercentEvery30Seconds", "a minute"],
] as const)("a plan with %s says that the switch and its end take %s", ([strategy, duration]) =>
  withFlags(async (fixture) => {
    const payload = person.robin("escalate", { deployment_strategy: strategy });
    expect((await plan(fixture, payload)).body).toMatchObject({
      outcome: "would-be-pending",
      message: expect.stringContaining(
        `until a further step: AppConfig rolls out the switch over ${duration};`,
      ),
      residual_access: `At the end, AppConfig also restores the flag over ${duration}.`,
    });
    expect(await fixture.outcome(payload)).toBe("pending");
  }),
);

test("a plan with a strategy that AWS does not predefine forecasts nothing, since the function may not read the strategy", () =>
  withFlags(async (fixture) => {
    fixture.sandbox.appConfig.createStrategy("slow000", { duration: 30, bake: 0 });
    const payload = person.robin("escalate", { deployment_strategy: "slow000" });
    expect((await plan(fixture, payload)).body).toMatchObject({ outcome: "would-grant" });
    expect(await fixture.outcome(payload)).toBe("pending");
  }));

test.for([
  ["a flag that is missing", { flag: "checkout2" }, "shop123/prod123/checkout2 may not be switched"],
  ["an environment that nobody may switch", { environment: "test123" }, "may not be switched for all users"],
  [
    "a profile that is missing",
    { configuration_profile: "conf123" },
    "No version of AppConfig profile conf123",
  ],
] as const)("a plan names %s as the reason of a refusal", ([, settings, reason]) =>
  withFlags(async (fixture) => {
    const payload = person.robin("escalate", settings);
    expect(await plan(fixture, payload)).toMatchObject({
      body: { outcome: "would-be-refused", message: expect.stringContaining(reason) },
      errors: [],
    });
    expect(await fixture.outcome(payload)).toBe("refused");
  }),
);

test("a plan is an error while AppConfig is down", () =>
  withFlags(async (fixture) => {
    const times = Number.POSITIVE_INFINITY;
    fixture.sandbox.faults.inject({ action: "ListDeployments", kind: "internal-error", times });
    expect(await plan(fixture, escalate)).toMatchObject({
      body: { outcome: "failed" },
      errors: [expect.stringMatching(/^AWS did not complete appconfig:ListDeployments/)],
    });
  }));
