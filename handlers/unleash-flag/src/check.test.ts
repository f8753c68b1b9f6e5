import { check, checkTarget } from "@sym/local-lambda/plan-and-check.test-support";
import { expect } from "vitest";
import { addStrategy, testFlag, unleash, useUnleash } from "./unleash-fixture.test-support.ts";

useUnleash();

const notTold = "Unleash accepts the token, and does not tell whether the token may change the flag";
const seen = (flag: string) =>
  `Unleash flag ${flag} in default/development exists and is off now; ${notTold}`;

testFlag("a check sees the flag of a person", async (fixture) => {
  const { person, flag } = fixture;
  expect(await checkTarget(fixture, person.robin("escalate"))).toEqual(["ok", seen(flag)]);
});

testFlag(
  "a check sees a flag that the function may switch, also if the check names no target",
  async (fixture) => {
    const { person, flag, beside } = fixture;
    const toggle = person.robin("escalate", { mode: "toggle" });
    expect(await checkTarget(fixture, toggle)).toEqual(["ok", seen(flag)]);
    expect((await check(fixture)).targets).toEqual([
      { check: `target default/development/${flag}`, level: "ok", message: seen(flag) },
    ]);
    const elsewhere = { ...fixture, ...beside({ TOGGLE_ALLOWED: "[]" }) };
    expect(await checkTarget(elsewhere, toggle)).toEqual([
      "error",
      `default/development/${flag} may not be switched for all users; add it to TOGGLE_ALLOWED, or set the target's mode to target-user`,
    ]);
  },
);

testFlag("a check names each wrong setting", async (fixture) => {
  const { person, flag } = fixture;
  for (const [settings, problem] of [
    [{ flag: "no-such-flag" }, "There is no flag no-such-flag in Unleash; correct the target's setting flag"],
    [{ project: "shop" }, `Unleash project shop has no flag ${flag} in development that the token can see`],
    [{ environment: "moon" }, `Unleash flag ${flag} has no environment moon; correct`],
    [{ variation: "on" }, 'Target new-checkout has "on" as its setting variation; set it to on or off'],
  ] as const) {
    const [level, message] = await checkTarget(fixture, person.robin("escalate", settings));
    expect([level, message.slice(0, problem.length)]).toEqual(["error", problem]);
  }
});

testFlag(
  "a check names strategies of others, which a switch for one person would activate",
  async (fixture) => {
    await addStrategy(fixture.flag, ["wren@example.com"]);
    expect(await checkTarget(fixture, fixture.person.robin("escalate"))).toEqual([
      "error",
      expect.stringContaining("switching it on for one user would also activate its other strategies"),
    ]);
  },
);

testFlag(
  "a check names a token that Unleash does not accept, and an Unleash that is down",
  async (fixture) => {
    const payload = fixture.person.robin("escalate");
    const elsewhere = { ...fixture, ...fixture.beside({ UNLEASH_TOKEN: "*:*.wrong" }) };
    expect(await checkTarget(elsewhere, payload)).toEqual([
      "error",
      "Unleash did not accept the token; renew the token in UNLEASH_TOKEN",
    ]);
    unleash.faults.inject({ method: "GET", path: /features/, kind: "internal-error", times: 99 });
    const down = await checkTarget(fixture, payload);
    unleash.faults.clear();
    expect(down).toEqual([
      "error",
      "Unleash did not complete the request (500), so the call changed nothing; try again in a minute",
    ]);
  },
);
