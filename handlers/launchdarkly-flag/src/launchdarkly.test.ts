import { passTime } from "@sym/local-lambda/table-time";
import { expect, test } from "vitest";
import { type FlagFixture, inSandbox, requests, robin, sam, sweep } from "./world.test-support.ts";

const target = {
  project: "shop",
  environment: "production",
  flag: "new-checkout",
  variation: "on",
};
const person = requests(target);
const place = ["shop", "new-checkout", "production"] as const;
const flagName = "LaunchDarkly flag new-checkout in shop/production";
const resource = `${flagName} (on for user ${robin})`;

/** A flag with two variations and targeting on. */
function withFlag(play: (fixture: FlagFixture) => Promise<void>, environment: Record<string, string> = {}) {
  return inSandbox(async (fixture) => {
    fixture.sandbox.launchDarkly.createFlag("shop", "new-checkout");
    await play(fixture);
  }, environment);
}

function flagOf({ sandbox }: FlagFixture): string {
  const { _version, environments, ...flag } = sandbox.launchDarkly.flag("shop", "new-checkout");
  const lasting = Object.entries(environments).map(([name, { version, lastModified, ...rest }]) => [
    name,
    rest,
  ]);
  return JSON.stringify([flag, lasting, sandbox.launchDarkly.expiring(...place)]);
}

function patches({ sandbox }: FlagFixture) {
  return sandbox.calls
    .filter(({ action, status }) => action === "patchFeatureFlag" && status === 200)
    .map(({ parameters }) => parameters["instructions"]);
}

test("escalate targets the requester with the variation, and deescalate ends that", () =>
  withFlag(async ({ sandbox, send }) => {
    const granted = await send(person.robin("escalate"));
    expect(granted.answer).toMatchObject({
      body: { outcome: "granted", system: "launchdarkly-flag", resource, subject: `user ${robin}` },
      errors: [],
    });
    expect(granted.answer.body["message"]).toMatch(
      /^You now have access to LaunchDarkly flag .* until .* UTC\.$/,
    );
    expect(sandbox.launchDarkly.targeted(...place, robin)).toBe("on");
    const revoked = await send(person.robin("deescalate"));
    expect(revoked.answer).toMatchObject({ body: { outcome: "revoked" }, errors: [] });
    expect(sandbox.launchDarkly.targeted(...place, robin)).toBeUndefined();
  }));

test("of two people targeted at once, the one who leaves does not take the other along, and nothing is left", () =>
  withFlag(async (fixture) => {
    const before = flagOf(fixture);
    const { sandbox, outcome } = fixture;
    expect(await outcome(person.robin("escalate"))).toBe("granted");
    expect(await outcome(person.sam("escalate"))).toBe("granted");
    expect(await outcome(person.robin("deescalate"))).toBe("revoked");
    expect(sandbox.launchDarkly.targeted(...place, robin)).toBeUndefined();
    expect(sandbox.launchDarkly.targeted(...place, sam)).toBe("on");
    expect(await outcome(person.sam("deescalate"))).toBe("revoked");
    expect(flagOf(fixture)).toBe(before);
  }));

test("somebody with another variation is moved in one patch, and gets it back", () =>
  withFlag(async (fixture) => {
    const { sandbox, outcome } = fixture;
    sandbox.launchDarkly.target(...place, robin, "off");
    const before = flagOf(fixture);
    expect(await outcome(person.robin("escalate"))).toBe("granted");
    expect(sandbox.launchDarkly.targeted(...place, robin)).toBe("on");
    expect(sandbox.launchDarkly.expiring(...place)).toEqual([]);
    expect(await outcome(person.robin("deescalate"))).toBe("revoked");
    expect(flagOf(fixture)).toBe(before);
    const kinds = patches(fixture).map((patch) => (patch as { kind: string }[]).map(({ kind }) => kind));
    expect(kinds).toEqual([
      ["removeTargets", "addTargets"],
      ["removeTargets", "addTargets"],
    ]);
  }));

test("somebody who had the variation before keeps it, and no end is scheduled for it", () =>
  withFlag(async (fixture) => {
    fixture.sandbox.launchDarkly.target(...place, robin, "on");
    const before = flagOf(fixture);
    expect(await fixture.outcome(person.robin("escalate"))).toBe("already-had-access");
    expect(await fixture.outcome(person.robin("deescalate"))).toBe("kept-standing");
    expect(flagOf(fixture)).toBe(before);
    expect(patches(fixture)).toEqual([]);
  }));

test("an end that somebody else has scheduled for standing access is left as it is", () =>
  withFlag(async (fixture) => {
    fixture.sandbox.launchDarkly.target(...place, robin, "on");
    fixture.sandbox.launchDarkly.scheduleRemoval(...place, robin);
    const before = flagOf(fixture);
    expect(await fixture.outcome(person.endless("escalate"))).toBe("already-had-access");
    expect(await fixture.outcome(person.endless("deescalate"))).toBe("kept-standing");
    expect(flagOf(fixture)).toBe(before);
  }));

test("an end that somebody else schedules for the target of a request does not cut another request short", () =>
  withFlag(async ({ sandbox, dynamoDb, outcome }) => {
    sandbox.launchDarkly.target(...place, robin, "off");
    expect(await outcome(person.robin("escalate"))).toBe("granted");
    await passTime(dynamoDb, 60_000);
    sandbox.launchDarkly.scheduleRemoval(...place, robin);
    expect(await outcome(person.endless("escalate"))).toBe("granted");
    expect(sandbox.launchDarkly.expiring(...place)).toEqual([]);
  }));

test("a standing target with an end of its own is not moved, for it would come back without that end", () =>
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

for (const variation of ["green", "id of green"])
  test(`a variation is found by "${variation}", and other kinds of contexts are targeted, too`, () =>
    withFlag(async ({ sandbox, outcome }) => {
      const ids = sandbox.launchDarkly.createFlag("shop", "colour", { variations: ["red", "green"] });
      const given = variation === "green" ? variation : String(ids["green"]);
      const laptop = {
        flag: "colour",
        variation: given,
        context_kind: "device",
        context_key: "laptop-{sha256}",
      };
      expect(await outcome(person.robin("escalate", laptop))).toBe("granted");
      const { production } = sandbox.launchDarkly.flag("shop", "colour").environments;
      expect(production?.targets).toEqual([]);
      expect(production?.contextTargets).toEqual([
        { contextKind: "device", variation: 1, values: [expect.stringMatching(/^laptop-[0-9a-f]{64}$/)] },
      ]);
      expect(await outcome(person.robin("deescalate", laptop))).toBe("revoked");
      expect(sandbox.launchDarkly.flag("shop", "colour").environments["production"]?.contextTargets).toEqual(
        [],
      );
    }));

test("a device with the same key is somebody else", () =>
  withFlag(async ({ sandbox, outcome }) => {
    sandbox.launchDarkly.edit(...place, (production) => {
      production.contextTargets.push({ contextKind: "device", values: [robin], variation: 1 });
    });
    expect(await outcome(person.robin("escalate"))).toBe("granted");
    expect(sandbox.launchDarkly.targeted(...place, robin)).toBe("on");
    expect(sandbox.launchDarkly.expiring(...place)).toHaveLength(1);
    expect(await outcome(person.robin("deescalate"))).toBe("revoked");
    const { production } = sandbox.launchDarkly.flag("shop", "new-checkout").environments;
    expect(production?.contextTargets).toEqual([{ contextKind: "device", values: [robin], variation: 1 }]);
  }));

test("a variation is found by its value", () =>
  withFlag(async ({ sandbox, outcome }) => {
    expect(await outcome(person.robin("escalate", { variation: "true" }))).toBe("granted");
    expect(sandbox.launchDarkly.targeted(...place, robin)).toBe("on");
  }));

test("LaunchDarkly itself ends what nobody ends, shortly after its time", () =>
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

test("a longer request moves the end that LaunchDarkly knows, and one without an end removes it", () =>
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

test("a shorter request does not bring the end forward", () =>
  withFlag(async ({ sandbox, outcome }) => {
    await outcome(person.overlap("escalate"));
    const [before] = sandbox.launchDarkly.expiring(...place);
    await outcome(person.robin("escalate"));
    expect(sandbox.launchDarkly.expiring(...place)).toEqual([before]);
  }));

test("an end that is left over from a target that is gone makes way for the request's", () =>
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

test("others' variation in the middle of a request is not removed later by the end that we had scheduled", () =>
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

test("an end is made also if it lets a scheduled change fail, and says so, and a grant is not", () =>
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

test("an end that nothing stands in the way of overrides nothing, and says nothing of it", () =>
  withFlag(async ({ sandbox, send, outcome }) => {
    await outcome(person.robin("escalate"));
    const { answer } = await send(person.robin("deescalate"));
    expect(answer.body).not.toHaveProperty("residual_access");
    const patches = sandbox.calls.filter(({ action }) => action === "patchFeatureFlag");
    expect(patches.map(({ parameters }) => parameters["ignoreConflicts"])).toEqual([false, false]);
  }));

test("a name of one variation that is the value of another is not guessed at, and its id is", () =>
  withFlag(async ({ sandbox, send, outcome }) => {
    const ids = sandbox.launchDarkly.createFlag("shop", "mixed", { variations: ["true", "other"] });
    sandbox.launchDarkly.edit("shop", "mixed", "production", (_, { variations }) => {
      variations[0] = { _id: String(ids["true"]), name: "true", value: false };
      variations[1] = { _id: String(ids["other"]), name: "other", value: true };
    });
    const { answer } = await send(person.robin("escalate", { flag: "mixed", variation: "true" }));
    expect(answer).toMatchObject({
      body: { outcome: "refused" },
      errors: [
        'LaunchDarkly flag mixed has more than one variation "true" (it has true, other); set the target\'s setting variation to the id of one of them',
      ],
    });
    const byId = { flag: "mixed", variation: String(ids["other"]) };
    expect(await outcome(person.robin("escalate", byId))).toBe("granted");
    expect(sandbox.launchDarkly.targeted("shop", "mixed", "production", robin)).toBe("other");
  }));

test("a variation's name and its value are one wish", () =>
  withFlag(async ({ sandbox, outcome }) => {
    expect(await outcome(person.robin("escalate", { variation: "true" }))).toBe("granted");
    expect(await outcome(person.overlap("escalate", { variation: "on" }))).toBe("granted");
    expect(await outcome(person.robin("deescalate"))).toBe("kept-for-other-request");
    expect(sandbox.launchDarkly.targeted(...place, robin)).toBe("on");
    expect(await outcome(person.overlap("deescalate"))).toBe("revoked");
    expect(sandbox.launchDarkly.targeted(...place, robin)).toBeUndefined();
  }));

test("another variation for the same person waits until the first request has ended", () =>
  withFlag(async ({ sandbox, send, outcome }) => {
    await outcome(person.robin("escalate"));
    const { answer } = await send(person.overlap("escalate", { variation: "off" }));
    expect(answer).toMatchObject({
      body: { outcome: "refused" },
      errors: [
        expect.stringMatching(
          /^LaunchDarkly flag new-checkout .* cannot be granted while another approved request holds it in another state; request the access again when that request has ended$/,
        ),
      ],
    });
    expect(sandbox.launchDarkly.targeted(...place, robin)).toBe("on");
    expect(await outcome(person.robin("deescalate"))).toBe("revoked");
  }));

test("what somebody else did to the target meanwhile is left alone", () =>
  withFlag(async ({ sandbox, send, outcome }) => {
    await outcome(person.robin("escalate"));
    sandbox.launchDarkly.target(...place, robin, "off");
    const { answer } = await send(person.robin("deescalate"));
    expect(answer.body["outcome"]).toBe("kept-standing");
    expect(answer.body["message"]).toContain(
      "another administrator or system changed the access after the grant",
    );
    expect(sandbox.launchDarkly.targeted(...place, robin)).toBe("off");
  }));

test("a target that somebody else has moved is not removed later, at the end that we had scheduled", () =>
  withFlag(async ({ sandbox, outcome }) => {
    await outcome(person.robin("escalate"));
    const end = sandbox.launchDarkly.expiring(...place)[0]?.expirationDate ?? 0;
    sandbox.launchDarkly.target(...place, robin, "off");
    expect(await outcome(person.robin("deescalate"))).toBe("kept-standing");
    sandbox.launchDarkly.target(...place, robin, "on");
    sandbox.launchDarkly.expireTargets(end);
    expect(sandbox.launchDarkly.targeted(...place, robin)).toBe("on");
  }));

test("targeting that is off is never switched on for one person", () =>
  withFlag(async (fixture) => {
    fixture.sandbox.launchDarkly.edit(...place, (environment) => {
      environment.on = false;
    });
    const before = flagOf(fixture);
    const { answer } = await fixture.send(person.robin("escalate"));
    expect(answer).toMatchObject({
      body: { outcome: "refused" },
      errors: [
        `Targeting of ${flagName} is off, and switching it on would affect all users, not only one; switch targeting on in LaunchDarkly first`,
      ],
    });
    expect(flagOf(fixture)).toBe(before);
  }));

test("an archived flag is refused", () =>
  withFlag(async ({ sandbox, send }) => {
    sandbox.launchDarkly.edit(...place, (_environment, flag) => {
      flag.archived = true;
    });
    expect((await send(person.robin("escalate"))).answer.errors).toEqual([
      `${flagName} is archived, so its variations cannot be granted; restore the flag first`,
    ]);
  }));

for (const on of [true, false])
  test(`an archived flag that is ${on ? "on" : "off"} is not switched for everybody, and not called on`, () =>
    withFlag(
      async ({ sandbox, send }) => {
        sandbox.launchDarkly.edit(...place, (environment, flag) => {
          flag.archived = true;
          environment.on = on;
        });
        const { answer } = await send(person.robin("escalate", { mode: "toggle", variation: "on" }));
        expect(answer.errors).toEqual([
          `${flagName} is archived, so its variations cannot be granted; restore the flag first`,
        ]);
        expect(sandbox.launchDarkly.flag("shop", "new-checkout").environments["production"]?.on).toBe(on);
      },
      { TOGGLE_ALLOWED: '["shop/production/new-checkout"]' },
    ));

test("an environment that requires approvals is explained, on the way in and on the way out", () =>
  withFlag(async ({ sandbox, send, outcome }) => {
    const sentence =
      "LaunchDarkly requires an approval for changes of flag new-checkout in shop/production; request the approval in LaunchDarkly, or allow bypassRequiredApproval in the token's role";
    await outcome(person.sam("escalate"));
    sandbox.launchDarkly.requireApproval("shop", "production");
    const { answer } = await send(person.robin("escalate"));
    expect(answer).toMatchObject({ body: { outcome: "refused" }, errors: [sentence] });
    const revoke = await send(person.sam("deescalate"));
    expect(revoke.answer.body["outcome"]).toBe("failed");
    expect(revoke.answer.errors[0]).toContain(
      "; the end of the request is recorded, so the next sweep tries again; until then the access may remain",
    );
  }));

test("every change has a comment with the id of the run, where LaunchDarkly demands one and elsewhere", () =>
  withFlag(async ({ sandbox, outcome }) => {
    sandbox.launchDarkly.requireComments("shop", "production");
    expect(await outcome(person.robin("escalate"))).toBe("granted");
    expect(await outcome(person.robin("deescalate"))).toBe("revoked");
    const run = "Sym run 11111111-1111-4111-8111-111111111111";
    expect(sandbox.launchDarkly.audit().map(({ comment }) => comment)).toEqual([
      `${run}: escalate`,
      `${run}: escalate`,
      `${run}: deescalate`,
      `${run}: deescalate`,
    ]);
  }));

test("the sweep ends what Sym forgot", () =>
  withFlag(async ({ sandbox, dynamoDb, send, outcome }) => {
    await outcome(person.robin("escalate"));
    await passTime(dynamoDb, 2 * 3_600_000);
    expect((await send(sweep)).answer.body).toMatchObject({ outcome: "swept", finished: 1, orphans: 1 });
    expect(sandbox.launchDarkly.targeted(...place, robin)).toBeUndefined();
    expect(sandbox.launchDarkly.audit().at(-1)?.comment).toMatch(/^Sym, without a run \(request [\w-]+\)$/);
  }));
