import * as v from "valibot";

const longestEmail = 254; // RFC 3696, erratum 1690.

// The "valid e-mail address" of the HTML standard, with a dot in the domain. A quoted local part and a dot at the end of the
// domain are refused, because both are second spellings of another address. The form is checked before the case is changed:
// some letters outside ASCII, such as the Kelvin sign, become ASCII letters in lower case.
const emailForm =
  /^[a-zA-Z\d.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z\d](?:[a-zA-Z\d-]{0,61}[a-zA-Z\d])?(?:\.[a-zA-Z\d](?:[a-zA-Z\d-]{0,61}[a-zA-Z\d])?)+$/;

const advice = "must be one e-mail address, such as robin@example.com";

/** Reads an e-mail into its normal form, in lower case. */
export const personShape = v.pipe(
  v.string(advice),
  v.maxLength(longestEmail, advice),
  v.regex(emailForm, advice),
  v.toLowerCase(),
  v.brand("Person"),
);

/** A person: the normal form of an e-mail. Two people are the same person if and only if these texts are equal. */
export type Person = v.InferOutput<typeof personShape>;

/** The person with an e-mail; undefined if the text is not one e-mail address. */
export function personOf(email: string): Person | undefined {
  const parsed = v.safeParse(personShape, email);
  return parsed.success ? parsed.output : undefined;
}
