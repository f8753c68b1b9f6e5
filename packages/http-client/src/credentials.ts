import { statusOf } from "./failure.ts";

/** `expireAt` sets the expiry of the value, in milliseconds since the epoch. Without a call, the value lasts until status 401. */
type Load = (expireAt: (time: number) => void) => Promise<string>;

/** Caches keys and tokens by name while the function is warm. */
export function createCredentials() {
  const kept = new Map<string, { value: Promise<string>; expiresAt: number }>();
  let renewals = 0;

  /** The cached value of this name, or the value of `load`. A failed load is not cached. */
  function get(name: string, load: Load): Promise<string> {
    const known = kept.get(name);
    if (known && Date.now() < known.expiresAt) return known.value;
    const entry = { value: Promise.resolve(""), expiresAt: Number.POSITIVE_INFINITY };
    kept.set(name, entry);
    entry.value = load((time) => {
      entry.expiresAt = time;
    });
    entry.value.catch(() => kept.get(name) === entry && kept.delete(name));
    return entry.value;
  }

  /** Sends a request that calls `get`. After status 401, clears the cache and repeats the request once. */
  async function renewing<T>(send: () => Promise<T>): Promise<T> {
    const before = renewals;
    return send().catch((error: unknown) => {
      // A `SymError` has the response as its cause.
      if (statusOf(error) !== 401 && statusOf((error as Error).cause) !== 401) throw error;
      // A parallel request may already have renewed the cache.
      if (before === renewals) {
        renewals += 1;
        kept.clear();
      }
      return send();
    });
  }

  return { get, renewing };
}
