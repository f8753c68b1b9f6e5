/** The outcome of a promise as a value. */
export type Attempt<T> = { value: T; error?: undefined } | { value?: undefined; error: unknown };

export async function attempt<T>(work: Promise<T>): Promise<Attempt<T>> {
  return work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
}

/** Throws the reason of an aborted signal. */
export function stopIf(signal: AbortSignal): void {
  if (signal.aborted) throw signal.reason;
}
