import { setTimeout } from "node:timers/promises";
import { UsageError } from "@sym/command-line/usage-error";

/** For so long a reader waits for news; after that the reader gets the last value. */
const patienceMs = 1_500;

/** A value that is read again for the first reader after `maxAgeMs`. */
export type Snapshot<T> = { get(): Promise<{ value: T; at: number; problem: string | undefined }> };

/** Reads once at the start, so that an error of the command line ends the command. */
export async function snapshotOf<T>(read: () => Promise<T>, maxAgeMs: number): Promise<Snapshot<T>> {
  let latest = { value: await read(), at: Date.now(), problem: undefined as string | undefined };
  let reading: Promise<void> | undefined;

  async function renew(): Promise<void> {
    try {
      latest = { value: await read(), at: Date.now(), problem: undefined };
    } catch (error) {
      latest = { ...latest, problem: error instanceof UsageError ? error.message : "AWS did not answer" };
    } finally {
      reading = undefined;
    }
  }

  return {
    async get() {
      if (Date.now() > latest.at + maxAgeMs) reading ??= renew();
      if (reading !== undefined)
        await Promise.race([reading, setTimeout(patienceMs, undefined, { ref: false })]);
      return latest;
    },
  };
}
