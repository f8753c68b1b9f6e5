/** Prints the text and ends the process if the command line asks for help. For commands without other options. */
export function help(text: string): void {
  if (!process.argv.some((word) => word === "--help" || word === "-h")) return;
  process.stdout.write(text);
  process.exit(0);
}
