import { expect, test } from "vitest";
import { budgets } from "./budgets.ts";
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
  test(`nobody waits for more round trips of ${subject.handler} than its budget has`, async () => {
    const { escalate, deescalate } = await countRoundTrips(subject);
    const most = budgets[subject.handler]?.most.roundTrips;
    for (const state of ["cold", "warm"] as const) {
      expect(escalate[state].sequential, `escalate, ${state}`).toBeLessThanOrEqual(
        most?.escalate[state] ?? 0,
      );
      expect(deescalate[state].sequential, `deescalate, ${state}`).toBeLessThanOrEqual(
        most?.deescalate[state] ?? 0,
      );
    }
  });
