import { type Access, absent, ranked } from "@sym/lambda-core";

export type SimAccess = Access;

/** A kind of target system: its states, which of them satisfies which, and which people ask for. */
export type Kind = {
  name: "roles" | "variations" | "toggle";
  states: readonly string[];
  wishes: readonly string[];
  satisfies: (state: string, wanted: string) => boolean;
};

const levels = ["absent", "guest", "member", "maintainer"] as const;

/** `guest` is a standing state that satisfies nobody's wish. */
export const roles: Kind = {
  name: "roles",
  states: levels,
  wishes: ["member", "maintainer"],
  satisfies: ranked(...levels),
};

/** As the individual targets of a flag: no variation satisfies another one. */
export const variations: Kind = {
  name: "variations",
  states: ["absent", "A", "B", "C"],
  wishes: ["B", "C"],
  satisfies: (state, wanted) => state === wanted || wanted === absent,
};

/** As a flag that is on or off for everybody: no state is nothing. */
export const toggle: Kind = {
  name: "toggle",
  states: ["off", "on"],
  wishes: ["on", "off"],
  satisfies: (state, wanted) => state === wanted,
};

/** What the target system itself will do at a time that we told it: put `afterwards` back, if the state is still `state`. */
export type Timer = { at: number; state: string; afterwards: string };

export type Target = ReturnType<typeof createTarget>;

/** A target system whose changes are seen at once, or whose readings may be up to `staleReadMs` milliseconds old. */
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
    /** The thing to which this subject had access is gone for good, and the access with it. */
    delete(subject: string): void {
      states.set(subject, absent);
      timers.delete(subject);
      deleted.add(subject);
    },
    isDeleted: (subject: string): boolean => deleted.has(subject),
    /** What a reading shows; the older, the higher `u`. */
    seen(subject: string, now: number, u: number): string {
      const echoes = past.filter((change) => change.subject === subject && now < change.until + staleReadMs);
      return [stateOf(subject), ...echoes.map(({ state }) => state).reverse()][
        Math.floor(u * (echoes.length + 1))
      ] as string;
    },
  };
}
