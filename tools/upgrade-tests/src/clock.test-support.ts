import { vi } from "vitest";

const beginning = Date.UTC(2026, 0, 15, 9, 0);

/** Sets the clock of this process, which the functions follow, to the beginning of a scene. The clock stands still until `pass`. */
export function setClock(): void {
  vi.useFakeTimers({ toFake: ["Date"], now: beginning });
}

/** Lets time pass. */
export function pass(minutes: number): void {
  vi.setSystemTime(Date.now() + minutes * 60_000);
}

/** For `startLocalLambda`. */
export const functionClock = { now: () => Date.now(), standsStill: true };
