import { readCommandLine, readPair } from "@sym/command-line/command-line";
import { UsageError } from "@sym/command-line/usage-error";
import { type Command, commands, refuseMisplaced } from "./placement.ts";

/** The leases to list, or whose runs to end. */
export type Filter = {
  /** The name or the e-mail of an account. */
  who: string | undefined;
  /** The name of a resource. */
  what: string | undefined;
  handler: string | undefined;
  overdue: boolean;
  failed: boolean;
};

export type LeasesOptions = {
  command: Command;
  /** A run's id or a lease's key; empty for list and sweep, and for end with --who. */
  named: string;
  filter: Filter;
  /** The names of DynamoDB tables in AWS. Without tables, prefix and function, the sandbox's tables are used. */
  tables: string[];
  /** The name_prefix of a deployment, to use all its tables of leases. */
  prefix: string | undefined;
  handlersFolder: string | undefined;
  /** The function in AWS that sweeps or ends. */
  functionName: string | undefined;
  region: string | undefined;
  /** Environment variables of the function. */
  environment: Record<string, string>;
  logs: boolean;
  yes: boolean;
  json: boolean;
};

const text = { type: "string" } as const;
const texts = { type: "string", multiple: true } as const;
const flag = { type: "boolean" } as const;
const known = {
  ...{ who: text, what: text, handler: text, overdue: flag, failed: flag },
  ...{ table: texts, prefix: text, region: text, "function-name": text },
  ...{ handlers: text, env: texts, logs: flag, yes: flag, json: flag },
  help: { type: "boolean", short: "h" },
} as const;

/** The options of a command line; undefined if the command line asks for help. */
export function readLeasesOptions(args: string[]): LeasesOptions | undefined {
  const { values, positionals } = readCommandLine(args, known, "npm run leases --");
  if (values.help) return undefined;
  const [command = "", first = "", ...rest] = positionals;
  if (!isCommand(command))
    throw new UsageError(
      "Choose a command: npm run leases -- list, show <run or key>, end <run or key>, sweep, or forget <key>.",
    );
  const takesName = command === "show" || command === "end" || command === "forget";
  const surplus = takesName ? rest[0] : positionals[1];
  if (surplus !== undefined)
    throw new UsageError(`Unexpected argument ${surplus}: see npm run leases -- --help.`);
  refuseMisplaced(command, values);
  const options: LeasesOptions = {
    command,
    // list breaks a long key over lines; a key and an id have no spaces.
    named: first.replace(/\s*\n\s*/g, ""),
    filter: {
      who: values.who,
      what: values.what,
      handler: values.handler,
      overdue: values.overdue ?? false,
      failed: values.failed ?? false,
    },
    tables: [...new Set(values.table)],
    prefix: values.prefix,
    handlersFolder: values.handlers,
    functionName: values["function-name"],
    region: values.region,
    environment: Object.fromEntries((values.env ?? []).map((pair) => readPair("--env", pair))),
    logs: values.logs ?? false,
    yes: values.yes ?? false,
    json: values.json ?? false,
  };
  refuseIncomplete(options);
  refuseContradictions(options);
  return options;
}

function isCommand(text: string): text is Command {
  return (commands as readonly string[]).includes(text);
}

function refuseIncomplete({ command, named, filter, yes, functionName }: LeasesOptions): void {
  if (command === "show" && named === "")
    throw new UsageError(
      "Name a run or a lease: npm run leases -- show <run or key>. The command list shows the runs and keys.",
    );
  if (command === "end" && (named === "") === (filter.who === undefined))
    throw new UsageError(
      "Name the run to end, npm run leases -- end <run or key>, or a person, npm run leases -- end --who robin@example.com.",
    );
  if (command === "end" && named !== "" && (filter.what ?? filter.handler) !== undefined)
    throw new UsageError("--what and --handler choose among the runs of --who. Leave both out with a run.");
  if (command === "forget" && (named === "" || !yes))
    throw new UsageError(
      "Name the lease to forget, and add --yes once you have restored the access by hand: npm run leases -- forget <key> --yes.",
    );
  if (command === "sweep" && Boolean(filter.handler) === Boolean(functionName))
    throw new UsageError(
      "Choose the function that sweeps: --handler iam-group for the local bundle, or --function-name <name> for a function in AWS.",
    );
}

function refuseContradictions(options: LeasesOptions): void {
  const { command, tables, prefix, functionName, environment, handlersFolder, region } = options;
  if (tables.length > 0 && prefix !== undefined)
    throw new UsageError("--table and --prefix exclude each other. Use one of the two.");
  if (command === "forget" && tables.length > 1)
    throw new UsageError(
      "forget works on one table. Set --table to the table that list shows for the lease.",
    );
  if (functionName !== undefined && (prefix !== undefined || tables.length > 1))
    throw new UsageError(
      "--function-name calls one function. Leave out --prefix, or name the function's table with one --table.",
    );
  const isInAws = tables.length > 0 || prefix !== undefined || functionName !== undefined;
  if (isInAws && (handlersFolder !== undefined || Object.keys(environment).length > 0))
    throw new UsageError(
      "--env and --handlers are for the local Lambda. Leave both out for a function in AWS.",
    );
  if (!isInAws && region !== undefined)
    throw new UsageError(
      `--region is for AWS. Add ${command === "sweep" ? "--function-name" : "--prefix or --table"}, or leave out --region.`,
    );
}
