import { plan } from "@sym/local-lambda/plan-and-check.test-support";
import { expect } from "vitest";
import { addStrategy, flagOf, flip, testFlag, unleash, useUnleash } from "./unleash-fixture.test-support.ts";
import { type FlagFixture, robin } from "./world.test-support.ts";

useUnleash();

/** A plan, which must change nothing in Unleash either. */
async function planOn(fixture: FlagFixture & { flag: string }, escalate: Parameters<typeof plan>[1]) {
  const before = await flagOf(fixture.flag);
  const answer = await plan(fixture, escalate);
  expect(await flagOf(fixture.flag)).toBe(before);
  return answer;
}

testFlag("a plan says what the escalate would do, and changes nothing", async (fixture) => {
  const { flag, person, outcome } = fixture;
  const escalate = person.robin("escalate");
  expect(await planOn(fixture, escalate)).toMatchObject({
    body: {
      ...{ outcome: "would-grant", state: "absent", wanted: "targeted", other_requests: 0 },
      resource: `Unleash flag ${flag} in default/development (on for user ${robin})`,
    },
    errors: [],
  });
  expect(await outcome(escalate)).toBe("granted");
  expect((await planOn(fixture, escalate)).body).toMatchObject({ outcome: "already-granted" });
  expect((await planOn(fixture, person.overlap("escalate"))).body).toMatchObject({
    outcome: "held-by-other-requests",
    other_requests: 1,
  });
  await outcome(person.robin("deescalate"));
  expect((await planOn(fixture, escalate)).body).toMatchObject({ outcome: "would-be-refused" });
});

testFlag("a plan for a person who sees the flag anyway would change nothing", async (fixture) => {
  await addStrategy(fixture.flag, [robin]);
  await flip(fixture.flag, "on");
  const escalate = fixture.person.robin("escalate");
  expect((await planOn(fixture, escalate)).body).toMatchObject({ outcome: "already-standing" });
  expect(await fixture.outcome(escalate)).toBe("already-had-access");
});

testFlag(
  "a plan names a flag that is off with strategies of others as the reason of a refusal",
  async (fixture) => {
    await addStrategy(fixture.flag, ["wren@example.com"]);
    const escalate = fixture.person.robin("escalate");
    expect(await planOn(fixture, escalate)).toMatchObject({
      body: {
        outcome: "would-be-refused",
        message: expect.stringContaining("would also activate its other strategies"),
      },
      errors: [],
    });
    expect(await fixture.outcome(escalate)).toBe("refused");
  },
);

testFlag(
  "a plan for all users is allowed by TOGGLE_ALLOWED only",
  async (fixture) => {
    const { person, beside } = fixture;
    expect((await planOn(fixture, person.robin("escalate"))).body).toMatchObject({
      ...{ outcome: "would-grant", state: "off", wanted: "on" },
    });
    const elsewhere = { ...fixture, ...beside({ TOGGLE_ALLOWED: "[]" }) };
    expect((await planOn(elsewhere, person.robin("escalate"))).body).toMatchObject({
      outcome: "would-be-refused",
      message: expect.stringContaining("may not be switched for all users"),
    });
  },
  { mode: "toggle" },
);

testFlag("a plan is an error while Unleash is down", async (fixture) => {
  unleash.faults.inject({ method: "GET", path: /features/, kind: "internal-error", times: 99 });
  const answer = await plan(fixture, fixture.person.robin("escalate"));
  unleash.faults.clear();
  expect(answer).toMatchObject({
    body: { outcome: "failed" },
    errors: [
      "Unleash did not complete the request (500), so the call changed nothing; try again in a minute",
    ],
  });
});
