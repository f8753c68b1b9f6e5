import { UsageError } from "@sym/command-line/usage-error";

export const commands = ["list", "show", "end", "sweep", "forget"] as const;
export type Command = (typeof commands)[number];

/** The commands that take each option. */
const takenBy: Record<string, readonly Command[]> = {
  who: ["list", "end"],
  what: ["list", "end"],
  handler: ["list", "end", "sweep"],
  overdue: ["list"],
  failed: ["list"],
  table: ["list", "show", "end", "forget"],
  prefix: ["list", "show", "end", "forget"],
  "function-name": ["end", "sweep"],
  handlers: ["end", "sweep"],
  env: ["end", "sweep"],
  logs: ["sweep"],
  yes: ["end", "forget"],
};

/** Refuses an option that the command would ignore. */
export function refuseMisplaced(command: Command, values: object): void {
  for (const option of Object.keys(values)) {
    const takers = takenBy[option] ?? commands;
    if (takers.includes(command)) continue;
    const list = new Intl.ListFormat("en-GB").format(takers);
    throw new UsageError(`--${option} is for ${list}, not ${command}: see npm run leases -- --help.`);
  }
}
