import { printable } from "@sym/command-line/terminal";
import type { ApiAnswer } from "./api.ts";
import { sentence } from "./report.ts";

/** Prints the answer of the API, as text or as JSON; a refusal as a sentence on stderr. Returns the exit code. */
export function printAnswer<Body>(
  { body, error }: ApiAnswer,
  json: boolean,
  inWords: (body: Body) => string,
): number {
  if (json) process.stdout.write(`${JSON.stringify(body, undefined, 2)}\n`);
  else if (error === undefined) process.stdout.write(`${inWords(body as Body)}\n`);
  if (error === undefined) return 0;
  process.stderr.write(`${printable(sentence(error))}\n`);
  return 1;
}
