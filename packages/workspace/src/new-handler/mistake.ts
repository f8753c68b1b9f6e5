/** Something that the person at the keyboard can put right; the message is the one sentence that says how. */
export class Mistake extends Error {
  override readonly name = "Mistake";
}
