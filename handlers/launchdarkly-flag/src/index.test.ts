import { expect, test } from "vitest";
import { inSandbox, requests, robin } from "./world.test-support.ts";

const target = { project: "shop", environment: "production", flag: "new-checkout" };
const person = requests({ ...target, variation: "on" });
const everybody = requests({ ...target, mode: "toggle" });
const place = ["shop", "new-checkout", "production"] as const;

/** With the flag new-checkout, whose targeting is off. */
function withFlag(play: Parameters<typeof inSandbox>[0], environment: Record<string, string> = {}) {
  return inSandbox(async (fixture) => {
    fixture.sandbox.launchDarkly.createFlag("shop", "new-checkout");
    fixture.sandbox.launchDarkly.edit(...place, (production) => {
      production.on = false;
    });
    await play(fixture);
  }, environment);
}

const notAllowed = [undefined, "[]", '["shop/staging/new-checkout"]', '["shop/production/new"]'];
for (const list of notAllowed)
  test(`with ${list ?? "nothing"} as TOGGLE_ALLOWED, a toggle is refused before any call`, () =>
    withFlag(
      async ({ sandbox, send }) => {
        const { answer } = await send(everybody.robin("escalate"));
        expect(answer).toMatchObject({
          body: { outcome: "refused" },
          errors: [
            "shop/production/new-checkout may not be switched for all users; add it to TOGGLE_ALLOWED, or set the target's mode to target-user",
          ],
        });
        expect(sandbox.calls).toEqual([]);
      },
      list === undefined ? {} : { TOGGLE_ALLOWED: list },
    ));

const settings: { setting: Record<string, string>; problem: string }[] = [
  { setting: { mode: "toggel" }, problem: '"toggel" as its setting mode; set it to target-user or toggle' },
  { setting: { project: "" }, problem: "nothing as its setting project; set it to the project's key" },
  { setting: { environment: ".." }, problem: '".." as its setting environment' },
  {
    setting: { flag: "a/../../members" },
    problem: '"a/../../members" as its setting flag; set it to the flag\'s key',
  },
  { setting: { flag: "a?env=other" }, problem: '"a?env=other" as its setting flag' },
  {
    setting: { variation: "" },
    problem: "nothing as its setting variation; set it to a variation of the flag",
  },
  { setting: { mode: "toggle", variation: "maybe" }, problem: '"maybe" as its setting variation' },
  {
    setting: { context_key: "robin" },
    problem:
      '"robin" as its setting context_key; set it to a text with one of {email}, {local} and {sha256} in it',
  },
  { setting: { context_kind: "a b" }, problem: '"a b" as its setting context_kind' },
];
for (const { setting, problem } of settings)
  test(`the setting ${JSON.stringify(setting)} is refused before any call`, () =>
    inSandbox(async ({ sandbox, send }) => {
      const { answer } = await send(person.robin("escalate", setting));
      expect(answer.body["outcome"]).toBe("refused");
      expect(answer.errors).toEqual([expect.stringContaining(`Target new-checkout has ${problem}`)]);
      expect(sandbox.calls).toEqual([]);
    }));

const keys = [
  { domains: "example.org, Example.com", key: "u-robin.requester" },
  { domains: "example.org", key: undefined },
];
for (const { domains, key } of keys)
  test(`with ${domains} as IDENTITY_DOMAINS, the local part ${key ? "is" : "is not"} the context key`, () =>
    withFlag(
      async ({ sandbox, send }) => {
        sandbox.launchDarkly.edit(...place, (production) => {
          production.on = true;
        });
        const { answer } = await send(person.robin("escalate", { context_key: "u-{local}" }));
        if (key) expect(sandbox.launchDarkly.targeted(...place, key)).toBe("on");
        else
          expect(answer.errors).toEqual([
            `${robin} is not in one of the domains example.org; add its domain to IDENTITY_DOMAINS, or use {email} in the target's setting context_key`,
          ]);
      },
      { IDENTITY_DOMAINS: domains },
    ));

test("an e-mail address with two @ is refused, for any allowed domain", () =>
  inSandbox(
    async ({ sandbox, send }) => {
      const payload = person.robin("escalate", { context_key: "u-{local}" });
      payload.run.actors.request.username = "a@evil.com@example.com";
      expect((await send(payload)).answer).toMatchObject({
        body: { outcome: "refused" },
        errors: [
          "a@evil.com@example.com has more than one @, so its domain is ambiguous; use an e-mail with one @",
        ],
      });
      expect(sandbox.calls).toEqual([]);
    },
    { IDENTITY_DOMAINS: "evil.com, example.com" },
  ));

const environments = [
  {
    environment: { TOGGLE_ALLOWED: "shop/production/new-checkout" },
    problem:
      'TOGGLE_ALLOWED must be a JSON list of project/environment/flag, such as ["shop/production/new-checkout"]',
  },
  { environment: { TOGGLE_ALLOWED: '["new-checkout"]' }, problem: "TOGGLE_ALLOWED must be a JSON list" },
  {
    environment: { LAUNCHDARKLY_URL: "http://launchdarkly.example.com" },
    problem: 'LAUNCHDARKLY_URL is "http://launchdarkly.example.com", but must be an https URL',
  },
  {
    environment: { LAUNCHDARKLY_TOKEN: "" },
    problem: "LAUNCHDARKLY_SECRET must name the secret with the token for LaunchDarkly",
  },
];
for (const { environment, problem } of environments)
  test(`the environment ${JSON.stringify(environment)} is reported as a misconfiguration`, () =>
    inSandbox(async ({ sandbox, send }) => {
      const { answer } = await send(person.robin("escalate"));
      expect(answer.errors).toEqual([expect.stringContaining(`This function is misconfigured: ${problem}`)]);
      expect(sandbox.calls).toEqual([]);
    }, environment));
