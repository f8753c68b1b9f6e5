// The access that a lease names: ids instead of keys, two accounts, and a shortened list of toggles.
import { forgeLeases, passTime } from "@sym/local-lambda/table-time";
import { startSandbox } from "@sym/stand-ins/sandbox";
import { expect, test } from "vitest";
import { type FlagFixture, inSandbox, requests, robin, sweep } from "./world.test-support.ts";

const target = { project: "shop", environment: "production", flag: "new-checkout" };
const person = requests({ ...target, variation: "on" });
const everybody = requests({ ...target, mode: "toggle" });
const place = ["shop", "new-checkout", "production"] as const;
const allowed = { TOGGLE_ALLOWED: '["shop/production/new-checkout"]' };

function withFlag(play: (fixture: FlagFixture) => Promise<void>, environment: Record<string, string> = {}) {
  return inSandbox(async (fixture) => {
    fixture.sandbox.launchDarkly.createFlag("shop", "new-checkout");
    await play(fixture);
  }, environment);
}

const isOn = ({ launchDarkly }: Pick<FlagFixture["sandbox"], "launchDarkly">) =>
  launchDarkly.flag("shop", "new-checkout").environments["production"]?.on;
const switchOff = ({ launchDarkly }: Pick<FlagFixture["sandbox"], "launchDarkly">) =>
  launchDarkly.edit(...place, (production) => {
    production.on = false;
  });

test("two LaunchDarkly accounts with one table do not revoke each other's toggles and targets", () =>
  withFlag(async (fixture) => {
    const other = await startSandbox();
    try {
      other.launchDarkly.createFlag("shop", "new-checkout");
      const { LAUNCHDARKLY_URL, LAUNCHDARKLY_TOKEN } = other.env;
      const there = fixture.beside({ LAUNCHDARKLY_URL, LAUNCHDARKLY_TOKEN });
      expect(await fixture.outcome(person.robin("escalate"))).toBe("granted");
      expect(await there.outcome(person.overlap("escalate"))).toBe("granted");
      expect(await fixture.outcome(person.robin("deescalate"))).toBe("revoked");
      expect(fixture.sandbox.launchDarkly.targeted(...place, robin)).toBeUndefined();
      expect(other.launchDarkly.targeted(...place, robin)).toBe("on");
      for (const one of [fixture.sandbox, other]) switchOff(one);
      expect(await fixture.outcome(everybody.sam("escalate"))).toBe("granted");
      expect(await there.outcome(everybody.endless("escalate"))).toBe("granted");
      expect(await fixture.outcome(everybody.sam("deescalate"))).toBe("revoked");
      expect([isOn(fixture.sandbox), isOn(other)]).toEqual([false, true]);
      expect(await there.outcome(everybody.endless("deescalate"))).toBe("revoked");
      expect(isOn(other)).toBe(false);
    } finally {
      await other.close();
    }
  }, allowed));

test("a run id that is reused for another flag or variation is refused, and revokes only its first access", () =>
  withFlag(async ({ sandbox: { launchDarkly }, send, outcome }) => {
    launchDarkly.createFlag("shop", "other-flag");
    expect(await outcome(person.robin("escalate"))).toBe("granted");
    for (const other of [{ flag: "other-flag" }, { variation: "off" }])
      expect((await send(person.robin("escalate", other))).answer).toMatchObject({
        body: { outcome: "refused" },
        errors: [expect.stringMatching(/^The id of this request belongs to another access, person or role/)],
      });
    expect(launchDarkly.targeted(...place, robin)).toBe("on");
    expect(launchDarkly.targeted("shop", "other-flag", "production", robin)).toBeUndefined();
    expect(await outcome(person.robin("deescalate"))).toBe("revoked");
    expect(launchDarkly.targeted(...place, robin)).toBeUndefined();
  }));

test("a revoke with a token of another LaunchDarkly account fails without a change", () =>
  withFlag(async (fixture) => {
    const { sandbox, outcome, send } = fixture;
    expect(await outcome(person.robin("escalate"))).toBe("granted");
    sandbox.launchDarkly.hideProject("shop");
    sandbox.launchDarkly.createFlag("shop", "new-checkout");
    const { answer } = await send(person.robin("deescalate"));
    expect(answer.body["outcome"]).toBe("failed");
    expect(answer.errors[0]).toMatch(
      /^The token for LaunchDarkly sees a different project shop than the project in which LaunchDarkly flag new-checkout in shop\/production \(on for user .*\) was granted; /,
    );
  }));

const again = [
  [
    "flag",
    ({ launchDarkly }: FlagFixture["sandbox"]) => {
      launchDarkly.deleteFlag("shop", "new-checkout");
      launchDarkly.createFlag("shop", "new-checkout");
    },
  ],
  [
    "environment",
    ({ launchDarkly }: FlagFixture["sandbox"]) => {
      launchDarkly.deleteEnvironment("shop", "production");
      launchDarkly.addEnvironment("shop", "production");
    },
  ],
] as const;
for (const [what, replace] of again)
  test(`a revoke leaves the targets of a new ${what} that has the key of a deleted one`, () =>
    withFlag(async ({ sandbox, dynamoDb, send, outcome }) => {
      await outcome(person.robin("escalate"));
      replace(sandbox);
      sandbox.launchDarkly.target(...place, robin, "on");
      await passTime(dynamoDb, 60_000);
      expect((await send(person.robin("deescalate"))).answer).toMatchObject({
        body: { outcome: "revoked", message: expect.stringContaining("so the access ended with it") },
        errors: [],
      });
      expect(sandbox.launchDarkly.targeted(...place, robin)).toBe("on");
    }));

test("a revoke restores a toggle that has been removed from TOGGLE_ALLOWED", () =>
  withFlag(async ({ sandbox, outcome, beside }) => {
    switchOff(sandbox);
    expect(await outcome(everybody.robin("escalate"))).toBe("granted");
    const later = beside({ TOGGLE_ALLOWED: "[]" });
    expect(await later.outcome(everybody.robin("deescalate"))).toBe("revoked");
    expect(isOn(sandbox)).toBe(false);
  }, allowed));

test("a forged lease cannot change a flag that TOGGLE_ALLOWED does not list", () =>
  withFlag(async ({ sandbox, dynamoDb, outcome, send, beside }) => {
    switchOff(sandbox);
    await outcome(everybody.robin("escalate"));
    await outcome(everybody.sam("escalate"));
    switchOff(sandbox);
    const later = beside({ TOGGLE_ALLOWED: "[]" });
    // The record of a flag that this function turned off, with two requests for `on`; the first has ended.
    await forgeLeases(dynamoDb, (lease) => {
      const { runs } = lease as { runs: [string, object][] };
      const [[first, run] = ["", {}], ...others] = runs;
      return { ...lease, ours: ["off"], runs: [[first, { ...run, state: "closing" }], ...others] };
    });
    const swept = await later.send(sweep);
    expect(swept.answer.body).toMatchObject({ failed: 1 });
    expect(swept.logs).toContain("shop/production/new-checkout may not be switched for all users");
    expect(isOn(sandbox)).toBe(false);
    await passTime(dynamoDb, 120_000);
    expect((await send(sweep)).answer.body).toMatchObject({ failed: 0 });
    expect(isOn(sandbox)).toBe(true);
  }, allowed));
