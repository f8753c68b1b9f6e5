import { appendFileSync } from "node:fs";

/** A request to a system and its answer, as on the wire. `path` includes the query; `status` is a real answer's. */
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

/** An entry of a record: a printed line of a function, a secret that no line may hold, or an exchange with a system. */
export type RecordEntry = { line: string } | { secret: string } | { exchange: Exchange };

const secrets = new Set<string>();
// A shorter secret may be part of a word.
const shortestSecret = 8;

/**
 * Adds entries to the file in `SANDBOX_RECORD`, a line of JSON each. Later, a check searches the functions' output for
 * secrets, and another checks the exchanges, of every process. Does nothing without the variable.
 */
export function record(...entries: RecordEntry[]): void {
  for (const entry of entries) if ("secret" in entry && entry.secret !== "") secrets.add(entry.secret);
  const file = process.env["SANDBOX_RECORD"];
  if (file && entries.length > 0)
    appendFileSync(file, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
}

/** Records the secret values in a function's environment; the names of secrets are not secret. */
export function recordSecretsOf(environment: Record<string, string>): void {
  const isSecret = (name: string) => /_TOKEN$|_SECRET_ACCESS_KEY$|PASSWORD/.test(name);
  record(...Object.entries(environment).flatMap(([name, secret]) => (isSecret(name) ? { secret } : [])));
}

/** The JSON with asterisks for every secret of this process, as many as the secret's characters. */
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
