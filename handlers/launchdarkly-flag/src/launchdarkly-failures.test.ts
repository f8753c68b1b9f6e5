import { passTime } from "@sym/local-lambda/table-time";
import type { FaultKind } from "@sym/stand-ins/kernel/faults";
import { expect, test } from "vitest";
import { person, place, withFlag } from "./launchdarkly-fixture.test-support.ts";
import { type FlagFixture, robin, sweep } from "./world.test-support.ts";

test("a change is retried after an edit conflict", () =>
  withFlag(async ({ sandbox, outcome }) => {
    sandbox.launchDarkly.loseRaces(2);
    expect(await outcome(person.robin("escalate"))).toBe("granted");
    expect(sandbox.launchDarkly.targeted(...place, robin)).toBe("on");
  }));

for (const action of ["patchFeatureFlag", "patchExpiringTargets"])
  test(`${action} succeeds even if its response is lost`, () =>
    withFlag(async ({ sandbox, outcome }) => {
      sandbox.faults.inject({ action, kind: "answer-lost" });
      expect(await outcome(person.robin("escalate"))).toBe("granted");
      expect(sandbox.launchDarkly.targeted(...place, robin)).toBe("on");
      expect(sandbox.launchDarkly.expiring(...place)).toHaveLength(1);
      sandbox.faults.inject({ action, kind: "answer-lost" });
      expect(await outcome(person.robin("deescalate"))).toBe("revoked");
      expect(sandbox.launchDarkly.targeted(...place, robin)).toBeUndefined();
      expect(sandbox.launchDarkly.expiring(...place)).toEqual([]);
    }));

test("a throttled request is retried when LaunchDarkly says", () =>
  withFlag(async ({ sandbox, outcome }) => {
    sandbox.faults.inject({ action: "patchFeatureFlag", kind: "throttle" });
    expect(await outcome(person.robin("escalate"))).toBe("granted");
  }));

const failures: { what: string; action: string; kind: FaultKind; sentence: string }[] = [
  {
    what: "persistent throttling",
    action: "getFeatureFlag",
    kind: "throttle",
    sentence: "LaunchDarkly rate limit reached; retry in 1 s",
  },
  {
    what: "an outage of LaunchDarkly",
    action: "getFeatureFlag",
    kind: "internal-error",
    sentence:
      "LaunchDarkly did not complete the request (500), so the call changed nothing; try again in a minute",
  },
  {
    what: "an unreachable LaunchDarkly",
    action: "getFeatureFlag",
    kind: "reset",
    sentence:
      "LaunchDarkly did not complete the request (no connection), so the call changed nothing; try again in a minute",
  },
  {
    what: "a failure of LaunchDarkly during a change",
    action: "patchFeatureFlag",
    kind: "internal-error",
    sentence:
      "LaunchDarkly did not complete the request (500), so the flag may or may not have changed; check LaunchDarkly for the change, then try again",
  },
  {
    what: "a timeout of LaunchDarkly",
    action: "getFeatureFlag",
    kind: "timeout",
    sentence:
      "The target system did not answer in time, so the access may or may not have changed; check the target system for the change, then try again",
  },
  {
    what: "a token without the permission to read",
    action: "getFeatureFlag",
    kind: "access-denied",
    sentence:
      "The token for LaunchDarkly is not allowed to read flag new-checkout; give the token's role that permission",
  },
  {
    what: "a token without the permission to change",
    action: "patchFeatureFlag",
    kind: "access-denied",
    sentence:
      "The token for LaunchDarkly is not allowed to change flag new-checkout in shop/production; give the token's role that permission",
  },
];
for (const { what, action, kind, sentence } of failures)
  test(`the answer explains ${what}, without LaunchDarkly's own error text`, () =>
    withFlag(
      async ({ sandbox, send }) => {
        sandbox.faults.inject({ action, kind, times: Number.POSITIVE_INFINITY });
        const { answer, logs } = await send(person.robin("escalate"));
        expect(answer.body["outcome"]).toBe("failed");
        expect(answer.errors).toHaveLength(1);
        expect(answer.errors[0]?.slice(0, sentence.length)).toBe(sentence);
        expect(sandbox.launchDarkly.targeted(...place, robin)).toBeUndefined();
        expect(JSON.stringify(answer)).not.toMatch(/Access to the requested|Internal service error/);
        expect(logs).not.toContain("example.com");
      },
      {},
      kind === "timeout" ? 3_000 : undefined,
    ));

test("a change that meets an edit conflict at every try fails", () =>
  withFlag(async ({ sandbox, send }) => {
    sandbox.launchDarkly.loseRaces(100);
    const { answer } = await send(person.robin("escalate"));
    expect(answer.errors[0]).toMatch(
      /^Other clients keep changing the same resource in LaunchDarkly; try again in a minute/,
    );
  }));

const missing = [
  {
    what: "flag",
    settings: { flag: "new-chekout" },
    sentence: "LaunchDarkly project shop has no flag new-chekout; correct the target's setting flag",
  },
  {
    what: "project",
    settings: { project: "shopp" },
    sentence:
      "There is no LaunchDarkly project shopp that the token can see; correct the target's setting project, or let the token's role view the project",
  },
  {
    what: "environment",
    settings: { environment: "prod" },
    sentence: "LaunchDarkly project shop has no environment prod; correct the target's setting environment",
  },
  {
    what: "variation",
    settings: { variation: "blue" },
    sentence:
      'LaunchDarkly flag new-checkout has no variation "blue" (it has on, off); correct the target\'s setting variation',
  },
];
for (const { what, settings, sentence } of missing)
  test(`escalate and deescalate name a missing ${what}`, () =>
    withFlag(async ({ send, outcome }) => {
      const { answer } = await send(person.robin("escalate", settings));
      expect(answer).toMatchObject({ body: { outcome: "refused" }, errors: [sentence] });
      expect(await outcome(person.robin("deescalate", settings))).toBe("nothing-to-revoke");
    }));

const gone = [
  ["flag", (sandbox: FlagFixture["sandbox"]) => sandbox.launchDarkly.deleteFlag("shop", "new-checkout")],
  [
    "environment",
    (sandbox: FlagFixture["sandbox"]) => sandbox.launchDarkly.deleteEnvironment("shop", "production"),
  ],
] as const;
for (const [what, remove] of gone)
  test(`deleting the ${what} ends the access, and the answer says so`, () =>
    withFlag(async ({ sandbox, dynamoDb, send, outcome }) => {
      await outcome(person.robin("escalate"));
      await passTime(dynamoDb, 60_000);
      remove(sandbox);
      expect((await send(person.robin("deescalate"))).answer).toMatchObject({
        body: {
          outcome: "revoked",
          message: expect.stringMatching(
            / has ended: the resource no longer exists, so the access ended with it\.$/,
          ),
        },
        errors: [],
      });
      await passTime(dynamoDb, 3_600_000);
      expect((await send(sweep)).answer.body).toMatchObject({ due: 0 });
    }));

test("a revoke fails if the token can no longer see the project", () =>
  withFlag(async ({ sandbox, dynamoDb, send, outcome }) => {
    await outcome(person.robin("escalate"));
    sandbox.launchDarkly.hideProject("shop");
    const { answer } = await send(person.robin("deescalate"));
    expect(answer.body["outcome"]).toBe("failed");
    expect(answer.errors[0]).toMatch(/^There is no LaunchDarkly project shop that the token can see; /);
    await passTime(dynamoDb, 3_600_000);
    expect((await send(sweep)).answer.body).toMatchObject({ due: 1, failed: 1 });
  }));

test("a revoke fails if the token may not see the environment", () =>
  withFlag(async ({ sandbox, send, outcome }) => {
    await outcome(person.robin("escalate"));
    sandbox.launchDarkly.deleteEnvironment("shop", "production");
    sandbox.faults.inject({ action: "getEnvironment", kind: "access-denied", times: 10 });
    const { answer } = await send(person.robin("deescalate"));
    expect(answer.errors[0]).toMatch(
      /^The token for LaunchDarkly is not allowed to read flag new-checkout in environment production; /,
    );
  }));

test("a name of two variations is refused as ambiguous", () =>
  withFlag(async ({ sandbox, send }) => {
    sandbox.launchDarkly.createFlag("shop", "twins", { variations: ["same", "same"] });
    const { answer } = await send(person.robin("escalate", { flag: "twins", variation: "same" }));
    expect(answer.errors).toEqual([
      'LaunchDarkly flag twins has more than one variation "same" (it has same, same); set the target\'s setting variation to the id of one of them',
    ]);
  }));

const secret = { LAUNCHDARKLY_SECRET: "launchdarkly/token" };

test("a renewed token is read again once, without a cold start", () =>
  withFlag(async ({ sandbox, outcome }) => {
    sandbox.secretsManager.putSecret("launchdarkly/token", sandbox.env.LAUNCHDARKLY_TOKEN);
    const reads = () => sandbox.calls.filter(({ action }) => action === "GetSecretValue").length;
    expect(await outcome(person.robin("escalate"))).toBe("granted");
    expect(reads()).toBe(1);
    sandbox.secretsManager.putSecret("launchdarkly/token", `${sandbox.launchDarkly.renewToken()}\n`);
    expect(await outcome(person.sam("escalate"))).toBe("granted");
    expect(await outcome(person.robin("deescalate"))).toBe("revoked");
    expect(reads()).toBe(2);
  }, secret));

test("the answer names the secret of a rejected token, and does not show the token", () =>
  withFlag(async ({ sandbox, send }) => {
    sandbox.secretsManager.putSecret("launchdarkly/token", sandbox.env.LAUNCHDARKLY_TOKEN);
    sandbox.launchDarkly.renewToken();
    const { answer, logs } = await send(person.robin("escalate"));
    expect(answer.errors).toEqual([
      "LaunchDarkly did not accept the token; renew the token in secret launchdarkly/token",
    ]);
    expect(JSON.stringify(answer) + logs).not.toContain(sandbox.env.LAUNCHDARKLY_TOKEN);
  }, secret));

test("a failed read of the secret is not cached", () =>
  withFlag(async ({ sandbox, send, outcome }) => {
    const { answer } = await send(person.robin("escalate"));
    expect(answer.errors).toEqual([
      "This function is misconfigured: LAUNCHDARKLY_SECRET names the secret launchdarkly/token, which does not exist",
    ]);
    sandbox.secretsManager.putSecret("launchdarkly/token", sandbox.env.LAUNCHDARKLY_TOKEN);
    expect(await outcome(person.overlap("escalate"))).toBe("granted");
  }, secret));

test("a secret that cannot be a token is not sent to LaunchDarkly", () =>
  withFlag(async ({ sandbox, send }) => {
    sandbox.secretsManager.putSecret("launchdarkly/token", "two\r\nlines");
    const { answer } = await send(person.robin("escalate"));
    expect(answer.errors).toEqual([
      "This function is misconfigured: secret launchdarkly/token must hold a token and nothing else",
    ]);
    expect(sandbox.calls.filter(({ service }) => service === "launchdarkly")).toEqual([]);
  }, secret));
