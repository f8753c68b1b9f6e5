import { expect, test } from "vitest";
import { person, withFlags } from "./appconfig-fixture.test-support.ts";

const notAllowed = ["", "[]", '["shop123/test123/maintenance"]', '["shop123/prod123/main"]'];
for (const list of notAllowed)
  test(`with ${list || "nothing"} as TOGGLE_ALLOWED, a toggle is refused before any call`, () =>
    withFlags(
      async ({ sandbox, send }) => {
        const { answer } = await send(person.robin("escalate"));
        expect(answer).toMatchObject({
          body: { outcome: "refused" },
          errors: ["shop123/prod123/maintenance may not be switched for all users; add it to TOGGLE_ALLOWED"],
        });
        expect(sandbox.calls).toEqual([]);
      },
      undefined,
      { TOGGLE_ALLOWED: list },
    ));

const settings: { setting: Record<string, string>; problem: string }[] = [
  {
    setting: { mode: "target-user" },
    problem:
      '"target-user" as its setting mode; set it to toggle, or leave it out: AppConfig\'s basic flags apply to all users',
  },
  { setting: { project: "" }, problem: "nothing as its setting project; set it to the application's id" },
  { setting: { environment: "production" }, problem: '"production" as its setting environment' },
  { setting: { configuration_profile: "" }, problem: "nothing as its setting configuration_profile" },
  { setting: { flag: "a/../b" }, problem: '"a/../b" as its setting flag; set it to the flag\'s key' },
  { setting: { variation: "maybe" }, problem: '"maybe" as its setting variation; set it to on or off' },
  {
    setting: { deployment_strategy: "Linear 50" },
    problem: '"Linear 50" as its setting deployment_strategy',
  },
];
for (const { setting, problem } of settings)
  test(`the setting ${JSON.stringify(setting)} is refused before any call`, () =>
    withFlags(async ({ sandbox, send }) => {
      const { answer } = await send(person.robin("escalate", setting));
      expect(answer.body["outcome"]).toBe("refused");
      expect(answer.errors).toEqual([expect.stringContaining(`Target new-checkout has ${problem}`)]);
      expect(sandbox.calls).toEqual([]);
    }));

test("a target may set mode to toggle", () =>
  withFlags(async ({ outcome }) => {
    expect(await outcome(person.robin("escalate", { mode: "toggle" }))).toBe("granted");
  }));

for (const list of ["shop123/prod123/maintenance", '["maintenance"]'])
  test(`TOGGLE_ALLOWED=${list} is reported as a misconfiguration`, () =>
    withFlags(
      async ({ sandbox, send }) => {
        const { answer } = await send(person.robin("escalate"));
        expect(answer.errors).toEqual([
          'This function is misconfigured: TOGGLE_ALLOWED must be a JSON list of project/environment/flag, such as ["shop/production/new-checkout"]',
        ]);
        expect(sandbox.calls).toEqual([]);
      },
      undefined,
      { TOGGLE_ALLOWED: list },
    ));
