import type { RecordEntry } from "@sym/stand-ins/kernel/record";

/** Shapes of text that no log line may contain. */
const shapes: [what: string, shape: RegExp][] = [
  ["a private key", /-----BEGIN |\bMII[\w+/]{20}/],
  ["an access key of AWS", /\b(AKIA|ASIA)[A-Z\d]{16}/],
  ["a token of GitHub", /\bgh[a-z]_\w+|github_pat_/],
  ["a JSON web token", /\beyJ[\w-]+\.[\w-]+/],
  ["an authorization header", /\b(bearer|basic)[ :"]+[\w.~+/-]{8}|authorization/i],
];

/** Shapes of people, whom only an event line with `personal_data` may name. The people of the tests have these names. */
const people: [what: string, shape: RegExp][] = [
  ["an e-mail address", /[\w.+-]+@[\w-]+(\.[\w-]+)*\.[a-z]{2,}/i],
  ["a person's name", /"(sentence|resource)":"[^"]*\b(robin|sam)\b/i],
];

const shortestSecret = 8;

/** A sentence for each forbidden text in the recorded lines: the line's number, the kind of text, and the line. */
export function leaksIn(entries: RecordEntry[]): string[] {
  const secrets = new Set(entries.flatMap((entry) => ("secret" in entry ? piecesOf(entry.secret) : [])));
  const lines = entries.flatMap((entry) => ("line" in entry ? [entry.line] : []));
  return lines.flatMap((line, index) => {
    const text = `${line}\n${decoded(line)}`;
    const mayNamePeople = line.includes('"personal_data":true');
    const found = [...shapes, ...(mayNamePeople ? [] : people)]
      .filter(([, shape]) => shape.test(text))
      .map(([what]) => what);
    if ([...secrets].some((secret) => text.includes(secret))) found.push("a secret of the stand-ins");
    return found.map((what) => `line ${index + 1} holds ${what}: ${line.slice(0, 400)}`);
  });
}

/** The lines of a secret. A single line of a key is already a leak, and JSON writes the line breaks differently. */
function piecesOf(secret: string): string[] {
  return secret.split(/\s+/).filter((piece) => piece.length >= shortestSecret && !piece.startsWith("-----"));
}

/** Decodes keys of leases and paths of URLs, in which an @ is %40. */
function decoded(line: string): string {
  return line.replace(/%([\da-f]{2})/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
}
