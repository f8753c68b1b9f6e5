import { setImmediate as nextTurn } from "node:timers/promises";
import { passTime } from "@sym/local-lambda/table-time";
import { expect, test } from "vitest";
import { documentOf, name, person, values, where, withFlags } from "./appconfig-fixture.test-support.ts";
import { type FlagFixture, sweep } from "./world.test-support.ts";

const minute = 60_000;

/** Sends an event, and waits for `looks` reads of the deployment list, or for the answer. */
async function sendAndWait({ sandbox, send }: FlagFixture, event: unknown, looks: number) {
  const countLooks = () => sandbox.calls.filter(({ action }) => action === "ListDeployments").length;
  const enough = countLooks() + looks;
  let isAnswered = false;
  const answered = send(event).finally(() => {
    isAnswered = true;
  });
  while (!isAnswered && countLooks() < enough) await nextTurn();
  return { answered };
}

test("escalate deploys a new version that turns the flag on, and deescalate restores the document", () =>
  withFlags(async (fixture) => {
    const { sandbox, send } = fixture;
    const before = documentOf(fixture);
    const granted = await send(person.robin("escalate"));
    expect(granted.answer).toMatchObject({
      body: { outcome: "granted", resource: name, subject: "all users" },
      errors: [],
    });
    expect(values(fixture)["maintenance"]).toMatchObject({ enabled: true, text: "Back soon", retry: 30 });
    expect((await send(person.robin("deescalate"))).answer).toMatchObject({ body: { outcome: "revoked" } });
    expect(documentOf(fixture)).toBe(before);
    const run = "Sym run 11111111-1111-4111-8111-111111111111";
    const spare = "Sym, kept free for the end of maintenance in prod123, never to be deployed";
    const ofRun = (type: string) => expect.stringMatching(RegExp(`^${run}: ${type}, [\\d-]+T[\\d:.]+Z$`));
    expect(sandbox.appConfig.versions(where)).toEqual([
      { number: 1, description: "the first one" },
      { number: 2, description: spare },
      { number: 3, description: spare },
      { number: 4, description: ofRun("escalate") },
      { number: 5, description: ofRun("deescalate") },
    ]);
    const deployed = sandbox.appConfig.deployments(where).map(({ version }) => version);
    expect(deployed).toEqual([1, 4, 5]);
  }));

test("with variation off, escalate turns the flag off and deescalate turns the flag on again", () =>
  withFlags(async (fixture) => {
    fixture.sandbox.appConfig.deploy(where, ({ values }) =>
      Object.assign(values["checkout"] ?? {}, { enabled: true }),
    );
    fixture.sandbox.appConfig.finish(where);
    const settings = { flag: "checkout", variation: "off" };
    expect(await fixture.outcome(person.robin("escalate", settings))).toBe("granted");
    expect(values(fixture)["checkout"]?.["enabled"]).toBe(false);
    expect(await fixture.outcome(person.robin("deescalate", settings))).toBe("revoked");
    expect(values(fixture)["checkout"]?.["enabled"]).toBe(true);
  }));

test("a revoke keeps changes that others deployed since the grant, and does not deploy their drafts", () =>
  withFlags(async (fixture) => {
    const { sandbox, outcome } = fixture;
    sandbox.appConfig.draft(where, ({ values }) => Object.assign(values["checkout"] ?? {}, { draft: true }));
    await outcome(person.robin("escalate"));
    sandbox.appConfig.deploy(where, ({ values }) =>
      Object.assign(values["checkout"] ?? {}, { enabled: true }),
    );
    sandbox.appConfig.finish(where);
    expect(await outcome(person.robin("deescalate"))).toBe("revoked");
    expect(values(fixture)["checkout"]).toMatchObject({ enabled: true });
    expect(values(fixture)["checkout"]).not.toHaveProperty("draft");
    expect(values(fixture)["maintenance"]?.["enabled"]).toBe(false);
  }));

test("the new version differs from the old version only in the flag's value", () =>
  withFlags(async ({ sandbox, outcome }) => {
    let text = "";
    sandbox.appConfig.respell(where, (content) => {
      const other =
        '"checkout": {"note": "{\\"enabled\\":[", "limit" : 12345678901234567890, "rates": [1.0, 2e3], ';
      text = content
        .replace('"checkout":{', other)
        .replace('"retry":30', '"enabled" : false, "retry":98765432109876543210');
      return text;
    });
    expect(await outcome(person.robin("escalate"))).toBe("granted");
    const sent = sandbox.calls.findLast(({ action }) => action === "CreateHostedConfigurationVersion");
    expect(text).toContain("12345678901234567890");
    expect(sent?.parameters["body"]).toBe(text.replace('"enabled" : false', '"enabled" : true'));
  }));

test("a revoke keeps a change that another administrator deploys while the revoke waits", () =>
  withFlags(async (fixture) => {
    const { sandbox, outcome } = fixture;
    const elsewhere = { ...where, profile: "othr123" };
    sandbox.appConfig.createStrategy("slow000", { duration: 5, bake: 0 });
    sandbox.appConfig.createFlags(elsewhere, { unrelated: { enabled: false } });
    await outcome(person.robin("escalate"));
    sandbox.appConfig.deploy(elsewhere, () => undefined, "slow000");
    // The first read finds the state; two more wait for the other deployment, which does not end.
    const { answered } = await sendAndWait(fixture, person.robin("deescalate"), 3);
    sandbox.appConfig.finish(elsewhere);
    sandbox.appConfig.deploy(
      where,
      ({ values }) => Object.assign(values["maintenance"] ?? {}, { retry: 60 }),
      "now0000",
    );
    const { answer } = await answered;
    expect(answer.errors).toEqual([]);
    expect(answer.body["outcome"]).toBe("revoked");
    expect(values(fixture)["maintenance"]).toMatchObject({ enabled: false, retry: 60 });
  }));

test("an escalate does not rely on another administrator's deployment that is still being validated", () =>
  withFlags(async (fixture) => {
    const { sandbox } = fixture;
    sandbox.appConfig.deploy(
      where,
      ({ values }) => Object.assign(values["maintenance"] ?? {}, { enabled: true }),
      "now0000",
    );
    sandbox.appConfig.validate(where);
    const { answered } = await sendAndWait(fixture, person.robin("escalate"), 2);
    sandbox.appConfig.rollBack(where);
    expect((await answered).answer.body["outcome"]).toBe("granted");
    expect(values(fixture)["maintenance"]?.["enabled"]).toBe(true);
    expect(sandbox.appConfig.deployments(where)).toHaveLength(3);
  }));

test("an escalate waits for another administrator's deployment that ends soon", () =>
  withFlags(async (fixture) => {
    const { sandbox, outcome } = fixture;
    sandbox.appConfig.deploy(
      where,
      ({ values }) => Object.assign(values["checkout"] ?? {}, { enabled: true }),
      "now0000",
    );
    expect(await outcome(person.robin("escalate"))).toBe("granted");
    expect(values(fixture)["maintenance"]?.["enabled"]).toBe(true);
    expect(values(fixture)["checkout"]?.["enabled"]).toBe(true);
  }));

test("a revoke during another administrator's long deployment is left to the sweep", () =>
  withFlags(async (fixture) => {
    const { sandbox, send, outcome } = fixture;
    await outcome(person.robin("escalate"));
    const slow = "AppConfig.Canary10Percent20Minutes";
    sandbox.appConfig.deploy(
      where,
      ({ values }) => Object.assign(values["checkout"] ?? {}, { enabled: true }),
      slow,
    );
    const { answer } = await send(person.robin("deescalate"));
    expect(answer.body["outcome"]).toBe("failed");
    expect(answer.errors).toEqual([
      "Another deployment is in progress in AppConfig environment prod123, which allows one at a time; try again when that deployment is complete; the end of the request is recorded, so the next sweep tries again; until then the access may remain",
    ]);
    expect(sandbox.appConfig.versions(where)).toHaveLength(5);
    sandbox.appConfig.finish(where);
    await passTime(fixture.dynamoDb, minute);
    expect((await send(sweep)).answer.body).toMatchObject({ outcome: "swept", finished: 1 });
    expect(values(fixture)["maintenance"]?.["enabled"]).toBe(false);
    expect(values(fixture)["checkout"]?.["enabled"]).toBe(true);
  }, 5_000));

test("an escalate deploys once, even if AWS's responses are lost", () =>
  withFlags(async (fixture) => {
    fixture.sandbox.faults.inject({ action: "CreateHostedConfigurationVersion", kind: "answer-lost" });
    fixture.sandbox.faults.inject({ action: "StartDeployment", kind: "answer-lost" });
    expect(await fixture.outcome(person.robin("escalate"))).toBe("granted");
    expect(values(fixture)["maintenance"]?.["enabled"]).toBe(true);
    expect(fixture.sandbox.appConfig.deployments(where)).toHaveLength(2);
    const created = fixture.sandbox.calls.filter(
      ({ action }) => action === "CreateHostedConfigurationVersion",
    );
    expect(created[0]?.parameters["latest-version-number"]).toBe("1");
    expect(created[1]?.errorCode).toBe("ConflictException");
    expect(await fixture.outcome(person.robin("deescalate"))).toBe("revoked");
  }));

test("with a gradual deployment strategy, a grant is pending and a revoke reports the remaining time", () =>
  withFlags(async (fixture) => {
    const { sandbox, send } = fixture;
    const slow = { deployment_strategy: "AppConfig.Canary10Percent20Minutes" };
    const { answer } = await send(person.robin("escalate", slow));
    expect(answer).toMatchObject({ body: { outcome: "pending" }, errors: [] });
    expect(answer.body["message"]).toMatch(/yet: AppConfig is rolling out deployment 2 over 20 minutes\.$/);
    sandbox.appConfig.finish(where);
    const revoked = await send(person.robin("deescalate", slow));
    expect(revoked.answer).toMatchObject({
      body: { outcome: "revoked", residual_access: "AppConfig is rolling out deployment 3 over 20 minutes." },
    });
  }));

test("a revoke that an alarm can still roll back fails, and the sweep revokes again after a rollback", () =>
  withFlags(async (fixture) => {
    const { sandbox, send, outcome } = fixture;
    const baking = { deployment_strategy: "AppConfig.AllAtOnce" };
    expect(await outcome(person.robin("escalate", baking))).toBe("granted");
    sandbox.appConfig.finish(where);
    sandbox.appConfig.addMonitor(where);
    const { answer } = await send(person.robin("deescalate", baking));
    expect(answer.body["outcome"]).toBe("failed");
    expect(answer.errors[0]).toMatch(
      /^AppConfig has revoked .*, but an alarm can roll the revoke back until deployment 3 is complete/,
    );
    sandbox.appConfig.rollBack(where);
    expect(values(fixture)["maintenance"]?.["enabled"]).toBe(true);
    await passTime(fixture.dynamoDb, minute);
    await send(sweep);
    expect(values(fixture)["maintenance"]?.["enabled"]).toBe(false);
    sandbox.appConfig.finish(where);
    await passTime(fixture.dynamoDb, minute);
    expect((await send(sweep)).answer.body).toMatchObject({ finished: 1, failed: 0 });
    expect(values(fixture)["maintenance"]?.["enabled"]).toBe(false);
  }));

test("a sweep does not finish a revoke while an alarm can still roll the deployment back", () =>
  withFlags(async ({ sandbox, dynamoDb, send, outcome }) => {
    const baking = { deployment_strategy: "AppConfig.AllAtOnce" };
    await outcome(person.robin("escalate", baking));
    sandbox.appConfig.finish(where);
    sandbox.appConfig.addMonitor(where);
    expect(await outcome(person.robin("deescalate", baking))).toBe("failed");
    await passTime(dynamoDb, minute);
    expect((await send(sweep)).answer.body).toMatchObject({ finished: 0, failed: 1 });
    sandbox.appConfig.finish(where);
    await passTime(dynamoDb, 10 * minute);
    expect((await send(sweep)).answer.body).toMatchObject({ failed: 0 });
    await passTime(dynamoDb, 60 * minute);
    expect((await send(sweep)).answer.body).toMatchObject({ due: 0 });
  }));

test("an escalate is refused while another administrator's deployment of the flag is incomplete", () =>
  withFlags(async ({ sandbox, send, outcome }) => {
    const slow = "AppConfig.Canary10Percent20Minutes";
    sandbox.appConfig.deploy(
      where,
      ({ values }) => Object.assign(values["maintenance"] ?? {}, { enabled: true }),
      slow,
    );
    expect((await send(person.robin("escalate"))).answer).toMatchObject({
      body: { outcome: "refused" },
      errors: [
        "AppConfig is rolling out deployment 2 over 20 minutes in environment prod123, which changes flag maintenance; request the access again when that deployment is complete",
      ],
    });
    sandbox.appConfig.finish(where);
    expect(await outcome(person.overlap("escalate"))).toBe("already-had-access");
  }));

test("a second request during the function's own rollout is also pending", () =>
  withFlags(async ({ outcome }) => {
    const slow = { deployment_strategy: "AppConfig.Canary10Percent20Minutes" };
    expect(await outcome(person.robin("escalate", slow))).toBe("pending");
    expect(await outcome(person.sam("escalate", slow))).toBe("pending");
  }));

for (const [what, value] of [
  ["no attributes", "{}"],
  ["other attributes", '{"text":"Back soon"}'],
] as const)
  test(`a flag with ${what} and without "enabled" counts as off, and can be granted and revoked`, () =>
    withFlags(async (fixture) => {
      const { sandbox, outcome } = fixture;
      sandbox.appConfig.respell(where, (content) =>
        content.replace(/"maintenance":\{[^{}]*"enabled"[^{}]*\}/, `"maintenance":${value}`),
      );
      expect(values(fixture)["maintenance"]).not.toHaveProperty("enabled");
      expect(await outcome(person.sam("escalate", { variation: "off" }))).toBe("already-had-access");
      expect(await outcome(person.sam("deescalate", { variation: "off" }))).toBe("kept-standing");
      expect(await outcome(person.robin("escalate"))).toBe("granted");
      expect(values(fixture)["maintenance"]?.["enabled"]).toBe(true);
      expect(await outcome(person.robin("deescalate"))).toBe("revoked");
      expect(values(fixture)["maintenance"]?.["enabled"]).toBe(false);
    }));

test("the handler reads each deployment if the list does not name the profile", () =>
  withFlags(async (fixture) => {
    const { sandbox, outcome } = fixture;
    sandbox.appConfig.createFlags({ ...where, profile: "othr123" }, { unrelated: { enabled: false } });
    sandbox.appConfig.hideProfiles(where);
    expect(await outcome(person.robin("escalate"))).toBe("granted");
    expect(values(fixture)["maintenance"]?.["enabled"]).toBe(true);
    expect(await outcome(person.robin("deescalate"))).toBe("revoked");
    expect(values(fixture)["maintenance"]?.["enabled"]).toBe(false);
  }));

test("without alarms, a revoke is complete during the bake time", () =>
  withFlags(async (fixture) => {
    const baking = { deployment_strategy: "AppConfig.AllAtOnce" };
    await fixture.outcome(person.robin("escalate", baking));
    fixture.sandbox.appConfig.finish(where);
    expect(await fixture.outcome(person.robin("deescalate", baking))).toBe("revoked");
    expect(fixture.sandbox.appConfig.deployments(where).at(-1)?.state).toBe("BAKING");
  }));

test("a grant whose deployment is rolled back fails", () =>
  withFlags(async (fixture) => {
    fixture.sandbox.appConfig.undoNext(where);
    const { answer } = await fixture.send(person.robin("escalate"));
    expect(answer.body["outcome"]).toBe("failed");
    expect(answer.errors[0]).toMatch(
      /^AppConfig rolled back deployment 2 of .*; check in AppConfig which alarm or person caused the rollback/,
    );
    expect(values(fixture)["maintenance"]?.["enabled"]).toBe(false);
  }));
