import type { FaultKind } from "@sym/stand-ins/kernel/faults";
import type { Sandbox, SandboxOptions } from "@sym/stand-ins/sandbox";

/** One person's access to one resource; `standing` if the person had the access before all requests. */
export type Pair = { person: string; thing: string; standing: boolean };

/** How chaos seeds and reads a handler's target system. */
export type ChaosTarget = {
  handler: string;
  environment: Record<string, string>;
  /** Further servers of the sandbox, such as a real Unleash server. */
  sandbox?: SandboxOptions;
  pairs: Pair[];
  /** Seeds the people, the resources and the standing access. */
  begin(sandbox: Sandbox, pairs: Pair[]): void | Promise<void>;
  settings(pair: Pair): Record<string, string>;
  holds(sandbox: Sandbox, pair: Pair): boolean | Promise<boolean>;
  /** The number of calls that removed this pair's access. */
  removals(sandbox: Sandbox, pair: Pair): number;
  /** Called now and then, to tidy the target system. */
  tidy?(sandbox: Sandbox): void;
  /** The calls to break, and the kinds of faults. */
  faults: { actions: string[]; kinds: FaultKind[] };
};

/** Pairs each person with each resource; a third of the pairs have standing access. */
export function everyPair(people: number, things: string[]): Pair[] {
  return things.flatMap((thing, row) =>
    Array.from({ length: people }, (_, column) => ({
      person: `person-${column}@example.com`,
      thing,
      standing: (row + column) % 3 === 0,
    })),
  );
}
