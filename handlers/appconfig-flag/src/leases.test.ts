import { forgeLeases, passTime } from "@sym/local-lambda/table-time";
import { expect, test } from "vitest";
import { documentOf, person, values, where, withFlags } from "./appconfig-fixture.test-support.ts";
import { sweep } from "./world.test-support.ts";

test("of two requests for the same switch, the last one out puts it back", () =>
  withFlags(async (fixture) => {
    const before = documentOf(fixture);
    expect(await fixture.outcome(person.robin("escalate"))).toBe("granted");
    expect(await fixture.outcome(person.sam("escalate"))).toBe("granted");
    expect(await fixture.outcome(person.robin("deescalate"))).toBe("kept-for-other-request");
    expect(values(fixture)["maintenance"]?.["enabled"]).toBe(true);
    expect(await fixture.outcome(person.sam("deescalate"))).toBe("revoked");
    expect(documentOf(fixture)).toBe(before);
  }));

test("a flag that was on already stays on, and nothing is deployed", () =>
  withFlags(async (fixture) => {
    fixture.sandbox.appConfig.deploy(where, ({ values }) =>
      Object.assign(values["maintenance"] ?? {}, { enabled: true }),
    );
    fixture.sandbox.appConfig.finish(where);
    const before = fixture.sandbox.appConfig.deployments(where);
    expect(await fixture.outcome(person.robin("escalate"))).toBe("already-had-access");
    expect(await fixture.outcome(person.robin("deescalate"))).toBe("kept-standing");
    expect(fixture.sandbox.appConfig.deployments(where)).toEqual(before);
  }));

test("what somebody else changed beside the switch meanwhile survives, and the switch is put back", () =>
  withFlags(async (fixture) => {
    const { sandbox, send, outcome } = fixture;
    await outcome(person.robin("escalate"));
    sandbox.appConfig.deploy(where, ({ values }) =>
      Object.assign(values["maintenance"] ?? {}, { retry: 60 }),
    );
    sandbox.appConfig.finish(where);
    const { answer } = await send(person.robin("deescalate"));
    expect(answer.body["outcome"]).toBe("revoked");
    expect(values(fixture)["maintenance"]).toMatchObject({ enabled: false, retry: 60 });
  }));

test("two requests cannot switch one flag to on and to off", () =>
  withFlags(async ({ send, outcome }) => {
    await outcome(person.robin("escalate"));
    const { answer } = await send(person.sam("escalate", { variation: "off" }));
    expect(answer.errors).toEqual([
      "AppConfig flag maintenance in shop123/prod123 (off for all users) cannot be granted while another approved request holds it in another state; request the access again when that request has ended",
    ]);
  }));

test("a switch without leases is refused, because nobody would know what to put back", () =>
  withFlags(
    async ({ sandbox, send }) => {
      expect((await send(person.robin("escalate"))).answer.errors).toEqual([
        "shop123/prod123/maintenance cannot be switched for all users without leases, which record the earlier state; give the function a table of leases (LEASES_TABLE)",
      ]);
      expect(sandbox.calls).toEqual([]);
    },
    undefined,
    { LEASES: "off" },
  ));

test("the sweep ends what Sym forgot", () =>
  withFlags(async (fixture) => {
    const before = documentOf(fixture);
    await fixture.outcome(person.robin("escalate"));
    await passTime(fixture.dynamoDb, 2 * 3_600_000);
    expect((await fixture.send(sweep)).answer.body).toMatchObject({ finished: 1, orphans: 1 });
    expect(documentOf(fixture)).toBe(before);
    expect(fixture.sandbox.appConfig.versions(where).at(-1)?.description).toMatch(
      /^Sym, without a run \(request [\w-]+\), [\d-]+T[\d:.]+Z$/,
    );
  }));

test("a toggle that has left TOGGLE_ALLOWED is put back", () =>
  withFlags(async (fixture) => {
    expect(await fixture.outcome(person.robin("escalate"))).toBe("granted");
    const later = fixture.beside({ TOGGLE_ALLOWED: "[]" });
    expect(await later.outcome(person.robin("deescalate"))).toBe("revoked");
    expect(values(fixture)["maintenance"]?.["enabled"]).toBe(false);
  }));

test("a forged lease does not switch a toggle that is not on TOGGLE_ALLOWED", () =>
  withFlags(async (fixture) => {
    const { sandbox, dynamoDb, outcome, send, beside } = fixture;
    await outcome(person.robin("escalate"));
    await outcome(person.sam("escalate"));
    sandbox.appConfig.deploy(where, ({ values }) =>
      Object.assign(values["maintenance"] ?? {}, { enabled: false }),
    );
    sandbox.appConfig.finish(where);
    // The record of a flag that we switched off, with two requests for `on`, of which the first has ended.
    await forgeLeases(dynamoDb, (lease) => {
      const { runs } = lease as { runs: [string, object][] };
      const [[first, run] = ["", {}], ...others] = runs;
      return { ...lease, ours: ["off"], runs: [[first, { ...run, state: "closing" }], ...others] };
    });
    const swept = await beside({ TOGGLE_ALLOWED: "[]" }).send(sweep);
    expect(swept.answer.body).toMatchObject({ failed: 1 });
    expect(swept.logs).toContain("shop123/prod123/maintenance may not be switched for all users");
    expect(values(fixture)["maintenance"]?.["enabled"]).toBe(false);
    await passTime(dynamoDb, 120_000);
    expect((await send(sweep)).answer.body).toMatchObject({ failed: 0 });
    expect(values(fixture)["maintenance"]?.["enabled"]).toBe(true);
  }));
