/** The story's entry for a call outside of AWS. Throws if the story has no entry. */
export function known(written: Record<string, string>, call: string): string {
  const found = Object.hasOwn(written, call) ? written[call] : undefined;
  if (found !== undefined) return found;
  throw new Error(`The story's table has no permission for ${call}; add ${call} to the table`);
}
