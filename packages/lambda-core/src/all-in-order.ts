/** Waits for all, and throws the first failure in this order, so that the same situation gets the same sentence. */
export async function allInOrder<T extends unknown[]>(work: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
  const results = await Promise.allSettled(work);
  for (const result of results) if (result.status === "rejected") throw result.reason;
  return results.map((result) => result.status === "fulfilled" && result.value) as T;
}
