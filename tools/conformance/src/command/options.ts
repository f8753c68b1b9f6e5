import { readFileSync } from "node:fs";
import { readCommandLine, readPair } from "@sym/command-line/command-line";
import { UsageError } from "@sym/command-line/usage-error";
import * as v from "valibot";
import type { Scene } from "../scene.ts";
import { scenes } from "../scenes.ts";

export type ConformanceOptions = {
  /** Handlers of this workspace. Empty, without a handler from outside: all handlers. */
  handlers: string[];
  command: string | undefined;
  zip: string | undefined;
  functionName: string | undefined;
  /** The program that sets up and reads the target system. */
  target: string | undefined;
  settings: Record<string, string>;
  /** Environment variables of the handler. */
  environment: Record<string, string>;
  /** The scenes to play. */
  scenes: Scene[];
  json: boolean;
};

const text = { type: "string" } as const;
const texts = { type: "string", multiple: true } as const;
const flag = { type: "boolean", default: false } as const;
const known = {
  command: text,
  zip: text,
  "function-name": text,
  target: text,
  setting: texts,
  settings: text,
  env: texts,
  scene: texts,
  "yes-it-changes-access": flag,
  json: flag,
  help: { ...flag, short: "h" },
} as const;

/** The options of a command line; undefined if the command line asks for help. */
export function readConformanceOptions(args: string[]): ConformanceOptions | undefined {
  const { values, positionals } = readCommandLine(args, known, "npm run conformance --");
  if (values.help) return undefined;
  const options = {
    handlers: positionals,
    command: values.command,
    zip: values.zip,
    functionName: values["function-name"],
    target: values.target,
    settings: {
      ...(values.settings !== undefined && readSettings(values.settings)),
      ...Object.fromEntries((values.setting ?? []).map((pair) => readPair("--setting", pair))),
    },
    environment: Object.fromEntries((values.env ?? []).map((pair) => readPair("--env", pair))),
    scenes: chosenScenes(values.scene ?? []),
    json: values.json,
  };
  refuseContradictions(options);
  if (options.functionName !== undefined && !values["yes-it-changes-access"])
    throw new UsageError(
      `Nothing was sent: --function-name sends up to ${mostEvents} events to ${options.functionName}, which may change real access; ` +
        "add --yes-it-changes-access if the function and its target system are only for tests.",
    );
  return options;
}

/** The number of events of all scenes, for a handler with a target program. */
const mostEvents = 366;

function readSettings(file: string): Record<string, string> {
  try {
    return v.parse(v.record(v.string(), v.string()), JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    const reason = error instanceof Error ? error.message : typeof error;
    throw new UsageError(`--settings ${file} is not a JSON object of texts: ${reason.replace(/\.$/, "")}.`);
  }
}

function chosenScenes(names: string[]): Scene[] {
  for (const name of names)
    if (!scenes.some((scene) => scene.name === name))
      throw new UsageError(
        `Unknown scene "${name}". Choose from: ${scenes.map((one) => one.name).join(", ")}.`,
      );
  return names.length === 0 ? scenes : scenes.filter(({ name }) => names.includes(name));
}

function refuseContradictions(options: ConformanceOptions): void {
  const { handlers, command, zip, functionName, target, settings, environment } = options;
  const doors = [command, zip, functionName].filter((door) => door !== undefined).length;
  if (doors > 1)
    throw new UsageError("--command, --zip and --function-name exclude each other. Use one of the three.");
  if (functionName !== undefined && handlers.length > 0)
    throw new UsageError(
      "A function in AWS cannot reach the sandbox. Leave out the handler, and name a target program with --target.",
    );
  if (doors === 1 && handlers.length > 1)
    throw new UsageError(
      "--command and --zip test one handler. Name at most one handler of this workspace, whose sandbox is used.",
    );
  const ofOutside = target !== undefined || Object.keys({ ...settings, ...environment }).length > 0;
  if (ofOutside && (doors === 0 || handlers.length > 0))
    throw new UsageError(
      "--target, --setting, --settings and --env are for --command, --zip and --function-name. A handler of this workspace has its own target and settings.",
    );
  if (functionName !== undefined && Object.keys(environment).length > 0)
    throw new UsageError("--env is for --command and --zip. Leave --env out with --function-name.");
}
