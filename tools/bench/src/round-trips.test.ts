import { expect, test } from "vitest";
import { circumstances, roundTripsOf } from "./budgets.ts";
import { type Exchange, sequential } from "./recording-proxy.ts";
import { countRoundTrips } from "./round-trips.ts";
import { type Subject, subjects } from "./subjects.ts";

const exchange = (began: number, ended: number): Exchange => ({ name: `${began}`, began, ended });

test("concurrent exchanges count once, and an exchange that waits counts again", () => {
  expect(sequential([])).toBe(0);
  expect(sequential([exchange(0, 3), exchange(1, 2), exchange(4, 5)])).toBe(2);
  // The third waits for the second only, and runs beside the first.
  expect(sequential([exchange(0, 5), exchange(1, 2), exchange(3, 4), exchange(6, 7)])).toBe(3);
});

for (const subject of subjects)
  test(`${subject.handler} needs no more round trips than its budget`, async ({ skip }) => {
    let excess = await excessOf(subject).catch((error: Error) => {
      skip(/^Unleash cannot run here/.test(error.message) && !process.env["CI"], error.message);
      throw error;
    });
    // On a busy machine, parallel calls can look sequential; sequential calls never look parallel.
    for (let again = 0; again < 2 && excess.length > 0; again += 1) excess = await excessOf(subject);
    expect(excess).toEqual([]);
  });

/** The exceeded budgets of a handler, from a single count. */
async function excessOf(subject: Subject): Promise<string[]> {
  const [counted, budget] = [await countRoundTrips(subject), roundTripsOf(subject.handler)];
  return (["escalate", "deescalate"] as const).flatMap((type) =>
    circumstances.flatMap((state) => {
      const [seen, most] = [counted[type][state]?.sequential, budget[type][state]];
      return seen !== undefined && most !== undefined && seen > most
        ? [`${type}, ${state}: ${seen} instead of ${most}`]
        : [];
    }),
  );
}
