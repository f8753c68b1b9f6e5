import { type Access, absent, ranked } from "@sym/lambda-core";

export type SimAccess = Access;

/** A kind of target system: the states, the states that requests ask for, and the order of the states. */
export type Kind = {
  name: "roles" | "variations" | "toggle";
  states: readonly string[];
  wishes: readonly string[];
  satisfies: (state: string, wanted: string) => boolean;
};

const levels = ["absent", "guest", "member", "maintainer"] as const;

/** `guest` is a standing state that satisfies no wish. */
export const roles: Kind = {
  name: "roles",
  states: levels,
  wishes: ["member", "maintainer"],
  satisfies: ranked(...levels),
};

/** Like the individual targets of a flag: no variation satisfies another variation. */
export const variations: Kind = {
  name: "variations",
  states: ["absent", "A", "B", "C"],
  wishes: ["B", "C"],
  satisfies: (state, wanted) => state === wanted || wanted === absent,
};

/** Like a flag that is on or off for all people: no state stands for no access. */
export const toggle: Kind = {
  name: "toggle",
  states: ["off", "on"],
  wishes: ["on", "off"],
  satisfies: (state, wanted) => state === wanted,
};

/** A timer of the target system: at the time `at`, set `afterwards` if the state is still `state`. */
export type Timer = { at: number; state: string; afterwards: string };

export type Target = ReturnType<typeof createTarget>;

/** Creates a target system whose reads may be up to `staleReadMs` milliseconds old. */
export function createTarget(staleReadMs: number) {
  const states = new Map<string, string>();
  const timers = new Map<string, Timer>();
  const deleted = new Set<string>();
  const past: { subject: string; state: string; until: number }[] = [];
  const stateOf = (subject: string) => states.get(subject) ?? absent;
  return {
    timers,
    state: stateOf,
    set(subject: string, state: string, now: number): void {
      const before = states.get(subject);
      if (before !== undefined && staleReadMs > 0) past.push({ subject, state: before, until: now });
      states.set(subject, state);
    },
    /** Deletes the resource for good, and thereby this subject's access. */
    delete(subject: string): void {
      states.set(subject, absent);
      timers.delete(subject);
      deleted.add(subject);
    },
    isDeleted: (subject: string): boolean => deleted.has(subject),
    /** The state that a read returns; the higher `u`, the older the state. */
    seen(subject: string, now: number, u: number): string {
      const echoes = past.filter((change) => change.subject === subject && now < change.until + staleReadMs);
      return [stateOf(subject), ...echoes.map(({ state }) => state).reverse()][
        Math.floor(u * (echoes.length + 1))
      ] as string;
    },
  };
}
