import type { Report, Row } from "./report.ts";
import type { RoundTrips } from "./round-trips.ts";
import type { Spread } from "./statistics.ts";

const columns: [string, (row: Row) => string][] = [
  ["", ({ name, kind }) => (kind === "ours" ? `**${name}**` : name)],
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

/** Everything, as Markdown. */
export function tables(report: Report): string {
  const { date, node, machine, rounds, rows, overhead } = report;
  const ours = rows.filter(({ kind }) => kind === "ours");
  const { parse, answer, jsonParseMicroseconds } = overhead;
  return `${date}, Node ${node}, ${machine}, ${rounds} interleaved rounds, medians.

${table(columns, rows)}

Sequential round trips, and calls in all:

${table(
  [
    ["", ({ name }) => name],
    ["escalate, cold", ({ roundTrips }) => trips(roundTrips?.escalate.cold)],
    ["warm", ({ roundTrips }) => trips(roundTrips?.escalate.warm)],
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

function table(of: [string, (row: Row) => string][], rows: Row[]): string {
  const lines = [of.map(([title]) => title), of.map((_, index) => (index === 0 ? "---" : "---:"))];
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
