import { printable } from "./terminal.ts";

/** Something that the person at the keyboard can put right; the message is the one sentence that says how. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Runs a command: a mistake is one sentence on stderr and exit code 2, anything else is a defect with its stack. */
export async function runCommand(command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    // One line, also if what it quotes had more.
    process.stderr.write(`${printable(error.message.replace(/\s+/g, " "))}\n`);
    process.exitCode = 2;
  }
}
