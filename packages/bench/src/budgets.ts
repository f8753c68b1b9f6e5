/** What a person waits for, one after the other, in a request that Sym has just approved and in its end. */
type RoundTripBudget = Record<"escalate" | "deescalate", { cold: number; warm: number }>;

/** Sizes in bytes; `wall` is the time of a process from start to end, as a multiple of an empty handler's. */
export type Budget = { minified: number; zip: number; wall: number; roundTrips: RoundTripBudget };

/** What no handler may exceed, on Node 24 with the network stubbed. */
export const budgets: Record<string, Budget> = {
  "iam-group": {
    ...{ minified: 280_000, zip: 88_000, wall: 2.7 },
    roundTrips: { escalate: { cold: 4, warm: 4 }, deescalate: { cold: 4, warm: 4 } },
  },
  "identity-center-group": {
    ...{ minified: 280_000, zip: 88_000, wall: 2.7 },
    roundTrips: { escalate: { cold: 5, warm: 4 }, deescalate: { cold: 5, warm: 4 } },
  },
  "github-team": {
    ...{ minified: 340_000, zip: 100_000, wall: 3 },
    roundTrips: { escalate: { cold: 6, warm: 4 }, deescalate: { cold: 6, warm: 5 } },
  },
  "feature-flag": {
    ...{ minified: 260_000, zip: 85_000, wall: 2.6 },
    roundTrips: { escalate: { cold: 5, warm: 5 }, deescalate: { cold: 4, warm: 4 } },
  },
};

/** Of every handler, as a share of the peer's in the same loop. */
export const againstPeer = { zip: 0.6, wall: 0.65 };

/** Of the warm path: parsing and answering as multiples of `JSON.parse` of the same payload; growth in bytes. */
export const warmBudget = { parse: 2, answer: 2, growthPerInvocation: 10 };
