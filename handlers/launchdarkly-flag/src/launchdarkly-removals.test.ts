// Removals of targets that LaunchDarkly carries out by itself, and changes that administrators have scheduled.
import { passTime } from "@sym/local-lambda/table-time";
import { expect, test } from "vitest";
import { flagOf, patches, person, place, withFlag } from "./launchdarkly-fixture.test-support.ts";
import { robin } from "./world.test-support.ts";

test("a person with a standing target keeps the target, without a scheduled removal", () =>
  withFlag(async (fixture) => {
    fixture.sandbox.launchDarkly.target(...place, robin, "on");
    const before = flagOf(fixture);
    expect(await fixture.outcome(person.robin("escalate"))).toBe("already-had-access");
    expect(await fixture.outcome(person.robin("deescalate"))).toBe("kept-standing");
    expect(flagOf(fixture)).toBe(before);
    expect(patches(fixture)).toEqual([]);
  }));

test("a request keeps the removal that an administrator scheduled for a standing target", () =>
  withFlag(async (fixture) => {
    fixture.sandbox.launchDarkly.target(...place, robin, "on");
    fixture.sandbox.launchDarkly.scheduleRemoval(...place, robin);
    const before = flagOf(fixture);
    expect(await fixture.outcome(person.endless("escalate"))).toBe("already-had-access");
    expect(await fixture.outcome(person.endless("deescalate"))).toBe("kept-standing");
    expect(flagOf(fixture)).toBe(before);
  }));

test("a removal that an administrator schedules for one request does not shorten another request", () =>
  withFlag(async ({ sandbox, dynamoDb, outcome }) => {
    sandbox.launchDarkly.target(...place, robin, "off");
    expect(await outcome(person.robin("escalate"))).toBe("granted");
    await passTime(dynamoDb, 60_000);
    sandbox.launchDarkly.scheduleRemoval(...place, robin);
    expect(await outcome(person.endless("escalate"))).toBe("granted");
    expect(sandbox.launchDarkly.expiring(...place)).toEqual([]);
  }));

test("a standing target with a scheduled removal is not moved, because the revoke cannot restore the removal", () =>
  withFlag(async (fixture) => {
    const { sandbox, send } = fixture;
    sandbox.launchDarkly.target(...place, robin, "off");
    sandbox.launchDarkly.scheduleRemoval(...place, robin);
    const before = flagOf(fixture);
    const { answer } = await send(person.robin("escalate"));
    expect(answer).toMatchObject({
      body: { outcome: "refused" },
      errors: [
        expect.stringMatching(
          /^user robin\.requester@example\.com has another variation of LaunchDarkly flag new-checkout in shop\/production until \d{4}-\d\d-\d\d \d\d:\d\d UTC, when LaunchDarkly removes that variation, and this function could only restore it without its end; request the access again after that time, or delete the scheduled removal in LaunchDarkly$/,
        ),
      ],
    });
    expect(flagOf(fixture)).toBe(before);
  }));

test("LaunchDarkly removes the target shortly after the request's end, even without a deescalate", () =>
  withFlag(async ({ sandbox, outcome }) => {
    const start = Date.now();
    await outcome(person.robin("escalate"));
    const [scheduled] = sandbox.launchDarkly.expiring(...place);
    const end = scheduled?.expirationDate ?? 0;
    expect(end - start).toBeGreaterThanOrEqual(1_800_000 + 300_000);
    sandbox.launchDarkly.expireTargets(end);
    expect(sandbox.launchDarkly.targeted(...place, robin)).toBeUndefined();
    expect(await outcome(person.robin("deescalate"))).toBe("revoked");
  }));

test("a longer request postpones the scheduled removal, and a request without an end deletes it", () =>
  withFlag(async ({ sandbox, outcome }) => {
    await outcome(person.robin("escalate"));
    const first = sandbox.launchDarkly.expiring(...place)[0]?.expirationDate ?? 0;
    expect(await outcome(person.overlap("escalate"))).toBe("granted");
    const second = sandbox.launchDarkly.expiring(...place)[0]?.expirationDate ?? 0;
    expect(second).toBeGreaterThan(first + 1_700_000);
    expect(await outcome(person.endless("escalate"))).toBe("granted");
    expect(sandbox.launchDarkly.expiring(...place)).toEqual([]);
    expect(await outcome(person.robin("deescalate"))).toBe("kept-for-other-request");
    expect(await outcome(person.overlap("deescalate"))).toBe("kept-for-other-request");
    expect(sandbox.launchDarkly.targeted(...place, robin)).toBe("on");
    expect(await outcome(person.endless("deescalate"))).toBe("revoked");
  }));

test("a shorter request does not bring the scheduled removal forward", () =>
  withFlag(async ({ sandbox, outcome }) => {
    await outcome(person.overlap("escalate"));
    const [before] = sandbox.launchDarkly.expiring(...place);
    await outcome(person.robin("escalate"));
    expect(sandbox.launchDarkly.expiring(...place)).toEqual([before]);
  }));

test("a grant replaces the scheduled removal of an earlier target", () =>
  withFlag(async ({ sandbox, outcome }) => {
    sandbox.launchDarkly.target(...place, robin, "off");
    sandbox.launchDarkly.scheduleRemoval(...place, robin);
    sandbox.launchDarkly.target(...place, robin, undefined);
    const { _id } = sandbox.launchDarkly.flag("shop", "new-checkout").variations[0] ?? {};
    expect(await outcome(person.robin("escalate"))).toBe("granted");
    expect(sandbox.launchDarkly.expiring(...place)).toMatchObject([{ contextKey: robin, variationId: _id }]);
    expect(await outcome(person.robin("deescalate"))).toBe("revoked");
    expect(sandbox.launchDarkly.expiring(...place)).toEqual([]);
  }));

test("a removal scheduled for a request does not remove a variation that an administrator set during the request", () =>
  withFlag(async ({ sandbox, outcome }) => {
    await outcome(person.robin("escalate"));
    const end = sandbox.launchDarkly.expiring(...place)[0]?.expirationDate ?? 0;
    sandbox.launchDarkly.target(...place, robin, "off");
    expect(await outcome(person.overlap("escalate"))).toBe("granted");
    expect(await outcome(person.robin("deescalate"))).toBe("kept-for-other-request");
    expect(await outcome(person.overlap("deescalate"))).toBe("revoked");
    expect(sandbox.launchDarkly.targeted(...place, robin)).toBe("off");
    expect(sandbox.launchDarkly.expiring(...place)).toEqual([]);
    sandbox.launchDarkly.target(...place, robin, "on");
    sandbox.launchDarkly.expireTargets(end);
    expect(sandbox.launchDarkly.targeted(...place, robin)).toBe("on");
  }));

test("a revoke overrides a conflicting scheduled change and says so, and a grant is refused", () =>
  withFlag(async ({ sandbox, send, outcome }) => {
    await outcome(person.robin("escalate"));
    sandbox.launchDarkly.scheduleChange("shop", "production");
    expect((await send(person.robin("deescalate"))).answer.body).toMatchObject({
      outcome: "revoked",
      residual_access:
        "Because of this change, scheduled changes and pending approval requests of the flag in LaunchDarkly can fail.",
    });
    expect(sandbox.launchDarkly.targeted(...place, robin)).toBeUndefined();
    const { answer } = await send(person.sam("escalate"));
    expect(answer).toMatchObject({
      body: { outcome: "refused" },
      errors: [
        "LaunchDarkly refused to change flag new-checkout in shop/production, perhaps because the change would make a scheduled change or an approval request fail; check the flag's pending changes in LaunchDarkly, then try again",
      ],
    });
  }));

test("a revoke without a conflict does not override scheduled changes", () =>
  withFlag(async ({ sandbox, send, outcome }) => {
    await outcome(person.robin("escalate"));
    const { answer } = await send(person.robin("deescalate"));
    expect(answer.body).not.toHaveProperty("residual_access");
    const patches = sandbox.calls.filter(({ action }) => action === "patchFeatureFlag");
    expect(patches.map(({ parameters }) => parameters["ignoreConflicts"])).toEqual([false, false]);
  }));

test("the scheduled removal of a request does not remove a target that an administrator moved", () =>
  withFlag(async ({ sandbox, outcome }) => {
    await outcome(person.robin("escalate"));
    const end = sandbox.launchDarkly.expiring(...place)[0]?.expirationDate ?? 0;
    sandbox.launchDarkly.target(...place, robin, "off");
    expect(await outcome(person.robin("deescalate"))).toBe("kept-standing");
    sandbox.launchDarkly.target(...place, robin, "on");
    sandbox.launchDarkly.expireTargets(end);
    expect(sandbox.launchDarkly.targeted(...place, robin)).toBe("on");
  }));
