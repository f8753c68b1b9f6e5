import { againstPeer, budgets, warmBudget } from "./budgets.ts";
import type { Report, Row } from "./report.ts";

/** One sentence for each budget of sizes, round trips and kept memory that is exceeded: the same on every machine. */
export function tooMuch({ rows }: Report): string[] {
  const peer = rows.find(({ kind }) => kind === "peer");
  return rows
    .filter(({ kind }) => kind === "ours")
    .flatMap((row) => [...ofSizes(row, peer), ...ofRoundTrips(row, "most"), ...ofMemory(row)]);
}

/** One sentence for each budget of time that is exceeded. */
export function tooSlow({ rows, overhead }: Report): string[] {
  return [
    ...rows.filter(({ kind }) => kind === "ours").flatMap(ofTime),
    ...over("Parsing, beside JSON.parse", overhead.parse, warmBudget.parse),
    ...over("Answering, beside JSON.parse", overhead.answer, warmBudget.answer),
  ];
}

/** One sentence for each aim beyond the budgets that is not reached. */
export function notReached({ rows }: Report): string[] {
  return rows
    .filter(({ kind }) => kind === "ours")
    .flatMap((row) => [
      ...over(wallOf(row), row.stubbed.ratio.median, budgets[row.name]?.aim.wall),
      ...ofRoundTrips(row, "aim"),
    ]);
}

function ofSizes({ name, minified, zip }: Row, peer: Row | undefined): string[] {
  const budget = budgets[name];
  return [
    ...over(`${name}, minified bytes`, minified, budget?.minified),
    ...over(`${name}, bytes of the zip`, zip, budget?.zip),
    ...over(`${name}, zip beside the peer's`, zip / (peer?.zip ?? Number.NaN), againstPeer.zip),
  ];
}

function ofTime(row: Row): string[] {
  const { ratio, toPeer } = row.stubbed;
  return [
    ...over(wallOf(row), ratio.median, budgets[row.name]?.most.wall),
    ...over(`${row.name}, wall time beside the peer's`, toPeer.median, againstPeer.wall),
  ];
}

function wallOf({ name }: Row): string {
  return `${name}, wall time beside the floor's`;
}

function ofRoundTrips({ name, roundTrips }: Row, limit: "most" | "aim"): string[] {
  const events = roundTrips ? (["escalate", "deescalate"] as const) : [];
  return events.flatMap((type) =>
    (["cold", "warm"] as const).flatMap((state) =>
      over(
        `${name}, sequential round trips of a ${state} ${type}`,
        roundTrips?.[type][state].sequential ?? Number.NaN,
        budgets[name]?.[limit].roundTrips[type][state],
      ),
    ),
  );
}

function ofMemory({ name, warm }: Row): string[] {
  return warm
    ? over(`${name}, bytes of heap kept per invocation`, warm.growth, warmBudget.growthPerInvocation)
    : [];
}

/** Also for what could not be measured, and for what has no budget. */
function over(what: string, measured: number, most: number | undefined): string[] {
  if (most !== undefined && measured <= most) return [];
  return [`${what}: ${Number(measured.toFixed(2))}, but at most ${most ?? "what budgets.ts should say"}.`];
}
