import { readCommandLine, readPair } from "@sym/command-line/command-line";
import { UsageError } from "@sym/command-line/usage-error";
import { paths } from "@sym/test-payloads/payload-fields";

/** A change of the payload: sets the value at the path. */
export type Edit = { path: string[]; value: unknown };

export type InvokeOptions = {
  handler: string;
  /** The path of a file, or `-` for stdin. */
  payloadFile: string;
  edits: Edit[];
  /** Environment variables of the function. */
  environment: Record<string, string>;
  timeoutMilliseconds: number | undefined;
  handlersFolder: string | undefined;
  functionName: string | undefined;
  /** The region in AWS; undefined for `AWS_REGION`. */
  region: string | undefined;
  real: boolean;
  yes: boolean;
  member: boolean;
  reset: boolean;
  logs: boolean;
  json: boolean;
};

const text = { type: "string" } as const;
const texts = { type: "string", multiple: true } as const;
const flag = { type: "boolean", default: false } as const;
const known = {
  user: text,
  group: text,
  setting: texts,
  duration: text,
  member: flag,
  env: texts,
  timeout: text,
  reset: flag,
  handlers: text,
  real: flag,
  yes: flag,
  "function-name": text,
  region: text,
  logs: flag,
  json: flag,
  help: { ...flag, short: "h" },
};

/** The options of a command line; undefined if the command line asks for help. */
export function readOptions(args: string[]): InvokeOptions | undefined {
  const { values, positionals } = readCommandLine(args, known, "npm run invoke --");
  if (values.help) return undefined;
  const [handler, payloadFile, ...rest] = positionals;
  if (!handler || !payloadFile || rest.length > 0)
    throw new UsageError(
      "Name a handler and a payload, such as npm run invoke -- iam-group test-payloads/escalate.json.",
    );
  const options = {
    handler,
    payloadFile,
    edits: readEdits(values),
    environment: Object.fromEntries((values.env ?? []).map((pair) => readPair("--env", pair))),
    timeoutMilliseconds:
      values.timeout === undefined ? undefined : 1_000 * readSeconds("--timeout", values.timeout),
    handlersFolder: values.handlers,
    functionName: values["function-name"],
    region: values.region,
    real: values.real,
    yes: values.yes,
    member: values.member,
    reset: values.reset,
    logs: values.logs,
    json: values.json,
  };
  refuseContradictions(options);
  return options;
}

function readEdits(values: { user?: string; group?: string; setting?: string[]; duration?: string }): Edit[] {
  const { user, group, setting = [], duration } = values;
  const pairs = setting.map((pair) => readPair("--setting", pair));
  const edits = pairs.map(([name, value]): Edit => ({ path: paths.setting(name), value }));
  if (user !== undefined) edits.push({ path: paths.requester, value: user });
  if (group !== undefined) edits.push({ path: paths.setting("group_name"), value: group });
  if (duration !== undefined)
    edits.push({ path: paths.duration, value: readSeconds("--duration", duration) });
  return edits;
}

function readSeconds(option: string, value: string): number {
  const seconds = Number(value);
  if (seconds > 0 && seconds <= 1_000_000_000) return seconds;
  throw new UsageError(`${option} ${value} is not a number of seconds. Write ${option} 60, for example.`);
}

function refuseContradictions(options: InvokeOptions): void {
  const { real, functionName, region, member, reset, timeoutMilliseconds, environment } = options;
  if (real && functionName)
    throw new UsageError("--real and --function-name exclude each other. Use one of the two.");
  if (region && !real && !functionName)
    throw new UsageError("--region is for AWS. Add --real or --function-name, or leave out --region.");
  if ((real || functionName) && (member || reset))
    throw new UsageError(
      "--member and --reset are for the sandbox. Leave both out with --real and --function-name.",
    );
  if (functionName && (timeoutMilliseconds || Object.keys(environment).length > 0))
    throw new UsageError(
      "--env and --timeout are for the local Lambda. Leave both out with --function-name.",
    );
}
