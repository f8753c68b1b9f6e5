// The access that a lease names: two instances, a new flag with a deleted flag's name, a moved flag, and a shortened list
// of toggles.
import { forgeLeases, passTime } from "@sym/local-lambda/table-time";
import { startUnleash } from "@sym/stand-ins/unleash";
import { expect } from "vitest";
import {
  addStrategy,
  flip,
  isOn,
  strategies,
  testFlag,
  unleash,
  useUnleash,
} from "./unleash-fixture.test-support.ts";
import { robin, sam, sweep } from "./world.test-support.ts";

useUnleash();

const toggle = { mode: "toggle" };

testFlag(
  "two Unleash instances with one table do not revoke each other's toggles and targets",
  async (fixture) => {
    const { outcome, beside, flag, person } = fixture;
    const other = await startUnleash();
    try {
      await other.flags.create(flag);
      const there = beside({ UNLEASH_URL: other.url, UNLEASH_TOKEN: other.token });
      expect(await outcome(person.robin("escalate"))).toBe("granted");
      expect(await there.outcome(person.overlap("escalate"))).toBe("granted");
      expect(await outcome(person.robin("deescalate"))).toBe("revoked");
      expect([await isOn(flag, robin), await other.flags.isOn(flag, robin)]).toEqual([false, true]);
      expect(await there.outcome(person.overlap("deescalate"))).toBe("revoked");
      expect(await outcome(person.sam("escalate", toggle))).toBe("granted");
      expect(await there.outcome(person.endless("escalate", toggle))).toBe("granted");
      expect(await outcome(person.sam("deescalate", toggle))).toBe("revoked");
      expect([await isOn(flag, sam), await other.flags.isOn(flag, sam)]).toEqual([false, true]);
      expect(await there.outcome(person.endless("deescalate", toggle))).toBe("revoked");
      expect(await other.flags.isOn(flag, sam)).toBe(false);
    } finally {
      await other.close();
    }
  },
);

testFlag("a revoke leaves a new flag that has the name of a deleted flag", async (fixture) => {
  const { send, outcome, dynamoDb, flag, person } = fixture;
  await outcome(person.robin("escalate"));
  await unleash.admin("DELETE", `/projects/default/features/${flag}`);
  await unleash.admin("DELETE", `/archive/${flag}`);
  await unleash.admin("POST", "/projects/default/features", { name: flag, type: "release" });
  await passTime(dynamoDb, 60_000);
  const { answer } = await send(person.robin("deescalate"));
  expect(answer).toMatchObject({
    body: { outcome: "revoked", message: expect.stringContaining("so the access ended with it") },
    errors: [],
  });
});

testFlag(
  "a revoke restores a toggle that has been removed from TOGGLE_ALLOWED",
  async ({ outcome, beside, flag, person }) => {
    expect(await outcome(person.robin("escalate"))).toBe("granted");
    expect(await beside({ TOGGLE_ALLOWED: "[]" }).outcome(person.robin("deescalate"))).toBe("revoked");
    expect(await isOn(flag, robin)).toBe(false);
  },
  toggle,
);

testFlag(
  "a forged lease cannot change a flag that TOGGLE_ALLOWED does not list",
  async ({ outcome, send, beside, dynamoDb, flag, person }) => {
    await addStrategy(flag, [sam]);
    await outcome(person.robin("escalate"));
    await outcome(person.sam("escalate"));
    await flip(flag, "off");
    // The record of a flag that this function turned off, with two requests for `on`; the first has ended.
    await forgeLeases(dynamoDb, (lease) => {
      const { runs } = lease as { runs: [string, object][] };
      const [[first, run] = ["", {}], ...others] = runs;
      return { ...lease, ours: ["off"], runs: [[first, { ...run, state: "closing" }], ...others] };
    });
    const swept = await beside({ TOGGLE_ALLOWED: "[]" }).send(sweep);
    expect(swept.answer.body).toMatchObject({ failed: 1 });
    expect(swept.logs).toContain(`default/development/${flag} may not be switched for all users`);
    expect(await isOn(flag, sam)).toBe(false);
    await passTime(dynamoDb, 120_000);
    expect((await send(sweep)).answer.body).toMatchObject({ failed: 0 });
    expect(await isOn(flag, sam)).toBe(true);
  },
  toggle,
);

testFlag(
  "an escalate is refused, and names a parent flag that is off",
  async ({ send, outcome, flag, person }) => {
    const parent = `${flag}-parent`;
    await unleash.flags.create(parent);
    await unleash.admin("POST", `/projects/default/features/${flag}/dependencies`, { feature: parent });
    const { answer } = await send(person.robin("escalate"));
    expect(answer).toMatchObject({
      body: { outcome: "refused" },
      errors: [
        `Unleash flag ${flag} in default/development depends on flag ${parent}, which is off in this environment, so the flag is off for all users; switch ${parent} on first`,
      ],
    });
    expect(await strategies(flag)).toEqual([]);
    await flip(parent, "on");
    expect(await outcome(person.overlap("escalate"))).toBe("granted");
    expect(await isOn(flag, robin)).toBe(true);
  },
);

testFlag(
  "an escalate is refused, and names a parent flag that must be off and is on for the person",
  async ({ send, outcome, flag, person }) => {
    const parent = `${flag}-parent`;
    await unleash.flags.create(parent);
    const needed = { feature: parent, enabled: false };
    await unleash.admin("POST", `/projects/default/features/${flag}/dependencies`, needed);
    await addStrategy(parent, [robin]);
    await flip(parent, "on");
    expect((await send(person.robin("escalate"))).answer).toMatchObject({
      body: { outcome: "refused" },
      errors: [
        `Unleash flag ${flag} in default/development is off where its parent flag ${parent} is on, and the parent flag is on for user ${robin}; switch ${parent} off first`,
      ],
    });
    expect(await strategies(flag)).toEqual([]);
    await flip(parent, "off");
    expect(await outcome(person.overlap("escalate"))).toBe("granted");
  },
);

testFlag(
  "the revoke says that another strategy still shows the flag to the person",
  async ({ send, outcome, flag, person }) => {
    await addStrategy(flag, [sam]);
    await flip(flag, "on");
    await outcome(person.robin("escalate"));
    await addStrategy(flag, [robin]);
    const { answer } = await send(person.robin("deescalate"));
    expect(answer.body).toMatchObject({
      outcome: "revoked",
      residual_access: `Another strategy of the flag still enables it for user ${robin}.`,
    });
    expect(await isOn(flag, robin)).toBe(true);
  },
);
