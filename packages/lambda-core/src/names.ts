const letterLookAlikes =
  "[\\p{Script=Cyrillic}\\p{Script=Greek}\\p{Script=Armenian}\\p{Script=Cherokee}\\p{Script=Coptic}\\p{Script=Lisu}]";

/**
 * Whether a user name can be matched safely: printable ASCII without spaces, at most 254 characters (the longest
 * deliverable e-mail address, RFC 3696 erratum 1690).
 */
export function isPersonName(value: string): boolean {
  return /^[\x21-\x7e]{1,254}$/.test(value);
}

/**
 * Whether the name of a resource is safe from confusion with another name: no control, format or unassigned characters, no
 * compatibility forms (full-width, mathematical letters), and no Latin letters beside a script with look-alikes of Latin
 * letters. A name wholly in a single script is fine. After the "single script" level of Unicode UTS #39.
 */
export function isResourceName(value: string): boolean {
  if (/^[\x20-\x7e]*$/.test(value)) return true; // Most names; the checks below are for all others.
  if (has(value, "[\\p{C}\\p{Zl}\\p{Zp}]")) return false;
  if (value.normalize("NFKC") !== value) return false;
  return !(has(value, "\\p{Script=Latin}") && has(value, letterLookAlikes));
}

// A regular expression literal would look up all of Unicode at the load of the file.
function has(value: string, pattern: string): boolean {
  return new RegExp(pattern, "u").test(value);
}
