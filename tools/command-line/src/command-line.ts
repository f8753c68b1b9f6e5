import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { UsageError } from "./usage-error.ts";

/** Parses a command line strictly. A usage error is one sentence that names the command for help. */
export function readCommandLine<Options extends ParseArgsOptionsConfig>(
  args: string[],
  options: Options,
  command: string,
) {
  // `pnpm <script> -- ...` passes the dashes on, `npm run <script> -- ...` does not.
  const own = args[0] === "--" ? args.slice(1) : args;
  const parsed = parse(own, options, command);
  // As `--function-name "$UNSET"` in a shell: the command would work on something else than the caller means.
  for (const [option, value] of Object.entries(parsed.values))
    if ([value].flat().includes(""))
      throw new UsageError(`The option --${option} needs a value: see ${command} --help.`);
  return parsed;
}

function parse<Options extends ParseArgsOptionsConfig>(args: string[], options: Options, command: string) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(`${sentenceOf(error)}: see ${command} --help.`);
  }
}

/** Splits the `name=value` of an option. */
export function readPair(option: string, pair: string): [name: string, value: string] {
  const equals = pair.indexOf("=");
  if (equals > 0) return [pair.slice(0, equals), pair.slice(equals + 1)];
  throw new UsageError(`${option} ${pair} has no value. Write ${option} name=value.`);
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) throw error;
  const [, option] = /'(?:-\w, )?(--?[\w-]+)/.exec(error.message) ?? [];
  const code = "code" in error ? error.code : undefined;
  if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") return `Unknown option ${option}`;
  if (code !== "ERR_PARSE_ARGS_INVALID_OPTION_VALUE") throw error;
  if (error.message.includes("does not take")) return `The option ${option} takes no value`;
  return `The option ${option} needs a value`;
}
