import { expect, test } from "vitest";
import { tooMuch, tooSlow } from "./check.ts";
import type { Report, Row } from "./report.ts";

const spread = (median: number) => ({ least: median, low: median, median, high: median });

function row(
  name: string,
  kind: Row["kind"],
  { zip = 70_000, toPeer = 0.5, trips = 4, growth = 1 } = {},
): Row {
  const stubbed = { wall: 90, load: 30, first: 50, cpu: 80, rss: 60e6, ratio: 3, toPeer };
  const counted = { sequential: trips, calls: 8 };
  const event = { cold: counted, warm: counted, recorded: counted };
  return {
    ...{ name, kind, minified: 230_000, zip },
    stubbed: Object.fromEntries(
      Object.entries(stubbed).map(([key, value]) => [key, spread(value)]),
    ) as Row["stubbed"],
    roundTrips: { escalate: event, deescalate: event },
    warm: { invocations: 1_000, microseconds: 300, growth },
  };
}

function report(...rows: Row[]): Report {
  const peer = row("peer", "peer", { zip: 270_000 });
  const overhead = { parse: 1.3, answer: 0.4, jsonParseMicroseconds: 6 };
  return { date: "", node: "", machine: "", rounds: 15, rows: [peer, ...rows], levers: [], overhead };
}

test("a handler within its budgets is not mentioned", () => {
  const fine = report(row("iam-group", "ours"));
  expect([tooMuch(fine), tooSlow(fine)]).toEqual([[], []]);
});

test("each exceeded budget is a failure with the measured value", () => {
  const worse = report(row("iam-group", "ours", { toPeer: 0.7, zip: 170_000, trips: 7, growth: 12 }));
  expect(tooSlow(worse)).toEqual(["iam-group, wall time beside the peer's: 0.7, but at most 0.62."]);
  expect(tooMuch(worse)).toEqual([
    "iam-group, zip beside the peer's: 0.63, but at most 0.55.",
    "iam-group, sequential round trips of a cold escalate: 7, but at most 4.",
    "iam-group, sequential round trips of a warm escalate: 7, but at most 4.",
    "iam-group, sequential round trips of a recorded escalate: 7, but at most 6.",
    "iam-group, sequential round trips of a cold deescalate: 7, but at most 5.",
    "iam-group, sequential round trips of a warm deescalate: 7, but at most 5.",
    "iam-group, bytes of heap kept per invocation: 12, but at most 10.",
  ]);
});

test("an unlisted handler has the general budgets", () => {
  expect(tooMuch(report(row("okta-group", "ours", { trips: 5 })))).toEqual([]);
  expect(tooMuch(report(row("okta-group", "ours", { trips: 14, zip: 170_000 })))).toContain(
    "okta-group, sequential round trips of a cold escalate: 14, but at most 13.",
  );
});

test("a missing measurement exceeds its budget", () => {
  const { roundTrips: _roundTrips, ...unmeasured } = row("iam-group", "ours");
  expect(tooMuch(report(unmeasured))).toHaveLength(5);
});
