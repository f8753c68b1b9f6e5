import { plan } from "@sym/local-lambda/plan-and-check.test-support";
import { expect, test } from "vitest";
import { type FlagFixture, inSandbox, requests, robin } from "./world.test-support.ts";

const target = { project: "shop", environment: "production", flag: "new-checkout" };
const person = requests({ ...target, variation: "on" });
const everybody = requests({ ...target, mode: "toggle" });
const place = ["shop", "new-checkout", "production"] as const;
const allowed = { TOGGLE_ALLOWED: '["shop/production/new-checkout"]' };
const flag = "LaunchDarkly flag new-checkout in shop/production";

function withFlag(play: (fixture: FlagFixture) => Promise<void>, environment: Record<string, string> = {}) {
  return inSandbox(async (fixture) => {
    fixture.sandbox.launchDarkly.createFlag("shop", "new-checkout");
    await play(fixture);
  }, environment);
}

test("a plan says what the escalate would do, and changes nothing", () =>
  withFlag(async (fixture) => {
    const { body, errors } = await plan(fixture, person.robin("escalate"));
    expect({ ...body, errors }).toMatchObject({
      ...{ outcome: "would-grant", state: "absent", other_requests: 0, errors: [] },
      ...{ subject: `user ${robin}`, resource: `${flag} (on for user ${robin})` },
    });
    expect(body).not.toHaveProperty("residual_access");
    expect(await fixture.outcome(person.robin("escalate"))).toBe("granted");
  }));

test("a plan names other requests, the request's own access, and the refusal after its end", () =>
  withFlag(async (fixture) => {
    await fixture.send(person.overlap("escalate"));
    expect((await plan(fixture, person.robin("escalate"))).body).toMatchObject({
      ...{ outcome: "held-by-other-requests", other_requests: 1 },
    });
    expect((await plan(fixture, person.overlap("escalate"))).body).toMatchObject({
      outcome: "already-granted",
    });
    const other = person.robin("escalate", { variation: "off" });
    expect((await plan(fixture, other)).body).toMatchObject({
      outcome: "would-be-refused",
      message: expect.stringContaining("while another approved request holds it in another state"),
    });
    await fixture.send(person.robin("deescalate"));
    expect((await plan(fixture, person.robin("escalate"))).body).toMatchObject({
      outcome: "would-be-refused",
    });
  }));

test("a plan for a person whom others have targeted says that the request would change nothing", () =>
  withFlag(async (fixture) => {
    fixture.sandbox.launchDarkly.target(...place, robin, "on");
    expect((await plan(fixture, person.robin("escalate"))).body).toMatchObject({
      outcome: "already-standing",
    });
    expect(await fixture.outcome(person.robin("escalate"))).toBe("already-had-access");
  }));

test("a plan for all users names the requester only", () =>
  withFlag(async (fixture) => {
    fixture.sandbox.launchDarkly.edit(...place, (production) => {
      production.on = false;
    });
    expect((await plan(fixture, everybody.robin("escalate"))).body).toMatchObject({
      outcome: "would-grant",
      message: expect.stringMatching(
        /^robin\.requester@example\.com would get access to .* \(on for all users\) until .* UTC, and has the state off now\./,
      ),
    });
    expect(await fixture.outcome(everybody.robin("escalate"))).toBe("granted");
  }, allowed));

const refusals: [string, (fixture: FlagFixture) => unknown, string][] = [
  [
    "targeting that is off",
    ({ sandbox: { launchDarkly } }) =>
      launchDarkly.edit(...place, (production) => {
        production.on = false;
      }),
    `Targeting of ${flag} is off`,
  ],
  [
    "a standing target with an end that others have scheduled",
    ({ sandbox: { launchDarkly } }) => {
      launchDarkly.target(...place, robin, "off");
      launchDarkly.scheduleRemoval(...place, robin);
    },
    `user ${robin} has another variation of ${flag} until`,
  ],
  ["a missing flag", ({ sandbox }) => sandbox.launchDarkly.deleteFlag("shop", "new-checkout"), "has no flag"],
];
for (const [what, change, reason] of refusals)
  test(`a plan names ${what} as the reason of a refusal`, () =>
    withFlag(async (fixture) => {
      change(fixture);
      expect(await plan(fixture, person.robin("escalate"))).toMatchObject({
        body: { outcome: "would-be-refused", message: expect.stringContaining(reason) },
        errors: [],
      });
      expect(await fixture.outcome(person.robin("escalate"))).toBe("refused");
    }));

test("a plan for a switch that the administrator does not allow would be refused", () =>
  withFlag(async (fixture) => {
    expect((await plan(fixture, everybody.robin("escalate"))).body).toMatchObject({
      outcome: "would-be-refused",
      message: expect.stringContaining("may not be switched for all users; add it to TOGGLE_ALLOWED"),
    });
  }));

test("a plan is an error while LaunchDarkly is down", () =>
  withFlag(async (fixture) => {
    const times = Number.POSITIVE_INFINITY;
    fixture.sandbox.faults.inject({ action: "getFeatureFlag", kind: "internal-error", times });
    expect(await plan(fixture, person.robin("escalate"))).toMatchObject({
      body: { outcome: "failed" },
      errors: [
        "LaunchDarkly did not complete the request (500), so the call changed nothing; try again in a minute",
      ],
    });
  }));
