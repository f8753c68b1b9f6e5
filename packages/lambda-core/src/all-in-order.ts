/** Awaits all promises. Throws the first failure in list order, so that the same failures always give the same sentence. */
export async function allInOrder<T extends unknown[]>(work: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
  const results = await Promise.allSettled(work);
  for (const result of results) if (result.status === "rejected") throw result.reason;
  return results.map((result) => result.status === "fulfilled" && result.value) as T;
}
