import type { FaultKind } from "@sym/stand-ins/kernel/faults";
import type { Sandbox, SandboxOptions } from "@sym/stand-ins/sandbox";

/** One person's access to one thing; `standing` if the person had it before all requests. */
export type Pair = { person: string; thing: string; standing: boolean };

/** What chaos must know of a handler's target system. */
export type ChaosTarget = {
  handler: string;
  environment: Record<string, string>;
  /** What the sandbox has to start besides, such as a real server. */
  sandbox?: SandboxOptions;
  pairs: Pair[];
  /** The target system with everybody, everything and all standing access in it. */
  begin(sandbox: Sandbox, pairs: Pair[]): void | Promise<void>;
  settings(pair: Pair): Record<string, string>;
  holds(sandbox: Sandbox, pair: Pair): boolean | Promise<boolean>;
  /** How many calls were made that take access away from this pair. */
  removals(sandbox: Sandbox, pair: Pair): number;
  /** What happens now and then besides. */
  tidy?(sandbox: Sandbox): void;
  /** Calls that may go wrong. */
  faults: { actions: string[]; kinds: FaultKind[] };
};

/** Everybody with everything; each third pair is standing access. */
export function everyPair(people: number, things: string[]): Pair[] {
  return things.flatMap((thing, row) =>
    Array.from({ length: people }, (_, column) => ({
      person: `person-${column}@example.com`,
      thing,
      standing: (row + column) % 3 === 0,
    })),
  );
}
