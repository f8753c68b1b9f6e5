/** What a person waits for, one after the other, in a request that Sym has just approved and in its end. */
type RoundTrips = Record<"escalate" | "deescalate", { cold: number; warm: number }>;

/**
 * Sizes in bytes; `wall` is the time of a process from start to end, as a multiple of an empty handler's: the median of
 * all rounds. What is above `most` fails, so that it cannot become worse; above the `aim`, it is told.
 */
export type Budget = {
  minified: number;
  zip: number;
  most: { wall: number; roundTrips: RoundTrips };
  aim: { wall: number; roundTrips: RoundTrips };
};

const trips = (escalate: [number, number], deescalate: [number, number]): RoundTrips => ({
  escalate: { cold: escalate[0], warm: escalate[1] },
  deescalate: { cold: deescalate[0], warm: deescalate[1] },
});

/** For every handler, on Node 24 with the network stubbed. docs/performance.md says why some aims are not reached. */
export const budgets: Record<string, Budget> = {
  "iam-group": {
    ...{ minified: 280_000, zip: 88_000 },
    most: { wall: 3.7, roundTrips: trips([4, 4], [4, 4]) },
    aim: { wall: 2.7, roundTrips: trips([4, 4], [4, 4]) },
  },
  "identity-center-group": {
    ...{ minified: 280_000, zip: 88_000 },
    most: { wall: 3.7, roundTrips: trips([5, 4], [5, 4]) },
    aim: { wall: 2.7, roundTrips: trips([5, 5], [5, 5]) },
  },
  "github-team": {
    ...{ minified: 340_000, zip: 100_000 },
    most: { wall: 3.9, roundTrips: trips([6, 4], [6, 5]) },
    aim: { wall: 3, roundTrips: trips([6, 5], [6, 5]) },
  },
  "feature-flag": {
    ...{ minified: 260_000, zip: 85_000 },
    most: { wall: 3.5, roundTrips: trips([5, 5], [4, 4]) },
    aim: { wall: 2.6, roundTrips: trips([4, 4], [4, 4]) },
  },
};

/** Of every handler, as a share of the peer's in the same loop. */
export const againstPeer = { zip: 0.6, wall: 0.65 };

/** Of the warm path: parsing and answering as multiples of `JSON.parse` of the same payload; growth in bytes. */
export const warmBudget = { parse: 2, answer: 2, growthPerInvocation: 10 };
