import { statusOf } from "./failure.ts";

/** `expireAt` keeps the value until then, in milliseconds since the epoch; without it, until the system refuses it. */
type Load = (expireAt: (time: number) => void) => Promise<string>;

/** Keys and tokens, kept by name while the function is warm. */
export function createCredentials() {
  const kept = new Map<string, { value: Promise<string>; expiresAt: number }>();
  let renewals = 0;

  /** The kept value of this name, or the one that `load` gets. A failed load is not kept. */
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

  /** Sends a request that calls `get`, and after status 401 sends it once more, with everything loaded anew. */
  async function renewing<T>(send: () => Promise<T>): Promise<T> {
    const before = renewals;
    return send().catch((error: unknown) => {
      // An error for people has the response as its cause.
      if (statusOf(error) !== 401 && statusOf((error as Error).cause) !== 401) throw error;
      // A request that was sent side by side with this one may have renewed them already.
      if (before === renewals) {
        renewals += 1;
        kept.clear();
      }
      return send();
    });
  }

  return { get, renewing };
}
