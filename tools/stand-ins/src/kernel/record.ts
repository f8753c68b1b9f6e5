import { appendFileSync } from "node:fs";

/** One entry of a record: a line that a function printed, or a secret that no such line may hold. */
export type RecordEntry = { line: string } | { secret: string };

/**
 * Adds entries to the file that `SANDBOX_RECORD` names, a line of JSON each, so that what functions print can be
 * searched for secrets, whichever process runs them. Does nothing while the variable is not set.
 */
export function record(...entries: RecordEntry[]): void {
  const file = process.env["SANDBOX_RECORD"];
  if (file && entries.length > 0)
    appendFileSync(file, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
}

/** Records the values of a function's environment that are secrets, and not only the names of some. */
export function recordSecretsOf(environment: Record<string, string>): void {
  const isSecret = (name: string) => /_TOKEN$|_SECRET_ACCESS_KEY$|PASSWORD/.test(name);
  record(...Object.entries(environment).flatMap(([name, secret]) => (isSecret(name) ? { secret } : [])));
}
