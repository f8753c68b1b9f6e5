import { expect, test } from "vitest";
import { inSandbox, requests, robin } from "./world.test-support.ts";

const target = { project: "shop", environment: "production", flag: "new-checkout" };
const person = requests({ ...target, variation: "on" });
const everybody = requests({ ...target, mode: "toggle" });
const place = ["shop", "new-checkout", "production"] as const;
const allowed = { TOGGLE_ALLOWED: '["shop/production/new-checkout"]' };
const resource = "LaunchDarkly flag new-checkout in shop/production (on for all users)";

/** With the flag new-checkout, whose targeting is off. */
function withFlag(play: Parameters<typeof inSandbox>[0], environment: Record<string, string> = {}) {
  return inSandbox(async (fixture) => {
    fixture.sandbox.launchDarkly.createFlag("shop", "new-checkout");
    fixture.sandbox.launchDarkly.edit(...place, (production) => {
      production.on = false;
    });
    await play(fixture);
  }, environment);
}

test("a toggle turns the flag on for all users, and the last revoke restores the flag", () =>
  withFlag(async ({ sandbox, send, outcome }) => {
    const isOn = () => sandbox.launchDarkly.flag("shop", "new-checkout").environments["production"]?.on;
    const { answer } = await send(everybody.robin("escalate"));
    expect(answer).toMatchObject({
      body: { outcome: "granted", resource, subject: "all users" },
      errors: [],
    });
    expect(isOn()).toBe(true);
    expect(await outcome(everybody.sam("escalate"))).toBe("granted");
    expect(await outcome(everybody.robin("deescalate"))).toBe("kept-for-other-request");
    expect(isOn()).toBe(true);
    expect(await outcome(everybody.sam("deescalate"))).toBe("revoked");
    expect(isOn()).toBe(false);
  }, allowed));

test("a flag that was on before a toggle stays on after the revoke", () =>
  withFlag(async ({ sandbox, outcome }) => {
    sandbox.launchDarkly.edit(...place, (production) => {
      production.on = true;
    });
    expect(await outcome(everybody.robin("escalate"))).toBe("already-had-access");
    expect(await outcome(everybody.robin("deescalate"))).toBe("kept-standing");
    expect(sandbox.launchDarkly.audit()).toEqual([]);
  }, allowed));

test("a request to turn a flag off is refused while another request holds the flag on", () =>
  withFlag(async ({ send, outcome }) => {
    await outcome(everybody.robin("escalate"));
    const { answer } = await send(everybody.sam("escalate", { variation: "off" }));
    expect(answer.errors).toEqual([
      "LaunchDarkly flag new-checkout in shop/production (off for all users) cannot be granted while another approved request holds it in another state; request the access again when that request has ended",
    ]);
  }, allowed));

test("without leases, a toggle is refused, because no record holds the state to restore", () =>
  withFlag(
    async ({ sandbox, send }) => {
      expect((await send(everybody.robin("escalate"))).answer.errors).toEqual([
        "shop/production/new-checkout cannot be switched for all users without leases, which record the earlier state; give the function a table of leases (LEASES_TABLE)",
      ]);
      expect(sandbox.calls).toEqual([]);
    },
    { ...allowed, LEASES: "off" },
  ));

test("without leases, a grant targets the person once, with a scheduled removal", () =>
  withFlag(
    async ({ sandbox, outcome }) => {
      sandbox.launchDarkly.edit(...place, (production) => {
        production.on = true;
      });
      expect(await outcome(person.robin("escalate"))).toBe("granted");
      expect(await outcome(person.robin("escalate"))).toBe("already-had-access");
      expect(sandbox.launchDarkly.targeted(...place, robin)).toBe("on");
      expect(await outcome(person.robin("deescalate"))).toBe("revoked");
      // A removal left behind would remove a target that an administrator gives before the removal's time.
      expect(sandbox.launchDarkly.expiring(...place)).toEqual([]);
      expect(await outcome(person.robin("deescalate"))).toBe("nothing-to-revoke");
      expect(sandbox.launchDarkly.targeted(...place, robin)).toBeUndefined();
    },
    { LEASES: "off" },
  ));

test("without leases, a revoke leaves a variation that the request did not ask for", () =>
  withFlag(
    async ({ sandbox, outcome }) => {
      sandbox.launchDarkly.target(...place, robin, "off");
      await outcome(person.robin("deescalate"));
      expect(sandbox.launchDarkly.targeted(...place, robin)).toBe("off");
      expect(sandbox.launchDarkly.audit()).toEqual([]);
    },
    { LEASES: "off" },
  ));
