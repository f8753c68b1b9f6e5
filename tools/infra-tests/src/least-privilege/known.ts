/** What a story has written of a call that is not AWS's. Throws for one that it has not written anything of. */
export function known(written: Record<string, string>, call: string): string {
  const found = Object.hasOwn(written, call) ? written[call] : undefined;
  if (found !== undefined) return found;
  throw new Error(`The story does not say what ${call} needs to be allowed; add it to its table`);
}
