import { passTime } from "@sym/local-lambda/table-time";
import { expect, test } from "vitest";
import {
  flagName,
  flagOf,
  patches,
  person,
  place,
  resource,
  withFlag,
} from "./launchdarkly-fixture.test-support.ts";
import { robin, sam, sweep } from "./world.test-support.ts";

test("escalate targets the requester with the variation, and deescalate removes the target", () =>
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

test("a revoke keeps the target of another person, and the last revoke leaves nothing", () =>
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

test("a grant moves a person from another variation in one patch, and the revoke restores that variation", () =>
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

for (const variation of ["green", "id of green"])
  test(`a variation is found by "${variation}", for any context kind`, () =>
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

test("contexts with equal keys and different kinds are different people", () =>
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

test("a variation name that is another variation's value is refused, and an id is accepted", () =>
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

test("a variation's name and value request the same access", () =>
  withFlag(async ({ sandbox, outcome }) => {
    expect(await outcome(person.robin("escalate", { variation: "true" }))).toBe("granted");
    expect(await outcome(person.overlap("escalate", { variation: "on" }))).toBe("granted");
    expect(await outcome(person.robin("deescalate"))).toBe("kept-for-other-request");
    expect(sandbox.launchDarkly.targeted(...place, robin)).toBe("on");
    expect(await outcome(person.overlap("deescalate"))).toBe("revoked");
    expect(sandbox.launchDarkly.targeted(...place, robin)).toBeUndefined();
  }));

test("a request for another variation is refused until the person's first request has ended", () =>
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

test("a revoke leaves a target that an administrator changed since the grant", () =>
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

test("a request for one person never turns targeting on", () =>
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
  test(`a toggle of an archived flag that is ${on ? "on" : "off"} is refused`, () =>
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

test("escalate and deescalate explain that the environment requires approvals", () =>
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

test("every change has a comment with the run's id, required or not", () =>
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

test("the sweep revokes access whose deescalate never arrived", () =>
  withFlag(async ({ sandbox, dynamoDb, send, outcome }) => {
    await outcome(person.robin("escalate"));
    await passTime(dynamoDb, 2 * 3_600_000);
    expect((await send(sweep)).answer.body).toMatchObject({ outcome: "swept", finished: 1, orphans: 1 });
    expect(sandbox.launchDarkly.targeted(...place, robin)).toBeUndefined();
    expect(sandbox.launchDarkly.audit().at(-1)?.comment).toMatch(/^Sym, without a run \(request [\w-]+\)$/);
  }));
