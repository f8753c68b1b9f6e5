import type { Report, Row } from "./report.ts";

const [width, left, top, line] = [820, 250, 44, 26];
const colours: Record<Row["kind"], string> = { floor: "#8c8c8c", ours: "#2f81f7", peer: "#d9822b" };

/** A bar chart of the wall times as multiples of the floor's, with quartiles. Legible on light and dark backgrounds. */
export function chart({ rows, node, rounds, date }: Report): string {
  const most = Math.max(...rows.map(({ stubbed }) => stubbed.ratio.high));
  const scale = (width - left - 70) / most;
  const bars = rows.map((row, index) => bar(row, top + index * line, scale));
  const height = top + rows.length * line + 12;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="13">
<title>Cold start and first event of each bundle, as a multiple of an empty handler</title>
<style>text { fill: #1f2328 } path { stroke: #1f2328 } @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } path { stroke: #e6edf3 } }</style>
<text x="8" y="24" font-weight="bold">Cold start and first event, as a multiple of an empty handler (Node ${node}, ${rounds} rounds, ${date})</text>
${bars.join("\n")}
</svg>
`;
}

function bar({ name, kind, stubbed }: Row, y: number, scale: number): string {
  const { low, median, high } = stubbed.ratio;
  const [end, from, to] = [median, low, high].map((ratio) => (left + ratio * scale).toFixed(1));
  const middle = y + 10;
  return `<text x="${left - 8}" y="${y + 15}" text-anchor="end">${name}</text>
<rect x="${left}" y="${y + 2}" width="${(median * scale).toFixed(1)}" height="17" fill="${colours[kind]}"/>
<path d="M${from} ${middle}H${to}M${from} ${middle - 4}v8M${to} ${middle - 4}v8"/>
<text x="${Math.max(Number(end), Number(to)) + 6}" y="${y + 15}">${median.toFixed(2)}</text>`;
}
