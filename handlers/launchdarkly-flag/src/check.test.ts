import { check, checkTarget } from "@sym/local-lambda/plan-and-check.test-support";
import { expect, test } from "vitest";
import { type FlagFixture, inSandbox, requests } from "./world.test-support.ts";

const target = { project: "shop", environment: "production", flag: "new-checkout" };
const beta = requests({ ...target, variation: "on" }).robin("escalate");
const toggle = requests({ ...target, mode: "toggle" }).robin("escalate");
const place = ["shop", "new-checkout", "production"] as const;
const allowed = { TOGGLE_ALLOWED: '["shop/production/new-checkout"]' };
const flag = "LaunchDarkly flag new-checkout in shop/production";
const notTold = "LaunchDarkly accepts the token, and does not tell whether the token may change the flag";

function withFlag(play: (fixture: FlagFixture) => Promise<void>, environment: Record<string, string> = {}) {
  return inSandbox(async (fixture) => {
    fixture.sandbox.launchDarkly.createFlag("shop", "new-checkout");
    await play(fixture);
  }, environment);
}

/** LaunchDarkly shows what the token's role may do with the flag in the environment. */
function showRole({ sandbox }: FlagFixture, { allowed = [], denied = [] }: Record<string, string[]>) {
  const list = (actions: string[]) => actions.map((action) => ({ action, reason: { effect: "allow" } }));
  sandbox.launchDarkly.edit(...place, (production) => {
    Object.assign(production, { _access: { allowed: list(allowed), denied: list(denied) } });
  });
}

test("a check sees the flag, the variation, and what LaunchDarkly tells of the token's role", () =>
  withFlag(async (fixture) => {
    const seen = `${flag} exists and has the variation on`;
    expect(await checkTarget(fixture, beta)).toEqual(["ok", `${seen}; ${notTold}`]);
    const actions = ["updateTargets", "updateExpiringTargets"];
    showRole(fixture, { allowed: actions });
    expect(await checkTarget(fixture, beta)).toEqual([
      "ok",
      `${seen}; the role of the token may change the flag`,
    ]);
    showRole(fixture, { allowed: actions.slice(1), denied: actions.slice(0, 1) });
    expect(await checkTarget(fixture, beta)).toEqual([
      "error",
      `The token for LaunchDarkly is not allowed to call updateTargets on ${flag}; give the token's role that action`,
    ]);
  }));

test("a check sees a flag that the function may switch, also if the check names no target", () =>
  withFlag(async (fixture) => {
    const seen = `${flag} exists and is on now; ${notTold}`;
    expect(await checkTarget(fixture, toggle)).toEqual(["ok", seen]);
    expect((await check(fixture)).targets).toEqual([
      { check: "target shop/production/new-checkout", level: "ok", message: seen },
    ]);
    expect((await check(fixture, beta)).targets).toHaveLength(1);
  }, allowed));

const named: [string, object, string][] = [
  ["a missing project", { project: "blog" }, "There is no LaunchDarkly project blog that the token can see"],
  ["a missing environment", { environment: "test" }, "LaunchDarkly project shop has no environment test"],
  ["a missing flag", { flag: "other" }, "LaunchDarkly project shop has no flag other"],
  ["a missing variation", { variation: "gold" }, 'LaunchDarkly flag new-checkout has no variation "gold"'],
  ["a wrong setting", { flag: "a/b" }, 'Target new-checkout has "a/b" as its setting flag'],
];
for (const [what, settings, problem] of named)
  test(`a check names ${what}`, () =>
    withFlag(async (fixture) => {
      const payload = requests({ ...target, variation: "on", ...settings }).robin("escalate");
      const [level, message] = await checkTarget(fixture, payload);
      expect([level, message.slice(0, problem.length)]).toEqual(["error", problem]);
    }));

test("a check names a switch that TOGGLE_ALLOWED does not allow, and targeting that is off", () =>
  withFlag(async (fixture) => {
    expect(await checkTarget(fixture, toggle)).toEqual([
      "error",
      "shop/production/new-checkout may not be switched for all users; add it to TOGGLE_ALLOWED, or set the target's mode to target-user",
    ]);
    fixture.sandbox.launchDarkly.edit(...place, (production) => {
      production.on = false;
    });
    expect(await checkTarget(fixture, beta)).toEqual([
      "error",
      expect.stringMatching(/^Targeting of LaunchDarkly flag new-checkout in shop\/production is off, /),
    ]);
  }));

test("a check names a token that LaunchDarkly does not accept, and a LaunchDarkly that is down", () =>
  withFlag(async (fixture) => {
    const times = Number.POSITIVE_INFINITY;
    fixture.sandbox.faults.inject({ action: "getProject", kind: "internal-error", times });
    expect(await checkTarget(fixture, beta)).toEqual([
      "error",
      "LaunchDarkly did not complete the request (500), so the call changed nothing; try again in a minute",
    ]);
    fixture.sandbox.faults.clear();
    fixture.sandbox.launchDarkly.renewToken();
    expect(await checkTarget(fixture, beta)).toEqual([
      "error",
      "LaunchDarkly did not accept the token; renew the token in LAUNCHDARKLY_TOKEN",
    ]);
  }));
