import { forgeLeases, passTime } from "@sym/local-lambda/table-time";
import { expect, test } from "vitest";
import { documentOf, person, values, where, withFlags } from "./appconfig-fixture.test-support.ts";
import { sweep } from "./world.test-support.ts";

test("of two requests for one flag, the last revoke restores the flag", () =>
  withFlags(async (fixture) => {
    const before = documentOf(fixture);
    expect(await fixture.outcome(person.robin("escalate"))).toBe("granted");
    expect(await fixture.outcome(person.sam("escalate"))).toBe("granted");
    expect(await fixture.outcome(person.robin("deescalate"))).toBe("kept-for-other-request");
    expect(values(fixture)["maintenance"]?.["enabled"]).toBe(true);
    expect(await fixture.outcome(person.sam("deescalate"))).toBe("revoked");
    expect(documentOf(fixture)).toBe(before);
  }));

test("a flag that is already on stays on, without a deployment", () =>
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

test("a revoke restores the flag and keeps another administrator's change to the same document", () =>
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

test("a request to turn a flag off is refused while another request holds the flag on", () =>
  withFlags(async ({ send, outcome }) => {
    await outcome(person.robin("escalate"));
    const { answer } = await send(person.sam("escalate", { variation: "off" }));
    expect(answer.errors).toEqual([
      "AppConfig flag maintenance in shop123/prod123 (off for all users) cannot be granted while another approved request holds it in another state; request the access again when that request has ended",
    ]);
  }));

test("without leases, a toggle is refused, because no record holds the state to restore", () =>
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

test("the sweep revokes access whose deescalate never arrived", () =>
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

test("a revoke restores a toggle that has been removed from TOGGLE_ALLOWED", () =>
  withFlags(async (fixture) => {
    expect(await fixture.outcome(person.robin("escalate"))).toBe("granted");
    const later = fixture.beside({ TOGGLE_ALLOWED: "[]" });
    expect(await later.outcome(person.robin("deescalate"))).toBe("revoked");
    expect(values(fixture)["maintenance"]?.["enabled"]).toBe(false);
  }));

test("a forged lease cannot change a flag that TOGGLE_ALLOWED does not list", () =>
  withFlags(async (fixture) => {
    const { sandbox, dynamoDb, outcome, send, beside } = fixture;
    await outcome(person.robin("escalate"));
    await outcome(person.sam("escalate"));
    sandbox.appConfig.deploy(where, ({ values }) =>
      Object.assign(values["maintenance"] ?? {}, { enabled: false }),
    );
    sandbox.appConfig.finish(where);
    // The record of a flag that this function turned off, with two requests for `on`; the first has ended.
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
