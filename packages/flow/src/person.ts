import * as v from "valibot";

const longestEmail = 254; // RFC 3696, erratum 1690.

// The "valid e-mail address" of the HTML standard, in lower case and with a dot in the domain. A quoted local part and a dot
// at the end of the domain are refused, because both are second spellings of another address.
const emailForm =
  /^[a-z\d.!#$%&'*+/=?^_`{|}~-]+@[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)+$/;

const advice = "must be one e-mail address, such as robin@example.com";

/** Reads an e-mail into its normal form, in lower case. */
export const personShape = v.pipe(
  v.string(advice),
  v.maxLength(longestEmail, advice),
  v.toLowerCase(),
  v.regex(emailForm, advice),
  v.brand("Person"),
);

/** A person: the normal form of an e-mail. Two people are the same person if and only if these texts are equal. */
export type Person = v.InferOutput<typeof personShape>;

/** The person with an e-mail; undefined if the text is not one e-mail address. */
export function personOf(email: string): Person | undefined {
  const parsed = v.safeParse(personShape, email);
  return parsed.success ? parsed.output : undefined;
}
