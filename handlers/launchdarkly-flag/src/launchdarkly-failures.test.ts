import { passTime } from "@sym/local-lambda/table-time";
import type { FaultKind } from "@sym/stand-ins/kernel/faults";
import { expect, test } from "vitest";
import { type FlagFixture, inSandbox, requests, robin, sweep } from "./world.test-support.ts";

const target = {
  project: "shop",
  environment: "production",
  flag: "new-checkout",
  variation: "on",
};
const person = requests(target);
const place = ["shop", "new-checkout", "production"] as const;

function withFlag(
  play: (fixture: FlagFixture) => Promise<void>,
  environment: Record<string, string> = {},
  timeoutMilliseconds?: number,
) {
  return inSandbox(
    async (fixture) => {
      fixture.sandbox.launchDarkly.createFlag("shop", "new-checkout");
      await play(fixture);
    },
    environment,
    timeoutMilliseconds,
  );
}

test("a change that lost a race is made anew", () =>
  withFlag(async ({ sandbox, outcome }) => {
    sandbox.launchDarkly.loseRaces(2);
    expect(await outcome(person.robin("escalate"))).toBe("granted");
    expect(sandbox.launchDarkly.targeted(...place, robin)).toBe("on");
  }));

for (const action of ["patchFeatureFlag", "patchExpiringTargets"])
  test(`an answer to ${action} that is lost after the change is found out`, () =>
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

test("throttling is waited out for as long as LaunchDarkly says", () =>
  withFlag(async ({ sandbox, outcome }) => {
    sandbox.faults.inject({ action: "patchFeatureFlag", kind: "throttle" });
    expect(await outcome(person.robin("escalate"))).toBe("granted");
  }));

const failures: { what: string; action: string; kind: FaultKind; sentence: string }[] = [
  {
    what: "throttling that does not pass",
    action: "getFeatureFlag",
    kind: "throttle",
    sentence: "LaunchDarkly rate limit reached; retry in 1 s",
  },
  {
    what: "a LaunchDarkly that is down",
    action: "getFeatureFlag",
    kind: "internal-error",
    sentence:
      "LaunchDarkly did not complete the request (500), so the call changed nothing; try again in a minute",
  },
  {
    what: "a LaunchDarkly that cannot be reached",
    action: "getFeatureFlag",
    kind: "reset",
    sentence:
      "LaunchDarkly did not complete the request (no connection), so the call changed nothing; try again in a minute",
  },
  {
    what: "a LaunchDarkly that fails in the middle of a change",
    action: "patchFeatureFlag",
    kind: "internal-error",
    sentence:
      "LaunchDarkly did not complete the request (500), so the flag may or may not have changed; check LaunchDarkly for the change, then try again",
  },
  {
    what: "a LaunchDarkly that does not answer",
    action: "getFeatureFlag",
    kind: "timeout",
    sentence:
      "The target system did not answer in time, so the access may or may not have changed; check the target system for the change, then try again",
  },
  {
    what: "a token that may not look",
    action: "getFeatureFlag",
    kind: "access-denied",
    sentence:
      "The token for LaunchDarkly is not allowed to read flag new-checkout; give the token's role that permission",
  },
  {
    what: "a token that may not change",
    action: "patchFeatureFlag",
    kind: "access-denied",
    sentence:
      "The token for LaunchDarkly is not allowed to change flag new-checkout in shop/production; give the token's role that permission",
  },
];
for (const { what, action, kind, sentence } of failures)
  test(`${what} is explained, and nothing of LaunchDarkly's own error leaves the function`, () =>
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

test("races that are always lost are told", () =>
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
  test(`a missing ${what} is named, on the way in and on the way out`, () =>
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
  test(`a deleted ${what} ends the access, and the answer says so`, () =>
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

test("a flag of a project that the token cannot see any more is an error, and no end", () =>
  withFlag(async ({ sandbox, dynamoDb, send, outcome }) => {
    await outcome(person.robin("escalate"));
    sandbox.launchDarkly.hideProject("shop");
    const { answer } = await send(person.robin("deescalate"));
    expect(answer.body["outcome"]).toBe("failed");
    expect(answer.errors[0]).toMatch(/^There is no LaunchDarkly project shop that the token can see; /);
    await passTime(dynamoDb, 3_600_000);
    expect((await send(sweep)).answer.body).toMatchObject({ due: 1, failed: 1 });
  }));

test("a flag of which the token may not see the environment is an error, and no end", () =>
  withFlag(async ({ sandbox, send, outcome }) => {
    await outcome(person.robin("escalate"));
    sandbox.launchDarkly.deleteEnvironment("shop", "production");
    sandbox.faults.inject({ action: "getEnvironment", kind: "access-denied", times: 10 });
    const { answer } = await send(person.robin("deescalate"));
    expect(answer.errors[0]).toMatch(
      /^The token for LaunchDarkly is not allowed to read flag new-checkout in environment production; /,
    );
  }));

test("a flag with two variations of one name does not guess", () =>
  withFlag(async ({ sandbox, send }) => {
    sandbox.launchDarkly.createFlag("shop", "twins", { variations: ["same", "same"] });
    const { answer } = await send(person.robin("escalate", { flag: "twins", variation: "same" }));
    expect(answer.errors).toEqual([
      'LaunchDarkly flag twins has more than one variation "same" (it has same, same); set the target\'s setting variation to the id of one of them',
    ]);
  }));

const secret = { LAUNCHDARKLY_SECRET: "launchdarkly/token" };

test("a token that was renewed is read again, once, and without a cold start", () =>
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

test("a token that is not accepted is named by its secret, and not shown", () =>
  withFlag(async ({ sandbox, send }) => {
    sandbox.secretsManager.putSecret("launchdarkly/token", sandbox.env.LAUNCHDARKLY_TOKEN);
    sandbox.launchDarkly.renewToken();
    const { answer, logs } = await send(person.robin("escalate"));
    expect(answer.errors).toEqual([
      "LaunchDarkly did not accept the token; renew the token in secret launchdarkly/token",
    ]);
    expect(JSON.stringify(answer) + logs).not.toContain(sandbox.env.LAUNCHDARKLY_TOKEN);
  }, secret));

test("a secret that could not be read is not remembered as such", () =>
  withFlag(async ({ sandbox, send, outcome }) => {
    const { answer } = await send(person.robin("escalate"));
    expect(answer.errors).toEqual([
      "This function is misconfigured: LAUNCHDARKLY_SECRET names the secret launchdarkly/token, which does not exist",
    ]);
    sandbox.secretsManager.putSecret("launchdarkly/token", sandbox.env.LAUNCHDARKLY_TOKEN);
    expect(await outcome(person.overlap("escalate"))).toBe("granted");
  }, secret));

test("a secret that is no token is not sent anywhere", () =>
  withFlag(async ({ sandbox, send }) => {
    sandbox.secretsManager.putSecret("launchdarkly/token", "two\r\nlines");
    const { answer } = await send(person.robin("escalate"));
    expect(answer.errors).toEqual([
      "This function is misconfigured: secret launchdarkly/token must hold a token and nothing else",
    ]);
    expect(sandbox.calls.filter(({ service }) => service === "launchdarkly")).toEqual([]);
  }, secret));
