/** Sequential round trips: what a person waits for between Sym's call and its end. */
export type RoundTrips = Record<"escalate" | "deescalate", { cold: number; warm: number }>;

/** Of every handler, as a share of the peer's in the same run: the time of a process from start to end, and the zip. */
export const againstPeer = { wall: 0.62, zip: 0.55 };

const trips = (escalate: [number, number], deescalate: [number, number]): RoundTrips => ({
  escalate: { cold: escalate[0], warm: escalate[1] },
  deescalate: { cold: deescalate[0], warm: deescalate[1] },
});

/** Of a handler that is not below. AppConfig needs as many, with two versions on a page as the stand-in has. */
const anyRoundTrips = trips([13, 15], [13, 15]);

const fewerRoundTrips: Record<string, RoundTrips> = {
  "github-team": trips([6, 4], [6, 5]),
  "iam-group": trips([4, 4], [4, 4]),
  "identity-center-group": trips([5, 4], [5, 4]),
  "launchdarkly-flag": trips([5, 5], [4, 4]),
  "unleash-flag": trips([6, 6], [5, 5]),
};

export function roundTripsOf(handler: string): RoundTrips {
  return fewerRoundTrips[handler] ?? anyRoundTrips;
}

/** Of the warm path: parsing and answering as multiples of `JSON.parse` of the same payload; growth in bytes. */
export const warmBudget = { parse: 2, answer: 2, growthPerInvocation: 10 };
