const unitSeconds = { s: 1, m: 60, h: 60 * 60, d: 24 * 60 * 60 };

/** The seconds of a duration such as `30m`, in the units s, m, h and d; undefined if the text is no such duration. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit] = /^([1-9]\d{0,6})([smhd])$/.exec(text) ?? [];
  if (count === undefined || unit === undefined) return undefined;
  return Number(count) * unitSeconds[unit as keyof typeof unitSeconds];
}

/** Writes seconds in the largest unit without a fraction, such as `90m`. */
export function formatDuration(seconds: number): string {
  const unit = (["d", "h", "m"] as const).find((one) => seconds % unitSeconds[one] === 0) ?? "s";
  return `${seconds / unitSeconds[unit]}${unit}`;
}
