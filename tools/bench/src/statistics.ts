/** The median, the lower and upper quartile, and the least of several measurements. */
export type Spread = { least: number; low: number; median: number; high: number };

export function spreadOf(values: number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  return { least: at(0), low: at(0.25), median: at(0.5), high: at(0.75) };
}
