import { ranked } from "@sym/lambda-core";
import type { Lease, Run } from "./lease.ts";
import { someLease } from "./some-lease.test-support.ts";
import { clockSkewMs, type Rules } from "./states.ts";
import type { Holder } from "./transitions.ts";

export const now = 1_800_000_000_000;
export const graceMs = 60_000;
export const holder: Holder = { owner: "me", deadline: now + 30_000, now, graceMs, writes: () => 1 };
export const ownLock = { owner: "me", until: now + 30_000 + clockSkewMs };
export const rules: Rules = { satisfies: ranked("absent", "guest", "member", "maintainer"), staleReadMs: 0 };
export const slow: Rules = { ...rules, staleReadMs: 10_000 };
export const toggle: Rules = { satisfies: (state, wanted) => state === wanted, staleReadMs: 0 };
export const open: Run = { state: "open", wanted: "member", expiresAt: now + 9_000 };
export const maintaining: Run = { ...open, wanted: "maintainer", expiresAt: now + 5_000 };
export const closing: Run = { ...open, state: "closing" };
export const dead: Run = { ...closing, intent: { state: "member", until: now - 1 } };

/** An unlocked lease with these runs; `absent` is standing, and `member` is ours. */
export const leaseOf = (runs: Record<string, Run>, changes: Partial<Lease> = {}) =>
  someLease({
    ...{ runs: new Map(Object.entries(runs)), ended: new Map(), lock: null, changedAt: null },
    ...changes,
  });
