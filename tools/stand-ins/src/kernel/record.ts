import { appendFileSync } from "node:fs";

/** A request to a system and its answer, as they crossed the wire. `path` has the query, and `status` is a real answer's. */
export type Exchange = {
  system: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
  status: number;
  answerHeaders: Record<string, string>;
  answer: string;
};

/** One entry of a record: a line that a function printed, a secret that no such line may hold, or an exchange with a system. */
export type RecordEntry = { line: string } | { secret: string } | { exchange: Exchange };

const secrets = new Set<string>();
// A shorter one may be part of a word.
const shortestSecret = 8;

/**
 * Adds entries to the file that `SANDBOX_RECORD` names, a line of JSON each, so that what functions print can be
 * searched for secrets, and exchanges checked, whichever process runs them. Does nothing while the variable is not set.
 */
export function record(...entries: RecordEntry[]): void {
  for (const entry of entries) if ("secret" in entry && entry.secret !== "") secrets.add(entry.secret);
  const file = process.env["SANDBOX_RECORD"];
  if (file && entries.length > 0)
    appendFileSync(file, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
}

/** Records the values of a function's environment that are secrets, and not only the names of some. */
export function recordSecretsOf(environment: Record<string, string>): void {
  const isSecret = (name: string) => /_TOKEN$|_SECRET_ACCESS_KEY$|PASSWORD/.test(name);
  record(...Object.entries(environment).flatMap(([name, secret]) => (isSecret(name) ? { secret } : [])));
}

/** JSON in which asterisks stand for every secret of this process, in as many characters. */
export function withoutSecrets(json: string): string {
  let text = json;
  for (const secret of secrets) {
    if (secret.length < shortestSecret) continue;
    // Twice, since a body is JSON within JSON.
    const once = JSON.stringify(secret).slice(1, -1);
    for (const written of [once, JSON.stringify(once).slice(1, -1)])
      text = text.replaceAll(written, "*".repeat(secret.length));
  }
  return text;
}
