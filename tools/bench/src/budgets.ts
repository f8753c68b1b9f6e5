/**
 * `cold`: in a new process. `warm`: in a process that has handled both events. `recorded`: warm, with an existing
 * lease.
 */
export const circumstances = ["cold", "warm", "recorded"] as const;

/** Sequential round trips of an event, for which the requester waits. */
export type RoundTrips = Record<"escalate" | "deescalate", Partial<Record<Circumstance, number>>>;
export type Circumstance = (typeof circumstances)[number];

/**
 * Budgets of every handler as shares of the peer's values: a process's wall time, in the same run, and the zip's size.
 */
export const againstPeer = { wall: 0.62, zip: 0.55 };

/**
 * `recorded` has one round trip more than on DynamoDB: DynamoDB returns the stored item with a refused write, and
 * dynalite needs another read. A deescalate always has an existing lease.
 */
const trips = (
  [cold, warm, recorded]: [number, number, number],
  deescalate: [number, number],
): RoundTrips => ({
  escalate: { cold, warm, recorded },
  deescalate: { cold: deescalate[0], warm: deescalate[1] },
});

/**
 * The budget of a handler that is not listed below. AppConfig needs all of these, with the stand-in's pages of two
 * versions.
 */
const anyRoundTrips = trips([13, 15, 17], [13, 15]);

const fewerRoundTrips: Record<string, RoundTrips> = {
  "github-team": trips([6, 5, 7], [7, 6]),
  "iam-group": trips([4, 4, 6], [5, 5]),
  "identity-center-group": trips([5, 4, 6], [6, 6]),
  "launchdarkly-flag": trips([5, 5, 7], [7, 6]),
  "unleash-flag": trips([6, 6, 8], [8, 8]),
};

export function roundTripsOf(handler: string): RoundTrips {
  return fewerRoundTrips[handler] ?? anyRoundTrips;
}

/**
 * Budgets of the warm path: parsing and answering as multiples of `JSON.parse` of the same payload; growth in bytes.
 */
export const warmBudget = { parse: 2, answer: 2, growthPerInvocation: 10 };
