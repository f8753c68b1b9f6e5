import { expect, test } from "vitest";
import { type FlagFixture, inSandbox, requests, robin, sam } from "./world.test-support.ts";

const target = { project: "shop", environment: "production", flag: "new-checkout" };
const person = requests({ ...target, variation: "on" });
const everybody = requests({ ...target, mode: "toggle" });
const allowed = { TOGGLE_ALLOWED: '["shop/production/new-checkout"]' };
const flagName = "LaunchDarkly flag new-checkout in shop/production";
type Edit = Parameters<FlagFixture["sandbox"]["launchDarkly"]["edit"]>[3];

/** new-checkout requires `on` of new-cart, and new-cart requires `on` of new-basket. All are on and serve `off`. */
function withPrerequisites(play: (fixture: FlagFixture) => Promise<void>, edits: Record<string, Edit>) {
  return inSandbox(async (fixture) => {
    const { launchDarkly } = fixture.sandbox;
    for (const flag of ["new-checkout", "new-cart", "new-basket"]) launchDarkly.createFlag("shop", flag);
    const needs = (flag: string, key: string) =>
      launchDarkly.edit("shop", flag, "production", (production) => {
        production.prerequisites.push({ key, variation: 0 });
      });
    needs("new-checkout", "new-cart");
    needs("new-cart", "new-basket");
    for (const flag of ["new-cart", "new-basket"])
      launchDarkly.target("shop", flag, "production", robin, "on");
    for (const [flag, edit] of Object.entries(edits)) launchDarkly.edit("shop", flag, "production", edit);
    await play(fixture);
  }, allowed);
}

const off: Edit = (production) => {
  production.on = false;
};
const archived: Edit = (_, flag) => {
  flag.archived = true;
};
const unmet: { what: string; edits: Record<string, Edit>; problem: string }[] = [
  { what: "off", edits: { "new-cart": off }, problem: "new-cart, whose targeting is off" },
  { what: "archived", edits: { "new-cart": archived }, problem: "new-cart, which is archived" },
  {
    what: "off, two levels down",
    edits: { "new-basket": off },
    problem: "new-basket, whose targeting is off",
  },
];
for (const { what, edits, problem } of unmet)
  for (const [whom, request] of [
    ["a person", person],
    ["all users", everybody],
  ] as const)
    test(`an escalate for ${whom} is refused, and names a prerequisite that is ${what}`, () =>
      withPrerequisites(async ({ sandbox, send }) => {
        if (whom === "all users") sandbox.launchDarkly.edit("shop", "new-checkout", "production", off);
        const { answer } = await send(request.robin("escalate"));
        const flag = problem.slice(0, problem.indexOf(","));
        expect(answer).toMatchObject({
          body: { outcome: "refused" },
          errors: [
            `${flagName} has the prerequisite ${problem}, so LaunchDarkly serves the off variation; correct ${flag} in LaunchDarkly first`,
          ],
        });
        expect(sandbox.launchDarkly.audit()).toEqual([]);
      }, edits));

test("an escalate is refused, and names a prerequisite that serves the person another variation", () =>
  withPrerequisites(async ({ send }) => {
    const { answer } = await send(person.sam("escalate"));
    expect(answer.errors).toEqual([
      `${flagName} has the prerequisite new-cart, which does not serve the required variation to user ${sam}, so LaunchDarkly serves the off variation; correct new-cart in LaunchDarkly first`,
    ]);
  }, {}));

test("an escalate succeeds if its prerequisites are met, or can be met by rules", () =>
  withPrerequisites(
    async ({ outcome }) => {
      expect(await outcome(person.robin("escalate"))).toBe("granted");
      expect(await outcome(person.sam("escalate"))).toBe("granted");
    },
    {
      "new-cart": (production) => void production.rules.push({ clauses: [], trackEvents: false }),
      "new-basket": (production) => void production.rules.push({ clauses: [], trackEvents: false }),
    },
  ));

test("a revoke succeeds even if a prerequisite has been turned off since the grant", () =>
  withPrerequisites(async ({ sandbox: { launchDarkly }, outcome }) => {
    await outcome(person.robin("escalate"));
    launchDarkly.edit("shop", "new-cart", "production", off);
    expect(await outcome(person.robin("deescalate"))).toBe("revoked");
    expect(launchDarkly.targeted("shop", "new-checkout", "production", robin)).toBeUndefined();
  }, {}));
