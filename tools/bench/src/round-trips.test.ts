import { expect, test } from "vitest";
import { roundTripsOf } from "./budgets.ts";
import { type Exchange, sequential } from "./recording-proxy.ts";
import { countRoundTrips } from "./round-trips.ts";
import { subjects } from "./subjects.ts";

const exchange = (began: number, ended: number): Exchange => ({ name: `${began}`, began, ended });

test("what is under way at the same time counts once, what waits for it counts again", () => {
  expect(sequential([])).toBe(0);
  expect(sequential([exchange(0, 3), exchange(1, 2), exchange(4, 5)])).toBe(2);
  // The third waits for the second only, and runs beside the first.
  expect(sequential([exchange(0, 5), exchange(1, 2), exchange(3, 4), exchange(6, 7)])).toBe(3);
});

for (const subject of subjects)
  test(`${subject.handler} needs no more round trips than its budget has`, async ({ skip }) => {
    const counted = await countRoundTrips(subject).catch((error: Error) => {
      skip(/^Unleash cannot run here/.test(error.message) && !process.env["CI"], error.message);
      throw error;
    });
    const budget = roundTripsOf(subject.handler);
    for (const type of ["escalate", "deescalate"] as const)
      for (const state of ["cold", "warm"] as const)
        expect(counted[type][state].sequential, `${type}, ${state}`).toBeLessThanOrEqual(budget[type][state]);
  });
