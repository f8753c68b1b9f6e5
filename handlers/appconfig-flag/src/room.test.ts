// AppConfig limits the versions of a profile: a grant never uses the version slot that its revoke needs.
import { passTime } from "@sym/local-lambda/table-time";
import { expect, test } from "vitest";
import { documentOf, person, values, where, withFlags } from "./appconfig-fixture.test-support.ts";
import { type FlagFixture, sweep } from "./world.test-support.ts";

const minute = 60_000;
const longAgo = "2026-01-01T00:00:00.000Z";
const ours = `Sym run 7: escalate, ${longAgo}`;
const full = "AppConfig profile flag123 has reached its quota of versions";

const numbers = ({ sandbox }: FlagFixture) => sandbox.appConfig.versions(where).map(({ number }) => number);
const isOn = (fixture: FlagFixture, flag = "maintenance") => values(fixture)[flag]?.["enabled"];

/** Makes `count` versions with this description, and returns the versions' numbers. */
function draft({ sandbox }: FlagFixture, count: number, description?: string): number[] {
  return Array.from({ length: count }, () => sandbox.appConfig.draft(where, () => undefined, description));
}

/** Another client makes versions until the profile has room for only `room` more. */
function fillUpTo(fixture: FlagFixture, room: number): void {
  fixture.sandbox.appConfig.limitVersions(numbers(fixture).length + room);
}

function withRun(payload: ReturnType<typeof person.robin>, run: number) {
  payload.run.srn = payload.run.srn.replace(/[^:]+$/, `run-${run}`);
  return payload;
}

async function sweepLater({ dynamoDb, send }: FlagFixture) {
  await passTime(dynamoDb, 61 * minute);
  return (await send(sweep)).answer.body;
}

test("repeated requests succeed within a small version quota, and keep the versions of others", () =>
  withFlags(async (fixture) => {
    const { sandbox, outcome } = fixture;
    const before = documentOf(fixture);
    const [theirs] = draft(fixture, 1);
    sandbox.appConfig.limitVersions(8);
    for (const run of Array(6).keys()) {
      expect(await outcome(withRun(person.robin("escalate"), run))).toBe("granted");
      expect(await outcome(withRun(person.robin("deescalate"), run))).toBe("revoked");
      sandbox.appConfig.passTime(where, 20 * minute);
    }
    expect(documentOf(fixture)).toBe(before);
    expect(numbers(fixture)).toEqual(expect.arrayContaining([1, theirs]));
  }));

test("a grant is refused without any change if the version quota leaves no slot for its revoke", () =>
  withFlags(async (fixture) => {
    const { sandbox, send } = fixture;
    draft(fixture, 5);
    fillUpTo(fixture, 0);
    const before = sandbox.snapshot();
    expect((await send(person.robin("escalate"))).answer).toMatchObject({
      body: { outcome: "refused" },
      errors: [
        `${full}, and a switch also needs room for the version that restores the flag; delete old versions in AppConfig, or ask AWS to raise the quota, then request the access again`,
      ],
    });
    expect(sandbox.snapshot().appConfig).toEqual(before.appConfig);
  }));

for (const room of [1, 2])
  test(`with ${room} free version slots, a first grant is refused and the flag stays off`, () =>
    withFlags(async (fixture) => {
      const { sandbox, outcome } = fixture;
      fillUpTo(fixture, room);
      const before = sandbox.appConfig.deployments(where);
      expect(await outcome(person.robin("escalate"))).toBe("refused");
      expect(sandbox.appConfig.deployments(where)).toEqual(before);
      sandbox.appConfig.limitVersions(4);
      expect(await outcome(person.sam("escalate"))).toBe("granted");
    }));

test("a grant does not use the version slots that are reserved for revokes", () =>
  withFlags(async (fixture) => {
    const { outcome } = fixture;
    await outcome(person.robin("escalate"));
    await outcome(person.robin("deescalate"));
    fillUpTo(fixture, 0);
    const before = numbers(fixture);
    expect(await outcome(person.sam("escalate"))).toBe("refused");
    expect(numbers(fixture)).toEqual(before);
  }));

test("a grant that uses the last free slot is revoked with the reserved slot", () =>
  withFlags(async (fixture) => {
    const { outcome } = fixture;
    fillUpTo(fixture, 3);
    expect(await outcome(person.robin("escalate"))).toBe("granted");
    expect(await outcome(person.robin("deescalate"))).toBe("revoked");
    expect(isOn(fixture)).toBe(false);
    expect(numbers(fixture)).toEqual([1, 3, 4, 5]);
  }));

test("a revoke succeeds after others filled the profile, and keeps their deployed changes", () =>
  withFlags(async (fixture) => {
    const { sandbox, outcome } = fixture;
    await outcome(person.robin("escalate"));
    sandbox.appConfig.deploy(where, ({ values }) =>
      Object.assign(values["checkout"] ?? {}, { enabled: true }),
    );
    sandbox.appConfig.finish(where);
    const theirs = draft(fixture, 3);
    fillUpTo(fixture, 0);
    expect(await outcome(person.robin("deescalate"))).toBe("revoked");
    expect([isOn(fixture), isOn(fixture, "checkout")]).toEqual([false, true]);
    expect(numbers(fixture)).toEqual(expect.arrayContaining(theirs));
  }));

test("a revoke without a free version slot fails, and the sweep finishes the revoke once a slot is free", () =>
  withFlags(async (fixture) => {
    const { sandbox, send, outcome } = fixture;
    await outcome(person.robin("escalate"));
    for (const spare of [2, 3]) sandbox.appConfig.deleteVersion(where, spare);
    const [theirs = 0] = draft(fixture, 2);
    fillUpTo(fixture, 0);
    const { answer } = await send(person.robin("deescalate"));
    expect(answer.body["outcome"]).toBe("failed");
    expect(answer.errors[0]).toBe(
      `${full}, and this function can delete none of them; delete old versions in AppConfig, or ask AWS to raise the quota; the end of the request is recorded, so the next sweep tries again; until then the access may remain`,
    );
    sandbox.appConfig.deleteVersion(where, theirs);
    expect(await sweepLater(fixture)).toMatchObject({ finished: 1, failed: 0 });
    expect(isOn(fixture)).toBe(false);
  }));

test("a revoke succeeds even if others use the slot that the revoke has just freed", () =>
  withFlags(async (fixture) => {
    const { sandbox, outcome } = fixture;
    await outcome(person.robin("escalate"));
    for (const _ of [1, 2])
      sandbox.appConfig.refuseNext("CreateHostedConfigurationVersion", 402, "ServiceQuotaExceededException");
    expect(await outcome(person.robin("deescalate"))).toBe("revoked");
    expect(isOn(fixture)).toBe(false);
  }));

test("in a full profile, a grant deletes old versions of this function and no versions of others", () =>
  withFlags(async (fixture) => {
    const { outcome } = fixture;
    const old = draft(fixture, 3, ours);
    const others = [
      draft(fixture, 1),
      draft(fixture, 1, `Sym run 7: escalate, and more, ${longAgo}`),
      draft(fixture, 1, `Sym run 7: escalate, ${new Date().toISOString()}`),
      draft(fixture, 1, "Sym run 7: escalate"),
      draft(fixture, 1, "Sym, kept free for the end of checkout in prod123, never to be deployed"),
      draft(fixture, 1, `By Sym run 7: escalate, ${longAgo}`),
    ].flat();
    fillUpTo(fixture, 0);
    expect(await outcome(person.robin("escalate"))).toBe("granted");
    expect(numbers(fixture)).toEqual(expect.arrayContaining([1, ...others]));
    for (const one of old) expect(numbers(fixture)).not.toContain(one);
  }));

test("a grant does not delete the newest version, because AppConfig would reuse its number", () =>
  withFlags(async (fixture) => {
    const { outcome } = fixture;
    draft(fixture, 4);
    draft(fixture, 1, ours);
    fillUpTo(fixture, 0);
    expect(await outcome(person.robin("escalate"))).toBe("refused");
    expect(fixture.sandbox.appConfig.versions(where).at(-1)?.description).toBe(ours);
  }));

test("a grant does not delete a version that an environment has deployed or could roll back to", () =>
  withFlags(async (fixture) => {
    const { sandbox, outcome } = fixture;
    const [first = 0, before = 0, there = 0, undone = 0, here = 0, ...more] = draft(fixture, 7, ours);
    for (const version of [first, before, there]) sandbox.appConfig.promote(where, "test123", version);
    sandbox.appConfig.promote(where, "demo123", undone);
    sandbox.appConfig.rollBack({ ...where, environment: "demo123" });
    sandbox.appConfig.promote(where, "prod123", here);
    fillUpTo(fixture, 0);
    expect(await outcome(person.robin("escalate"))).toBe("granted");
    expect(numbers(fixture)).toEqual(expect.arrayContaining([1, before, there, undone, here]));
    for (const one of [first, ...more.slice(0, 1)]) expect(numbers(fixture)).not.toContain(one);
  }));

test("before a deletion, the handler reads each deployment if the list does not name the profile", () =>
  withFlags(async (fixture) => {
    const { sandbox, outcome } = fixture;
    const [there = 0, ...others] = draft(fixture, 5, ours);
    sandbox.appConfig.promote(where, "test123", there);
    sandbox.appConfig.hideProfiles({ ...where, environment: "test123" });
    fillUpTo(fixture, 0);
    expect(await outcome(person.robin("escalate"))).toBe("granted");
    expect(numbers(fixture)).toContain(there);
    expect(numbers(fixture)).not.toContain(others[0]);
  }));

test("a grant after a partly failed grant uses the slots that the failed grant reserved", () =>
  withFlags(async (fixture) => {
    const { sandbox, outcome } = fixture;
    fillUpTo(fixture, 4);
    sandbox.faults.inject({ action: "StartDeployment", kind: "access-denied" });
    expect(await outcome(person.robin("escalate"))).toBe("failed");
    expect(numbers(fixture)).toEqual([1, 2, 3, 4]);
    expect(isOn(fixture)).toBe(false);
    expect(await outcome(person.sam("escalate"))).toBe("granted");
    expect(numbers(fixture)).toEqual([1, 2, 3, 4, 5]);
    expect(await outcome(person.sam("deescalate"))).toBe("revoked");
    expect(isOn(fixture)).toBe(false);
  }));

test("a sweep finishes a revoke in a full profile whose deployments failed several times", () =>
  withFlags(async (fixture) => {
    const { sandbox, send, outcome } = fixture;
    fillUpTo(fixture, 3);
    await outcome(person.robin("escalate"));
    const fail = () => sandbox.faults.inject({ action: "StartDeployment", kind: "access-denied" });
    fail();
    expect(await outcome(person.robin("deescalate"))).toBe("failed");
    fail();
    expect(await sweepLater(fixture)).toMatchObject({ finished: 0, failed: 1 });
    // Both places are used up, and the first end's version may still be about to be deployed.
    await passTime(fixture.dynamoDb, 61 * minute);
    const blocked = await send(sweep);
    expect(blocked.answer.body).toMatchObject({ failed: 1 });
    expect(blocked.logs).toContain(
      `${full}, and this function can delete none of them; delete old versions in AppConfig, or ask AWS to raise the quota`,
    );
    sandbox.appConfig.passTime(where, 20 * minute);
    fail();
    expect(await sweepLater(fixture)).toMatchObject({ failed: 1 });
    sandbox.appConfig.passTime(where, 20 * minute);
    expect(isOn(fixture)).toBe(true);
    expect(await sweepLater(fixture)).toMatchObject({ failed: 0 });
    expect(isOn(fixture)).toBe(false);
  }));

test("a revoke that loses the race to deploy deploys the same version later", () =>
  withFlags(async (fixture) => {
    const { sandbox, outcome } = fixture;
    fillUpTo(fixture, 3);
    await outcome(person.robin("escalate"));
    for (const _ of [1, 2, 3]) sandbox.appConfig.refuseNext("StartDeployment", 409, "ConflictException");
    expect(await outcome(person.robin("deescalate"))).toBe("revoked");
    expect(numbers(fixture)).toEqual([1, 3, 4, 5]);
  }));

test("a revoke succeeds if AWS's response to a deletion is lost", () =>
  withFlags(async (fixture) => {
    const { sandbox, outcome } = fixture;
    fillUpTo(fixture, 3);
    await outcome(person.robin("escalate"));
    sandbox.faults.inject({ action: "DeleteHostedConfigurationVersion", kind: "answer-lost" });
    expect(await outcome(person.robin("deescalate"))).toBe("revoked");
    expect(numbers(fixture)).toEqual([1, 3, 4, 5]);
  }));

test("two concurrent grants are both revoked if the quota has slots for both", () =>
  withFlags(async (fixture) => {
    const { outcome, beside } = fixture;
    const other = beside({});
    const checkout = { flag: "checkout" };
    // Three versions for each grant, and a place for a grant whose version exists when the other's deployment begins.
    fillUpTo(fixture, 7);
    const grants = [outcome(person.robin("escalate")), other.outcome(person.sam("escalate", checkout))];
    expect(await Promise.all(grants)).toEqual(["granted", "granted"]);
    const ends = [outcome(person.robin("deescalate")), other.outcome(person.sam("deescalate", checkout))];
    expect(await Promise.all(ends)).toEqual(["revoked", "revoked"]);
    expect([isOn(fixture), isOn(fixture, "checkout")]).toEqual([false, false]);
  }));

test("of two concurrent grants with slots for one, one is refused and the other is revoked", () =>
  withFlags(async (fixture) => {
    const { outcome, beside } = fixture;
    const other = beside({});
    const checkout = { flag: "checkout" };
    fillUpTo(fixture, 5);
    const grants = [outcome(person.robin("escalate")), other.outcome(person.sam("escalate", checkout))];
    expect((await Promise.all(grants)).toSorted()).toEqual(["granted", "refused"]);
    await outcome(person.robin("deescalate"));
    await other.outcome(person.sam("deescalate", checkout));
    expect([isOn(fixture), isOn(fixture, "checkout")]).toEqual([false, false]);
  }));

test("a revoke deletes this function's old versions only when there are many", () =>
  withFlags(async (fixture) => {
    const { sandbox, outcome } = fixture;
    const old = draft(fixture, 10, ours);
    const [theirs] = draft(fixture, 1);
    await outcome(withRun(person.robin("escalate"), 1));
    await outcome(withRun(person.robin("deescalate"), 1));
    expect(numbers(fixture)).toEqual(expect.arrayContaining(old));
    sandbox.appConfig.passTime(where, 20 * minute);
    await outcome(withRun(person.robin("escalate"), 2));
    expect(await outcome(withRun(person.robin("deescalate"), 2))).toBe("revoked");
    for (const one of old) expect(numbers(fixture)).not.toContain(one);
    expect(numbers(fixture)).toContain(theirs);
  }));

test("without the permission to delete versions, a revoke succeeds and the log names the permission", () =>
  withFlags(async (fixture) => {
    const { sandbox, send, outcome } = fixture;
    const old = draft(fixture, 11, ours);
    sandbox.faults.inject({
      action: "DeleteHostedConfigurationVersion",
      kind: "access-denied",
      times: Number.POSITIVE_INFINITY,
    });
    expect(await outcome(person.robin("escalate"))).toBe("granted");
    const { answer, logs } = await send(person.robin("deescalate"));
    expect(answer).toMatchObject({ body: { outcome: "revoked" }, errors: [] });
    expect(logs).toMatch(
      /"old-versions-kept".*not allowed to call appconfig:DeleteHostedConfigurationVersion/,
    );
    expect(numbers(fixture)).toEqual(expect.arrayContaining(old));
  }));

for (const action of ["DeleteHostedConfigurationVersion", "ListEnvironments"])
  test(`without the permission for ${action}, a revoke in a full profile names it, and the sweep retries`, () =>
    withFlags(async (fixture) => {
      const { sandbox, send, outcome } = fixture;
      fillUpTo(fixture, 3);
      await outcome(person.robin("escalate"));
      sandbox.faults.inject({ action, kind: "access-denied", times: Number.POSITIVE_INFINITY });
      const { answer } = await send(person.robin("deescalate"));
      expect(answer.body["outcome"]).toBe("failed");
      expect(answer.errors[0]).toContain(
        `This function is not allowed to call appconfig:${action} on AppConfig flag maintenance in shop123/prod123`,
      );
      sandbox.faults.clear();
      expect(await sweepLater(fixture)).toMatchObject({ finished: 1, failed: 0 });
      expect(isOn(fixture)).toBe(false);
    }));
