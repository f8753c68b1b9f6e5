import { againstPeer, circumstances, roundTripsOf, warmBudget } from "./budgets.ts";
import type { Report, Row } from "./report.ts";

/** A sentence for each exceeded budget of sizes, round trips and retained memory, which are equal on every machine. */
export function tooMuch({ rows }: Report): string[] {
  const peer = rows.find(({ kind }) => kind === "peer");
  return rows
    .filter(({ kind }) => kind === "ours")
    .flatMap((row) => [...ofSize(row, peer), ...ofRoundTrips(row), ...ofMemory(row)]);
}

/** A sentence for each exceeded budget of time. */
export function tooSlow({ rows, overhead }: Report): string[] {
  return [
    ...rows.filter(({ kind }) => kind === "ours").flatMap(ofTime),
    ...over("Parsing, beside JSON.parse", overhead.parse, warmBudget.parse),
    ...over("Answering, beside JSON.parse", overhead.answer, warmBudget.answer),
  ];
}

function ofSize({ name, zip }: Row, peer: Row | undefined): string[] {
  return over(`${name}, zip beside the peer's`, zip / (peer?.zip ?? Number.NaN), againstPeer.zip);
}

function ofTime({ name, stubbed }: Row): string[] {
  return over(`${name}, wall time beside the peer's`, stubbed.toPeer.median, againstPeer.wall);
}

function ofRoundTrips({ name, roundTrips }: Row): string[] {
  const budget = roundTripsOf(name);
  return (["escalate", "deescalate"] as const).flatMap((type) =>
    circumstances.flatMap((state) => {
      const most = budget[type][state];
      if (most === undefined) return [];
      const what = `${name}, sequential round trips of a ${state} ${type}`;
      return over(what, roundTrips?.[type][state]?.sequential ?? Number.NaN, most);
    }),
  );
}

function ofMemory({ name, warm }: Row): string[] {
  return warm
    ? over(`${name}, bytes of heap kept per invocation`, warm.growth, warmBudget.growthPerInvocation)
    : [];
}

/** A sentence if the value exceeds the budget, or is missing (NaN). */
function over(what: string, measured: number, most: number): string[] {
  return measured <= most ? [] : [`${what}: ${Number(measured.toFixed(2))}, but at most ${most}.`];
}
