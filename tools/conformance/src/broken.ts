/** A broken promise; the message describes the evidence. */
export class Broken extends Error {
  override readonly name = "Broken";
}

/** Throws `Broken` with the sentence unless the condition holds. */
export function expectThat(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new Broken(sentence);
}
