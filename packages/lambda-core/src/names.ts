const letterLookAlikes =
  "[\\p{Script=Cyrillic}\\p{Script=Greek}\\p{Script=Armenian}\\p{Script=Cherokee}\\p{Script=Coptic}\\p{Script=Lisu}]";

/**
 * Whether a user name can be matched safely: printable ASCII without spaces, at most 254 characters (the longest
 * e-mail address that can be delivered to, RFC 3696 erratum 1690).
 */
export function isPersonName(value: string): boolean {
  return /^[\x21-\x7e]{1,254}$/.test(value);
}

/**
 * Whether the name of a resource cannot be mistaken for another one: no control, format or unassigned characters, no compatibility
 * forms (full-width, mathematical letters), and no Latin mixed with scripts that hold look-alikes of Latin letters.
 * A name wholly in one script is fine. After the "single script" level of Unicode UTS #39.
 */
export function isResourceName(value: string): boolean {
  if (/^[\x20-\x7e]*$/.test(value)) return true; // Most names; the checks below are for the rest.
  if (has(value, "[\\p{C}\\p{Zl}\\p{Zp}]")) return false;
  if (value.normalize("NFKC") !== value) return false;
  return !(has(value, "\\p{Script=Latin}") && has(value, letterLookAlikes));
}

// A literal would look up all of Unicode as soon as the file is loaded.
function has(value: string, pattern: string): boolean {
  return new RegExp(pattern, "u").test(value);
}
