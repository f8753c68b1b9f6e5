import { readCommandLine, readPair } from "@sym/command-line/command-line";
import { UsageError } from "@sym/command-line/usage-error";

/** A target with the settings of its `sym_target`. */
export type Target = { name: string; settings: Record<string, string> };

export type DoctorOptions = {
  prefix: string | undefined;
  /** Names or ARNs. */
  functionNames: string[];
  region: string | undefined;
  /** The handler whose local bundle is checked in the sandbox. */
  sandbox: string | undefined;
  handlersFolder: string | undefined;
  /** Environment variables of the function in the sandbox. */
  environment: Record<string, string>;
  targets: Target[];
  json: boolean;
};

const text = { type: "string" } as const;
const texts = { type: "string", multiple: true } as const;
const flag = { type: "boolean", default: false } as const;
const known = {
  prefix: text,
  "function-name": texts,
  region: text,
  sandbox: text,
  handlers: text,
  env: texts,
  target: texts,
  json: flag,
  help: { ...flag, short: "h" },
};

/** The options of a command line; undefined if the command line asks for help. */
export function readDoctorOptions(args: string[]): DoctorOptions | undefined {
  const { values, positionals } = readCommandLine(args, known, "npm run doctor --");
  if (values.help) return undefined;
  const [extra] = positionals;
  if (extra !== undefined)
    throw new UsageError(`${extra} is no option. Name a function by --function-name ${extra}.`);
  const options = {
    prefix: values.prefix,
    functionNames: values["function-name"] ?? [],
    region: values.region,
    sandbox: values.sandbox,
    handlersFolder: values.handlers,
    environment: Object.fromEntries((values.env ?? []).map((pair) => readPair("--env", pair))),
    targets: (values.target ?? []).map(readTarget),
    json: values.json,
  };
  refuseContradictions(options);
  return options;
}

/** Reads `name,setting=value,...`. */
function readTarget(text: string): Target {
  const [name = "", ...pairs] = text.split(",");
  const settings = pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]);
  if (name === "" || name.includes("=") || pairs.some((pair) => !/^[^=]+=./.test(pair)))
    throw new UsageError(
      `--target ${text} is no target. Write a name and its settings, such as --target admins,group_name=prod-admins.`,
    );
  return { name, settings: Object.fromEntries(settings) };
}

function refuseContradictions(options: DoctorOptions): void {
  const { prefix, functionNames, region, sandbox, handlersFolder, environment } = options;
  const ways = [prefix !== undefined, functionNames.length > 0, sandbox !== undefined].filter(Boolean);
  if (ways.length !== 1)
    throw new UsageError(
      "Choose one: --prefix sym for all functions of a deployment in AWS, --function-name sym-iam-group for one function there, or --sandbox iam-group for the local bundle.",
    );
  if (sandbox !== undefined && region !== undefined)
    throw new UsageError("--region is for functions in AWS. Leave --region out with --sandbox.");
  if (sandbox === undefined && (handlersFolder !== undefined || Object.keys(environment).length > 0))
    throw new UsageError("--env and --handlers are for the local bundle. Use both only with --sandbox.");
}
