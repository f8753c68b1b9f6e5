import type { LeverRow, Report, Row } from "./report.ts";
import type { RoundTrips } from "./round-trips.ts";
import type { Spread } from "./statistics.ts";

/** Numbers are aligned to the right, words to the left. */
type Column<R> = [title: string, cell: (row: R) => string, words?: "words"];

const columns: Column<Row>[] = [
  ["", ({ name, kind }) => (kind === "ours" ? `**${name}**` : name), "words"],
  ["minified KB", ({ minified }) => kilobytes(minified)],
  ["zip KB", ({ zip }) => kilobytes(zip)],
  ["load ms", ({ stubbed }) => stubbed.load.median.toFixed(1)],
  ["first call ms", ({ stubbed }) => stubbed.first.median.toFixed(1)],
  ["wall ms", ({ stubbed }) => stubbed.wall.median.toFixed(0)],
  ["x floor (quartiles)", ({ stubbed }) => withQuartiles(stubbed.ratio)],
  ["x peer", ({ stubbed }) => stubbed.toPeer.median.toFixed(2)],
  ["CPU ms", ({ stubbed }) => stubbed.cpu.median.toFixed(0)],
  ["TLS wall ms", ({ tls }) => tls?.wall.median.toFixed(0) ?? ""],
  ["TLS x floor", ({ tls }) => (tls ? withQuartiles(tls.ratio) : "")],
  ["RSS MB", ({ stubbed }) => (stubbed.rss.median / 1_000_000).toFixed(0)],
];

const leverColumns: Column<LeverRow>[] = [
  ["", ({ what }) => what, "words"],
  ["reason", ({ reason }) => reason, "words"],
  ["handler", ({ handler }) => handler, "words"],
  ["minified KB", ({ minified }) => kilobytes(minified)],
  ["zip KB", ({ zip }) => kilobytes(zip)],
  ["load ms", ({ load }) => load.toFixed(1)],
];

/** The report as Markdown. */
export function tables(report: Report): string {
  const { date, node, machine, rounds, rows, levers, overhead } = report;
  const ours = rows.filter(({ kind }) => kind === "ours");
  const { parse, answer, jsonParseMicroseconds } = overhead;
  return `${date}, Node ${node}, ${machine}, ${rounds} interleaved rounds, medians.

${table(columns, rows)}
${levers.length > 0 ? `\nWhat each line of the build gives the handler that it gives most:\n\n${table(leverColumns, levers)}\n` : ""}
Sequential round trips, and calls in all:

${table(
  [
    ["", ({ name }) => name, "words"],
    ["escalate, cold", ({ roundTrips }) => trips(roundTrips?.escalate.cold)],
    ["warm", ({ roundTrips }) => trips(roundTrips?.escalate.warm)],
    ["with a record", ({ roundTrips }) => trips(roundTrips?.escalate.recorded)],
    ["deescalate, cold", ({ roundTrips }) => trips(roundTrips?.deescalate.cold)],
    ["warm", ({ roundTrips }) => trips(roundTrips?.deescalate.warm)],
  ],
  ours,
)}

${warmSentence(ours)} \`JSON.parse\` of the payload takes ${jsonParseMicroseconds.toFixed(1)} µs; reading it ${parse.toFixed(2)} times that, and making and serialising the answer ${answer.toFixed(2)} times.
`;
}

function warmSentence(rows: Row[]): string {
  const { name, warm } = rows.find((row) => row.warm) ?? {};
  if (!warm) return "";
  const { invocations, microseconds, growth } = warm;
  return `Warm, ${invocations.toLocaleString("en")} invocations of ${name} in one process: ${microseconds.toFixed(0)} µs and ${growth.toFixed(1)} bytes of retained heap each.`;
}

function table<R>(of: Column<R>[], rows: R[]): string {
  const lines = [of.map(([title]) => title), of.map(([, , words]) => (words ? "---" : "---:"))];
  const body = rows.map((row) => of.map(([, cell]) => cell(row)));
  return [...lines, ...body].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function kilobytes(bytes: number): string {
  return (bytes / 1_000).toFixed(1);
}

function withQuartiles({ low, median, high }: Spread): string {
  return `${median.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
}

function trips(counted: RoundTrips | undefined): string {
  return counted ? `${counted.sequential} (${counted.calls})` : "";
}
