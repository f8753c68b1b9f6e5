import type { RecordEntry } from "@sym/stand-ins/kernel/record";

/** What no line of a log may hold, by what it looks like. */
const shapes: [what: string, shape: RegExp][] = [
  ["an e-mail address", /[\w.+-]+@[\w-]+(\.[\w-]+)*\.[a-z]{2,}/i],
  ["a private key", /-----BEGIN |\bMII[\w+/]{20}/],
  ["an access key of AWS", /\b(AKIA|ASIA)[A-Z\d]{16}/],
  ["a token of GitHub", /\bgh[a-z]_\w+|github_pat_/],
  ["a JSON web token", /\beyJ[\w-]+\.[\w-]+/],
  ["what authorizes a request", /\b(bearer|basic)[ :"]+[\w.~+/-]{8}|authorization/i],
];

const shortestSecret = 8;

/** A sentence for each thing that a recorded line holds and may not: which line, what it is, and the line. */
export function leaksIn(entries: RecordEntry[]): string[] {
  const secrets = new Set(entries.flatMap((entry) => ("secret" in entry ? piecesOf(entry.secret) : [])));
  const lines = entries.flatMap((entry) => ("line" in entry ? [entry.line] : []));
  return lines.flatMap((line, index) => {
    const text = `${line}\n${decoded(line)}`;
    const found = shapes.filter(([, shape]) => shape.test(text)).map(([what]) => what);
    if ([...secrets].some((secret) => text.includes(secret))) found.push("a secret of the stand-ins");
    return found.map((what) => `line ${index + 1} holds ${what}: ${line.slice(0, 400)}`);
  });
}

/** A key has several lines, and one of them is too much already. JSON would write the breaks between them differently. */
function piecesOf(secret: string): string[] {
  return secret.split(/\s+/).filter((piece) => piece.length >= shortestSecret && !piece.startsWith("-----"));
}

/** Keys of leases and paths of URLs hide an @ as %40. */
function decoded(line: string): string {
  return line.replace(/%([\da-f]{2})/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
}
