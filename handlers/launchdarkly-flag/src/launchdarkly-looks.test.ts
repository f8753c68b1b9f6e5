import { passTime } from "@sym/local-lambda/table-time";
import { expect, test } from "vitest";
import { person, place, withFlag } from "./launchdarkly-fixture.test-support.ts";
import { type FlagFixture, requests, robin, sam, sweep } from "./world.test-support.ts";

const everybody = requests({
  project: "shop",
  environment: "production",
  flag: "new-checkout",
  mode: "toggle",
  variation: "off",
});

/** The calls made during the work. Parallel calls come in any order. */
async function callsOf({ sandbox }: FlagFixture, work: () => Promise<unknown>): Promise<string[]> {
  const before = sandbox.calls.length;
  await work();
  return sandbox.calls.slice(before).map(({ action }) => action);
}

/** In milliseconds. In the first seconds after a change, leases read the state twice. */
const aWhile = 60_000;
const inOneRound = ["getEnvironment", "getExpiringContextTargets", "getFeatureFlag", "getProject"];
const ofAToggle = ["getEnvironment", "getFeatureFlag", "getProject"];

test("an escalate reads in parallel, then adds the target, then schedules its removal", () =>
  withFlag(async (fixture) => {
    const calls = await callsOf(fixture, () => fixture.outcome(person.robin("escalate")));
    expect(calls.slice(0, 4).sort()).toEqual(inOneRound);
    expect(calls.slice(4)).toEqual(["patchFeatureFlag", "patchExpiringTargets"]);
    expect(fixture.sandbox.launchDarkly.targeted(...place, robin)).toBe("on");
    expect(fixture.sandbox.launchDarkly.expiring(...place)).toHaveLength(1);
  }));

test("a deescalate reads in parallel, then removes the target, then its scheduled removal", () =>
  withFlag(async (fixture) => {
    await fixture.outcome(person.robin("escalate"));
    await passTime(fixture.dynamoDb, aWhile);
    const calls = await callsOf(fixture, () => fixture.outcome(person.robin("deescalate")));
    expect(calls.slice(0, 4).sort()).toEqual(inOneRound);
    expect(calls.slice(4)).toEqual(["patchFeatureFlag", "patchExpiringTargets"]);
    expect(fixture.sandbox.launchDarkly.targeted(...place, robin)).toBeUndefined();
    expect(fixture.sandbox.launchDarkly.expiring(...place)).toEqual([]);
  }));

test("a toggle does not read scheduled removals", () =>
  withFlag(
    async (fixture) => {
      for (const type of ["escalate", "deescalate"] as const) {
        const calls = await callsOf(fixture, () => fixture.outcome(everybody.robin(type)));
        await passTime(fixture.dynamoDb, aWhile);
        expect(calls.slice(0, 3).sort()).toEqual(ofAToggle);
        expect(calls.slice(3)).toEqual(["patchFeatureFlag"]);
      }
    },
    { TOGGLE_ALLOWED: '["shop/production/new-checkout"]' },
  ));

test("a second request checks that the first request's target still exists", () =>
  withFlag(async ({ sandbox: { launchDarkly, calls }, dynamoDb, outcome }) => {
    await outcome(person.robin("escalate"));
    await passTime(dynamoDb, aWhile);
    // The second read comes after the write of the intent.
    launchDarkly.beforeNext("getFeatureFlag", () =>
      launchDarkly.beforeNext("getFeatureFlag", () => launchDarkly.target(...place, robin, undefined)),
    );
    expect(await outcome(person.overlap("escalate"))).toBe("granted");
    expect(launchDarkly.targeted(...place, robin)).toBe("on");
    expect(calls.filter(({ action }) => action === "patchFeatureFlag")).toHaveLength(2);
  }));

test("a grant moves a person whom an administrator has just added to another variation", () =>
  withFlag(async ({ sandbox: { launchDarkly, calls }, outcome }) => {
    launchDarkly.beforeNext("patchFeatureFlag", () => launchDarkly.target(...place, robin, "off"));
    expect(await outcome(person.robin("escalate"))).toBe("granted");
    expect(launchDarkly.targeted(...place, robin)).toBe("on");
    const answers = calls.filter(({ action }) => action === "patchFeatureFlag").map(({ status }) => status);
    expect(answers).toEqual([400, 200]);
  }));

test("a grant schedules the removal of a target that an administrator has just added, and the revoke removes it", () =>
  withFlag(async ({ sandbox: { launchDarkly }, outcome }) => {
    launchDarkly.beforeNext("patchFeatureFlag", () => launchDarkly.target(...place, robin, "on"));
    expect(await outcome(person.robin("escalate"))).toBe("granted");
    expect(launchDarkly.targeted(...place, robin)).toBe("on");
    expect(launchDarkly.expiring(...place)).toHaveLength(1);
    expect(await outcome(person.robin("deescalate"))).toBe("revoked");
    expect([launchDarkly.targeted(...place, robin), launchDarkly.expiring(...place)]).toEqual([
      undefined,
      [],
    ]);
  }));

test("a grant replaces a removal that an administrator has just scheduled", () =>
  withFlag(async ({ sandbox: { launchDarkly }, outcome }) => {
    launchDarkly.beforeNext("patchExpiringTargets", () => launchDarkly.scheduleRemoval(...place, robin));
    expect(await outcome(person.robin("escalate"))).toBe("granted");
    const [removal] = launchDarkly.expiring(...place);
    expect(removal).toMatchObject({ _version: 2, contextKey: robin });
    expect(removal?.expirationDate).toBeLessThan(Date.now() + 40 * 60_000);
  }));

test("a grant fails and leaves nothing if an administrator removes the target during the grant", () =>
  withFlag(async ({ sandbox: { launchDarkly }, send }) => {
    launchDarkly.beforeNext("patchExpiringTargets", () => launchDarkly.target(...place, robin, undefined));
    const { answer } = await send(person.robin("escalate"));
    expect(answer.body["outcome"]).toBe("failed");
    expect(answer.errors[0]).toMatch(
      /^LaunchDarkly refused to schedule the end of a target of flag new-checkout in shop\/production; look up the reason in LaunchDarkly/,
    );
    expect([launchDarkly.targeted(...place, robin), launchDarkly.expiring(...place)]).toEqual([
      undefined,
      [],
    ]);
  }));

const unfit = [
  ["archived", { archived: true }, {}, /^LaunchDarkly flag new-checkout in shop\/production is archived, /],
  ["switched off", {}, { on: false }, /^Targeting of LaunchDarkly flag .* is off, /],
] as const;
for (const [what, changedFlag, changedEnvironment, sentence] of unfit)
  for (const leases of ["", "off"])
    test(`a flag that is ${what} during a grant${leases && " without leases"} is refused`, () =>
      withFlag(
        async ({ sandbox: { launchDarkly }, send }) => {
          launchDarkly.beforeNext("patchFeatureFlag", () =>
            launchDarkly.edit(...place, (environment, flag) => {
              Object.assign(environment, changedEnvironment);
              Object.assign(flag, changedFlag);
            }),
          );
          const { answer } = await send(person.robin("escalate"));
          expect(answer).toMatchObject({
            body: { outcome: "refused" },
            errors: [expect.stringMatching(sentence)],
          });
          // Without leases, no invocation restores the state; LaunchDarkly ends the started grant.
          launchDarkly.expireTargets(leases ? (launchDarkly.expiring(...place)[0]?.expirationDate ?? 0) : 0);
          expect(launchDarkly.targeted(...place, robin)).toBeUndefined();
          expect(launchDarkly.expiring(...place)).toEqual([]);
        },
        leases ? { LEASES: leases } : {},
      ));

test("a revoke leaves a target that an administrator has just moved to another variation", () =>
  withFlag(async ({ sandbox: { launchDarkly }, outcome }) => {
    await outcome(person.robin("escalate"));
    launchDarkly.beforeNext("patchFeatureFlag", () => launchDarkly.target(...place, robin, "off"));
    expect(await outcome(person.robin("deescalate"))).toBe("revoked");
    expect(launchDarkly.targeted(...place, robin)).toBe("off");
    expect(launchDarkly.expiring(...place)).toEqual([]);
  }));

test("a revoke does not restore the standing variation of a person whose target an administrator removed", () =>
  withFlag(async ({ sandbox: { launchDarkly }, dynamoDb, outcome }) => {
    launchDarkly.target(...place, robin, "off");
    await outcome(person.robin("escalate"));
    await passTime(dynamoDb, aWhile);
    launchDarkly.target(...place, robin, undefined);
    expect(await outcome(person.robin("deescalate"))).toBe("revoked");
    expect(launchDarkly.targeted(...place, robin)).toBeUndefined();
  }));

test("a failed revoke keeps the scheduled removal", () =>
  withFlag(async ({ sandbox: { launchDarkly, faults }, outcome }) => {
    await outcome(person.robin("escalate"));
    faults.inject({ action: "patchFeatureFlag", kind: "internal-error", times: Number.POSITIVE_INFINITY });
    expect(await outcome(person.robin("deescalate"))).toBe("failed");
    const end = launchDarkly.expiring(...place)[0]?.expirationDate ?? 0;
    launchDarkly.expireTargets(end);
    expect(launchDarkly.targeted(...place, robin)).toBeUndefined();
  }));

test("a revoke succeeds if LaunchDarkly has just removed the target as scheduled", () =>
  withFlag(async ({ sandbox: { launchDarkly }, outcome }) => {
    await outcome(person.robin("escalate"));
    const end = launchDarkly.expiring(...place)[0]?.expirationDate ?? 0;
    launchDarkly.beforeNext("patchExpiringTargets", () => launchDarkly.expireTargets(end));
    expect(await outcome(person.robin("deescalate"))).toBe("revoked");
    expect(launchDarkly.targeted(...place, robin)).toBeUndefined();
  }));

test("a revoke that cannot delete the scheduled removal removes the target, and the sweep deletes the removal", () =>
  withFlag(async ({ sandbox: { launchDarkly, faults }, dynamoDb, send, outcome }) => {
    await outcome(person.robin("escalate"));
    faults.inject({ action: "patchExpiringTargets", kind: "access-denied", times: Number.POSITIVE_INFINITY });
    expect(await outcome(person.robin("deescalate"))).toBe("failed");
    expect(launchDarkly.targeted(...place, robin)).toBeUndefined();
    expect(launchDarkly.expiring(...place)).toHaveLength(1);
    faults.clear();
    await passTime(dynamoDb, aWhile);
    expect((await send(sweep)).answer.body).toMatchObject({ outcome: "swept", finished: 1 });
    expect(launchDarkly.expiring(...place)).toEqual([]);
  }));

for (const kind of ["internal-error", "throttle"] as const)
  test(`a failed read of scheduled removals (${kind}) affects only requests that need them`, () =>
    withFlag(async ({ sandbox, outcome }) => {
      const action = "getExpiringContextTargets";
      sandbox.launchDarkly.target(...place, sam, "on");
      sandbox.faults.inject({ action, kind, times: Number.POSITIVE_INFINITY });
      expect(await outcome(person.sam("escalate"))).toBe("already-had-access");
      expect(await outcome(person.sam("deescalate"))).toBe("kept-standing");
      sandbox.faults.clear();
      sandbox.faults.inject({ action, kind });
      expect(await outcome(person.robin("escalate"))).toBe("granted");
      expect(sandbox.launchDarkly.expiring(...place)).toHaveLength(1);
    }));

test("one sweep restores several people and flags independently", () =>
  withFlag(async (fixture) => {
    const { sandbox, dynamoDb, send, outcome } = fixture;
    const { launchDarkly } = sandbox;
    const other = ["shop", "old-checkout", "production"] as const;
    launchDarkly.createFlag("shop", "old-checkout");
    launchDarkly.target(...place, robin, "off");
    expect(await outcome(person.robin("escalate"))).toBe("granted");
    expect(await outcome(person.sam("escalate"))).toBe("granted");
    expect(await outcome(person.overlap("escalate", { flag: "old-checkout" }))).toBe("granted");
    await passTime(dynamoDb, 3 * 3_600_000);
    const calls = await callsOf(fixture, async () =>
      expect((await send(sweep)).answer.body).toMatchObject({ finished: 3, orphans: 3, failed: 0 }),
    );
    expect(launchDarkly.targeted(...place, robin)).toBe("off");
    expect(launchDarkly.targeted(...place, sam)).toBeUndefined();
    expect(launchDarkly.targeted(...other, robin)).toBeUndefined();
    expect([launchDarkly.expiring(...place), launchDarkly.expiring(...other)]).toEqual([[], []]);
    expect(calls.filter((action) => action.startsWith("get"))).toHaveLength(3 * inOneRound.length);
    expect(sandbox.calls.slice(-calls.length).map(({ status }) => status)).toEqual(calls.map(() => 200));
  }));
