import { setTimeout as sleep } from "node:timers/promises";

/** Waits. Rejects with the reason of the signal if the signal aborts first. */
export async function waitFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted());
}
