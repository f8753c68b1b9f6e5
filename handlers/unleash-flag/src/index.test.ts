import { expect, test } from "vitest";
import { inSandbox, requests, robin } from "./world.test-support.ts";

const target = { project: "shop", environment: "production", flag: "new-checkout" };
const person = requests(target);
const everybody = requests({ ...target, mode: "toggle" });
/** No test of this file calls Unleash. */
const nowhere = { UNLEASH_URL: "http://127.0.0.1:9", UNLEASH_TOKEN: "none" };

const notAllowed = [undefined, "[]", '["shop/staging/new-checkout"]', '["shop/production/new"]'];
for (const list of notAllowed)
  test(`with ${list ?? "nothing"} as TOGGLE_ALLOWED, a toggle is refused`, () =>
    inSandbox(
      async ({ send }) => {
        const { answer } = await send(everybody.robin("escalate"));
        expect(answer).toMatchObject({
          body: { outcome: "refused" },
          errors: [
            "shop/production/new-checkout may not be switched for all users; add it to TOGGLE_ALLOWED, or set the target's mode to target-user",
          ],
        });
      },
      { ...nowhere, ...(list !== undefined && { TOGGLE_ALLOWED: list }) },
    ));

const settings: { setting: Record<string, string>; problem: string }[] = [
  { setting: { mode: "toggel" }, problem: '"toggel" as its setting mode; set it to target-user or toggle' },
  { setting: { project: "" }, problem: "nothing as its setting project; set it to the project's id" },
  { setting: { environment: ".." }, problem: '".." as its setting environment' },
  { setting: { flag: "a/../../members" }, problem: '"a/../../members" as its setting flag' },
  {
    setting: { variation: "on" },
    problem: '"on" as its setting variation; set it to on or off; leave it out in mode target-user',
  },
  { setting: { mode: "toggle", variation: "maybe" }, problem: '"maybe" as its setting variation' },
  { setting: { context_key: "robin" }, problem: '"robin" as its setting context_key' },
];
for (const { setting, problem } of settings)
  test(`the setting ${JSON.stringify(setting)} is refused`, () =>
    inSandbox(async ({ send }) => {
      const { answer } = await send(person.robin("escalate", setting));
      expect(answer.body["outcome"]).toBe("refused");
      expect(answer.errors).toEqual([expect.stringContaining(`Target new-checkout has ${problem}`)]);
    }, nowhere));

test("a local part outside the domains of IDENTITY_DOMAINS is refused", () =>
  inSandbox(
    async ({ send }) => {
      const { answer } = await send(person.robin("escalate", { context_key: "u-{local}" }));
      expect(answer.errors).toEqual([
        `${robin} is not in one of the domains example.org; add its domain to IDENTITY_DOMAINS, or use {email} in the target's setting context_key`,
      ]);
    },
    { ...nowhere, IDENTITY_DOMAINS: "example.org" },
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
    { ...nowhere, IDENTITY_DOMAINS: "evil.com, example.com" },
  ));

const environments = [
  { environment: { TOGGLE_ALLOWED: '["new-checkout"]' }, problem: "TOGGLE_ALLOWED must be a JSON list" },
  { environment: { UNLEASH_URL: "" }, problem: "UNLEASH_URL must be the URL of Unleash" },
  {
    environment: { UNLEASH_URL: "unleash.example.com" },
    problem: 'UNLEASH_URL is "unleash.example.com", but must be an https URL',
  },
  {
    environment: { UNLEASH_TOKEN: "" },
    problem: "UNLEASH_SECRET must name the secret with the token for Unleash",
  },
];
for (const { environment, problem } of environments)
  test(`the environment ${JSON.stringify(environment)} is reported as a misconfiguration`, () =>
    inSandbox(
      async ({ send }) => {
        const { answer } = await send(person.robin("escalate"));
        expect(answer.errors).toEqual([
          expect.stringContaining(`This function is misconfigured: ${problem}`),
        ]);
      },
      { ...nowhere, ...environment },
    ));
