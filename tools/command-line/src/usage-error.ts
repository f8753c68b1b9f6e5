import { printable } from "./terminal.ts";

/** An error that the user of a command can correct. The message is one line, and says how. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Runs a command. Prints a usage error on stderr as one line, with exit code 2; any other error is thrown on. */
export async function runCommand(command: () => Promise<number>): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", unlessClosed);
  try {
    process.exitCode = await command();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    // A quoted value can have several lines.
    process.stderr.write(`${printable(error.message.replace(/\s+/g, " "))}\n`);
    process.exitCode = 2;
  }
}

/** A reader such as `head` may close the output early. The command goes on without output: it may be ending access. */
function unlessClosed(error: Error & { code?: string }): void {
  if (error.code !== "EPIPE") throw error;
}
