import { expect, test } from "vitest";
import { notReached, tooMuch, tooSlow } from "./check.ts";
import type { Report, Row } from "./report.ts";

const spread = (median: number) => ({ least: median, low: median, median, high: median });

function row(
  name: string,
  kind: Row["kind"],
  { zip = 70_000, ratio = 2, toPeer = 0.5, trips = 4 } = {},
): Row {
  const stubbed = { wall: 90, load: 30, first: 50, cpu: 80, rss: 60e6, ratio, toPeer };
  const counted = { sequential: trips, calls: 8 };
  const event = { cold: counted, warm: counted };
  return {
    ...{ name, kind, minified: 230_000, zip },
    stubbed: Object.fromEntries(
      Object.entries(stubbed).map(([key, value]) => [key, spread(value)]),
    ) as Row["stubbed"],
    roundTrips: { escalate: event, deescalate: event },
  };
}

function report(...rows: Row[]): Report {
  const peer = row("peer", "peer", { zip: 270_000 });
  const overhead = { parse: 1.3, answer: 0.4, jsonParseMicroseconds: 6 };
  return { date: "", node: "", machine: "", rounds: 15, rows: [peer, ...rows], overhead };
}

test("what keeps its budgets and reaches its aims is not mentioned", () => {
  const fine = report(row("iam-group", "ours"));
  expect([tooMuch(fine), tooSlow(fine), notReached(fine)]).toEqual([[], [], []]);
});

test("what is over its aim is told, and no failure", () => {
  const slower = report(row("iam-group", "ours", { ratio: 3 }));
  expect([...tooMuch(slower), ...tooSlow(slower)]).toEqual([]);
  expect(notReached(slower)).toEqual(["iam-group, wall time beside the floor's: 3, but at most 2.7."]);
});

test("what is over its budget is a failure, each with what was measured", () => {
  const worse = report(row("iam-group", "ours", { ratio: 4, toPeer: 0.7, zip: 170_000, trips: 5 }));
  expect(tooSlow(worse)).toEqual([
    "iam-group, wall time beside the floor's: 4, but at most 3.7.",
    "iam-group, wall time beside the peer's: 0.7, but at most 0.65.",
  ]);
  expect(tooMuch(worse)).toEqual([
    "iam-group, bytes of the zip: 170000, but at most 88000.",
    "iam-group, zip beside the peer's: 0.63, but at most 0.6.",
    "iam-group, sequential round trips of a cold escalate: 5, but at most 4.",
    "iam-group, sequential round trips of a warm escalate: 5, but at most 4.",
    "iam-group, sequential round trips of a cold deescalate: 5, but at most 4.",
    "iam-group, sequential round trips of a warm deescalate: 5, but at most 4.",
  ]);
});

test("a handler without budgets does not pass", () => {
  expect(tooMuch(report(row("okta-group", "ours"))).join()).toContain("what budgets.ts should say");
});
