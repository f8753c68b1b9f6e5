// Compares a name that a person types with the names that the records keep for sentences: "IAM user robin".

/** `whole`: the typed words are words of the name. `part`: they are parts of a word, such as robin in robin.requester. */
export type Match = "whole" | "part" | undefined;

const betweenWords = /[\s/(),:]+/;
const betweenParts = /[^\p{L}\p{N}]+/u;

/** Compares whole words, without regard to case. */
export function matchName(typed: string, name: string): Match {
  if (hasInARow(split(name, betweenWords), split(typed, betweenWords))) return "whole";
  return hasInARow(split(name, betweenParts), split(typed, betweenParts)) ? "part" : undefined;
}

/**
 * Compares a name or an e-mail with a subject. An e-mail also names the account that the identity rules `local-part` and
 * `suffix` derive from the e-mail. The domain is then not compared, because the account's name has none.
 */
export function matchSubject(typed: string, subject: string): Match {
  const [local = "", domain, ...rest] = typed.split("@");
  if (domain === undefined || local === "" || rest.length > 0) return matchName(typed, subject);
  if (hasInARow(split(subject, /\s+/), split(typed, /\s+/))) return "whole";
  return spelled(accountIn(subject)) === spelled(local) ? "whole" : undefined;
}

/** The last word of a subject. Logins of GitHub have an underscore only before the suffix of a company. */
function accountIn(subject: string): string {
  const account = subject.split(" ").at(-1) ?? "";
  return subject.startsWith("GitHub user ") ? account.replace(/_[^_]*$/, "") : account;
}

/** The rules of GitHub replace other characters of an e-mail's local part by hyphens. */
function spelled(account: string): string {
  return account.toLowerCase().replace(/[^\p{L}\p{N}@]+/gu, "-");
}

function split(text: string, between: RegExp): string[] {
  return text.toLowerCase().split(between).filter(Boolean);
}

function hasInARow(words: string[], wanted: string[]): boolean {
  if (wanted.length === 0) return false;
  return words.some((_, start) => wanted.every((word, index) => words[start + index] === word));
}
