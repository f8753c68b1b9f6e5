import { readCommandLine, readPair } from "@sym/command-line/command-line";
import { UsageError } from "@sym/command-line/usage-error";

export type LeasesOptions = {
  command: "list" | "show" | "sweep" | "forget";
  /** For show: a run's id or a lease's key. For forget: a lease's key. */
  what: string;
  /** The names of DynamoDB tables in AWS. Without tables and prefix, the sandbox's tables are used. */
  tables: string[];
  /** The name_prefix of a deployment, to use all its tables of leases. */
  prefix: string | undefined;
  handler: string | undefined;
  handlersFolder: string | undefined;
  functionName: string | undefined;
  /** Environment variables of the function. */
  environment: Record<string, string>;
  logs: boolean;
  yes: boolean;
  json: boolean;
};

const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;
const known = {
  table: { type: "string", multiple: true },
  prefix: text,
  handler: text,
  handlers: text,
  "function-name": text,
  env: { type: "string", multiple: true },
  logs: flag,
  yes: flag,
  json: flag,
  help: { ...flag, short: "h" },
} as const;

/** The options of a command line; undefined if the command line asks for help. */
export function readLeasesOptions(args: string[]): LeasesOptions | undefined {
  const { values, positionals } = readCommandLine(args, known, "npm run leases --");
  if (values.help) return undefined;
  const [command = "", what = "", ...rest] = positionals;
  if (command !== "list" && command !== "show" && command !== "sweep" && command !== "forget")
    throw new UsageError(
      "Choose a command: npm run leases -- list, show <run id or lease key>, sweep, or forget <lease key>.",
    );
  if (command === "show" && what === "")
    throw new UsageError(
      "Name a run or a lease: npm run leases -- show <run id or lease key>. The command list shows the ids and keys.",
    );
  if (command === "forget" && (what === "" || !values.yes))
    throw new UsageError(
      "Name the lease to forget, and add --yes once you have restored the access manually: npm run leases -- forget <lease key> --yes.",
    );
  const surplus = command === "show" || command === "forget" ? rest[0] : positionals[1];
  if (surplus !== undefined)
    throw new UsageError(`Unexpected argument ${surplus}: see npm run leases -- --help.`);
  const options = {
    command,
    what,
    tables: values.table ?? [],
    prefix: values.prefix,
    handler: values.handler,
    handlersFolder: values.handlers,
    functionName: values["function-name"],
    environment: Object.fromEntries((values.env ?? []).map((pair) => readPair("--env", pair))),
    logs: values.logs,
    yes: values.yes,
    json: values.json,
  } as const;
  refuseMisplaced(options);
  return options;
}

function refuseMisplaced(options: LeasesOptions): void {
  if (options.yes && options.command !== "forget")
    throw new UsageError(`--yes is for forget, not ${options.command}.`);
  const { command, tables, prefix, handler, handlersFolder, functionName, environment, logs } = options;
  const hasEnvironment = Object.keys(environment).length > 0;
  if (command !== "sweep") {
    if (handler || handlersFolder || functionName || hasEnvironment || logs)
      throw new UsageError(
        `--handler, --handlers, --function-name, --env and --logs are for sweep, not ${command}.`,
      );
    if (tables.length > 0 && prefix !== undefined)
      throw new UsageError("--table and --prefix exclude each other. Use one of the two.");
    if (command === "forget" && (prefix !== undefined || tables.length > 1))
      throw new UsageError(
        "forget works on one table. Set --table to the table of the function that list shows.",
      );
    return;
  }
  if (tables.length > 0 || prefix !== undefined)
    throw new UsageError(
      "--table and --prefix are for list and show, --table also for forget. A sweep works on the table of the called function.",
    );
  if (Boolean(handler) === Boolean(functionName))
    throw new UsageError(
      "Choose the function that sweeps: --handler iam-group for the local bundle, or --function-name <name> for a function in AWS.",
    );
  if (functionName && (hasEnvironment || handlersFolder))
    throw new UsageError(
      "--env and --handlers are for the local Lambda. Leave both out with --function-name.",
    );
}
