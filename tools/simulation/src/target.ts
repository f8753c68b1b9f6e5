import type { Access } from "@sym/lambda-core";

/** What somebody can be in the simulated target system, from the least up. Requests ask for `member`. */
export const levels = ["absent", "guest", "member", "maintainer"] as const;
export type Level = (typeof levels)[number];
export type SimAccess = Access & { id: string };

export type Target = ReturnType<typeof createTarget>;

export function isSufficient(state: Level): boolean {
  return rank(state) >= rank("member");
}

export function rank(state: Level): number {
  return levels.indexOf(state);
}

/** A target system whose changes are seen at once, or whose readings may be up to `staleReadMs` milliseconds old. */
export function createTarget(staleReadMs: number) {
  const states = new Map<string, Level>();
  const deleted = new Set<string>();
  const past: { subject: string; state: Level; until: number }[] = [];
  return {
    state: (subject: string): Level => states.get(subject) ?? "absent",
    set(subject: string, state: Level, now: number): void {
      const before = states.get(subject);
      if (before !== undefined && staleReadMs > 0) past.push({ subject, state: before, until: now });
      states.set(subject, state);
    },
    /** The thing to which this subject had access is gone for good, and the access with it. */
    delete(subject: string): void {
      states.set(subject, "absent");
      deleted.add(subject);
    },
    isDeleted: (subject: string): boolean => deleted.has(subject),
    /** What a reading shows; the older, the higher `u`. */
    seen(subject: string, now: number, u: number): Level {
      const current = states.get(subject) ?? "absent";
      const echoes = past.filter((change) => change.subject === subject && now < change.until + staleReadMs);
      return [current, ...echoes.map(({ state }) => state).reverse()][
        Math.floor(u * (echoes.length + 1))
      ] as Level;
    },
  };
}
