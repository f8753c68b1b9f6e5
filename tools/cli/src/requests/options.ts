import { readCommandLine } from "@sym/command-line/command-line";
import { UsageError } from "@sym/command-line/usage-error";
import { type ApiPlace, readPlace } from "./place.ts";

const deciding = ["approve", "deny", "withdraw", "end"] as const;
const commands = ["list", "show", ...deciding, "targets"] as const;
type Command = (typeof commands)[number];

type Common = { place: ApiPlace; json: boolean };
export type RequestsOptions = Common & {
  command: Command;
  /** The id of a request; empty for list and targets. */
  id: string;
  /** The parameters of list, as in the API. */
  query: Record<string, string>;
};
export type RequestOptions = Common & {
  asked: { target: string; duration: string; reason: string; route?: string };
  wait: boolean;
};

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;
const common = {
  api: text,
  region: text,
  timeout: text,
  json: flag,
  help: { type: "boolean", short: "h" },
} as const;
const filters = { person: text, target: text, status: text, from: text, to: text, limit: text } as const;

/** The options of `npm run requests`; undefined if the command line asks for help. */
export function readRequestsOptions(args: string[], env: NodeJS.ProcessEnv): RequestsOptions | undefined {
  const known = { ...common, ...filters, open: flag };
  const { values, positionals } = readCommandLine(args, known, "npm run requests --");
  if (values.help) return undefined;
  const [command = "", id = "", ...rest] = positionals;
  if (!isCommand(command))
    throw new UsageError(
      "Choose a command: npm run requests -- list, show <id>, approve <id>, deny <id>, withdraw <id>, end <id>, or targets.",
    );
  const takesId = command !== "list" && command !== "targets";
  const surplus = takesId ? rest[0] : positionals[1];
  if (surplus !== undefined)
    throw new UsageError(`Unexpected argument ${surplus}: see npm run requests -- --help.`);
  if (takesId && id === "")
    throw new UsageError(
      `Name the request: npm run requests -- ${command} <id>. The command list shows the ids.`,
    );
  if (takesId && !isRequestId(id))
    throw new UsageError(`${id} is not the id of a request. npm run requests -- list shows the ids.`);
  const chosen = Object.keys({ ...filters, open: flag }).find((name) => Object.hasOwn(values, name));
  if (command !== "list" && chosen !== undefined)
    throw new UsageError(`--${chosen} is for list, not ${command}: see npm run requests -- --help.`);
  return {
    ...{ command, id, json: values.json ?? false },
    query: {
      ...given("person", values.person),
      ...given("target", values.target),
      ...given("status", values.status),
      ...given("open", values.open === true ? "true" : undefined),
      ...given("from", values.from),
      ...given("to", values.to),
      ...given("limit", values.limit),
    },
    place: readPlace(placeIn(values), env),
  };
}

/** The options of `npm run request`; undefined if the command line asks for help. */
export function readRequestOptions(args: string[], env: NodeJS.ProcessEnv): RequestOptions | undefined {
  const known = { ...common, for: text, reason: text, route: text, wait: flag };
  const { values, positionals } = readCommandLine(args, known, "npm run request --");
  if (values.help) return undefined;
  const [target, ...rest] = positionals;
  if (target === undefined || values.for === undefined || rest.length > 0)
    throw new UsageError(
      'Name a target and a duration, such as npm run request -- prod-admins --for 30m --reason "Restart the importer". npm run requests -- targets shows the targets.',
    );
  return {
    asked: {
      ...{ target, duration: values.for, reason: values.reason ?? "" },
      ...(values.route !== undefined && { route: values.route }),
    },
    ...{ wait: values.wait ?? false, json: values.json ?? false },
    place: readPlace(placeIn(values), env),
  };
}

function isCommand(word: string): word is Command {
  return (commands as readonly string[]).includes(word);
}

function isRequestId(word: string): boolean {
  return /^flow-[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(word);
}

function given(name: string, value: string | undefined): Record<string, string> {
  return value === undefined ? {} : { [name]: value };
}

type Values = { api?: string; region?: string; timeout?: string };

function placeIn({ api, region, timeout }: Values) {
  return { api, region, timeout };
}
