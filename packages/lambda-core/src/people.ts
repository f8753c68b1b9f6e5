// Texts without people, for the log.

/** The subject of an access that all people share, such as the switch of a flag. */
export const everybody = "everybody";

/** Replaces e-mails, and the given names of people, where a name is a whole word, in any case and with any separators. */
export function withoutPeople(text: string, names: Iterable<string>): string {
  const patterns = [...new Set(names)].sort((a, b) => b.length - a.length).flatMap((name) => patternOf(name));
  return patterns.reduce((masked, pattern) => masked.replace(pattern, "[person]"), withoutEmails(text));
}

function withoutEmails(text: string): string {
  return text.replace(/[^\s@"'/]+(?:'[^\s@"'/]+)*(?:@|%40)[^\s@"';,/]+/g, "[e-mail]");
}

/** Systems spell a name with other separators than an e-mail does: `robin.requester`, `robin-requester`. */
function patternOf(name: string): RegExp[] {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  if (words.length === 0) return [];
  // Words that are farther apart may be of two things, but not if the name itself has them so far apart.
  const gaps = (name.match(/[^\p{L}\p{N}]+/gu) ?? []).map(({ length }) => length);
  const between = `[^\\p{L}\\p{N}]{1,${Math.max(3, ...gaps)}}`;
  return [new RegExp(`(?<![\\p{L}\\p{N}])${words.join(between)}(?![\\p{L}\\p{N}])`, "giu")];
}

/** The names that the requester can have before the account is found: the local part of the e-mail, and the mapped account. */
export function localNamesOf(requester: string | undefined): string[] {
  if (requester === undefined) return [];
  const [localPart = ""] = requester.split("@");
  return [requester, localPart, accountInMap(requester)];
}

/** The requester's account in `IDENTITY_MAP`, whose content `readIdentityRule` checks. */
function accountInMap(requester: string): string {
  try {
    const map: Record<string, string> = JSON.parse(process.env["IDENTITY_MAP"] ?? "{}");
    const entry = Object.entries(map).find(([email]) => email.toLowerCase() === requester.toLowerCase());
    return String(entry?.[1] ?? "");
  } catch {
    return "";
  }
}
