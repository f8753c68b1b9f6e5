import { passTime } from "@sym/local-lambda/table-time";
import { expect, test } from "vitest";
import { documentOf, name, person, values, where, withFlags } from "./appconfig-fixture.test-support.ts";
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

test("a flag that somebody else changed meanwhile is left alone, and that is told", () =>
  withFlags(async (fixture) => {
    const { sandbox, send, outcome } = fixture;
    await outcome(person.robin("escalate"));
    sandbox.appConfig.deploy(where, ({ values }) =>
      Object.assign(values["maintenance"] ?? {}, { retry: 60 }),
    );
    sandbox.appConfig.finish(where);
    const { answer } = await send(person.robin("deescalate"));
    expect(answer.body["outcome"]).toBe("kept-standing");
    expect(answer.body["message"]).toContain("somebody else changed it after the grant");
    expect(values(fixture)["maintenance"]).toMatchObject({ enabled: true, retry: 60 });
  }));

test("two requests cannot switch one flag to on and to off", () =>
  withFlags(async ({ send, outcome }) => {
    await outcome(person.robin("escalate"));
    const { answer } = await send(person.sam("escalate", { variation: "off" }));
    expect(answer.errors).toEqual([
      `Another approved request holds ${name}, and there can be only one variation at a time; ask again when that request has ended`,
    ]);
  }));

test("a switch without leases is refused, because nobody would know what to put back", () =>
  withFlags(
    async ({ sandbox, send }) => {
      expect((await send(person.robin("escalate"))).answer.errors).toEqual([
        "shop123/prod123/maintenance cannot be switched for everybody without leases, which remember how it was before; give the function a table of leases",
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
      /^Sym, without a run \(request [\w-]+\)$/,
    );
  }));
