import type { Exchange } from "@sym/stand-ins/kernel/record";
import { checkExchange } from "./check-exchange.ts";
import { describedSystems } from "./description.ts";
import { differences as allDifferences, type Difference, isDifference } from "./differences.ts";
import type { Violation } from "./violation.ts";

/** `file`: the test file whose run recorded the exchange. */
export type RecordedExchange = { file: string; exchange: Exchange };

export type CheckedExchanges = {
  /** The number of checked exchanges, by system. */
  counts: Record<string, number>;
  /** A sentence for each kind of violation, with an example. */
  problems: string[];
  /** The differences on purpose without a matching violation. */
  unused: Difference[];
};

// A real server's answers are true by construction, and the server refuses unknown requests.
const realServers = ["unleash"];

export function checkExchanges(recorded: RecordedExchange[], differences = allDifferences): CheckedExchanges {
  const counts: Record<string, number> = {};
  const groups = new Map<string, { first: Violation; file: string; times: number }>();
  const used = new Set<Difference>();
  for (const { file, exchange } of recorded) {
    counts[exchange.system] = (counts[exchange.system] ?? 0) + 1;
    for (const violation of violationsOf(file, exchange)) {
      const difference = differences.find((one) => isDifference(one, violation));
      if (difference) used.add(difference);
      else count(groups, violation, file);
    }
  }
  const problems = [...groups.values()].map(({ first, file, times }) => sentence(first, file, times));
  return { counts, problems, unused: differences.filter((one) => !used.has(one)) };
}

function violationsOf(file: string, exchange: Exchange): Violation[] {
  const { system, status } = exchange;
  if (realServers.includes(system)) return [];
  if (!describedSystems.includes(system)) {
    const says = "there is no description of this system: see operations.json";
    return [{ system, operation: exchange.path, status, part: "request", at: "", says, value: "" }];
  }
  const violations = checkExchange(exchange);
  // The stand-ins' own tests send wrong requests, to check the refusals.
  const isRefused = (status >= 400 && status < 500) || hasGraphqlErrors(exchange);
  const isRefusalOnPurpose = file.startsWith("tools/stand-ins/") && isRefused;
  return isRefusalOnPurpose ? violations.filter(({ part }) => part !== "request") : violations;
}

function hasGraphqlErrors({ path, answer }: Exchange): boolean {
  return path.endsWith("/graphql") && "errors" in Object(JSON.parse(answer));
}

function count(
  groups: Map<string, { first: Violation; file: string; times: number }>,
  violation: Violation,
  file: string,
) {
  const { value: _value, status, ...kind } = violation;
  const key = JSON.stringify([kind, violation.part === "answer" && status]);
  const group = groups.get(key) ?? { first: violation, file, times: 0 };
  group.times += 1;
  groups.set(key, group);
}

function sentence(
  { system, operation, status, part, at, says, value }: Violation,
  file: string,
  times: number,
): string {
  const where = `${system} ${operation}, ${part === "request" ? "request" : `answer ${status}`}`;
  const shown = value === "" ? "" : `; found ${value}`;
  return `${where}: ${at === "" ? "the body" : at} ${says}${shown} (${times} times, first in ${file})`;
}
