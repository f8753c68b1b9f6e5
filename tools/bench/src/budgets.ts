/** An event in a new process, in one that has handled both before, and there for an access of which there is a record. */
export const circumstances = ["cold", "warm", "recorded"] as const;

/** Sequential round trips: what a person waits for between Sym's call and its end. */
export type RoundTrips = Record<"escalate" | "deescalate", Partial<Record<Circumstance, number>>>;
export type Circumstance = (typeof circumstances)[number];

/** Of every handler, as a share of the peer's in the same run: the time of a process from start to end, and the zip. */
export const againstPeer = { wall: 0.62, zip: 0.55 };

/**
 * `recorded` is one more here than on DynamoDB, which tells with its refusal of a write what is stored: dynalite has to be
 * asked. A deescalate is always for an access of which there is a record.
 */
const trips = (
  [cold, warm, recorded]: [number, number, number],
  deescalate: [number, number],
): RoundTrips => ({
  escalate: { cold, warm, recorded },
  deescalate: { cold: deescalate[0], warm: deescalate[1] },
});

/** Of a handler that is not below. AppConfig needs as many, with two versions on a page as the stand-in has. */
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

/** Of the warm path: parsing and answering as multiples of `JSON.parse` of the same payload; growth in bytes. */
export const warmBudget = { parse: 2, answer: 2, growthPerInvocation: 10 };
