import { readCommandLine, readPair } from "@sym/command-line/command-line";
import { UsageError } from "@sym/command-line/usage-error";
import { paths } from "@sym/test-payloads/payload-fields";

/** A change of the payload: sets the value at the path. */
export type Edit = { path: string[]; value: unknown };

export type InvokeOptions = {
  /** Whether to ask what the payload's escalate would do, instead of sending the payload. */
  plan: boolean;
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

/** The options of a call that another command makes: in the sandbox, without changes of the payload. */
export function plainCall(handler: string): InvokeOptions {
  return {
    ...{ plan: false, handler, payloadFile: "", edits: [], environment: {}, timeoutMilliseconds: undefined },
    ...{ handlersFolder: undefined, functionName: undefined, region: undefined },
    ...{ real: false, yes: false, member: false, reset: false, logs: false, json: false },
  };
}

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
export function readOptions(command: "invoke" | "plan", args: string[]): InvokeOptions | undefined {
  const { values, positionals } = readCommandLine(args, known, `npm run ${command} --`);
  if (values.help) return undefined;
  const [handler, payloadFile, ...rest] = positionals;
  if (!handler || !payloadFile || rest.length > 0)
    throw new UsageError(
      `Name a handler and a payload, such as npm run ${command} -- iam-group test-payloads/escalate.json.`,
    );
  const plan = command === "plan";
  const options = {
    plan,
    handler,
    payloadFile,
    edits: [...readEdits(values), ...(plan ? [{ path: paths.type, value: "plan" }] : [])],
    environment: Object.fromEntries((values.env ?? []).map((pair) => readPair("--env", pair))),
    timeoutMilliseconds:
      values.timeout === undefined
        ? undefined
        : 1_000 * readSeconds("--timeout", values.timeout, longestTimer),
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

/** A timer of Node.js ends at once after 2^31 milliseconds. */
const longestTimer = 2_147_483;

function readSeconds(option: string, value: string, most = 1_000_000_000): number {
  const seconds = Number(value);
  if (seconds > 0 && seconds <= most) return seconds;
  throw new UsageError(
    `${option} ${value} is not a number of seconds up to ${most}. Write ${option} 60, for example.`,
  );
}

function refuseContradictions(options: InvokeOptions): void {
  const { plan, real, yes, functionName, region, member, reset, timeoutMilliseconds, environment } = options;
  if (plan && (yes || reset))
    throw new UsageError("--yes and --reset are for invoke. Leave both out: a plan changes nothing.");
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
