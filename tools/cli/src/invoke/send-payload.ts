import { printable } from "@sym/command-line/terminal";
import { findBundle } from "@sym/local-lambda/handler-bundles";
import { regionFor, useRegion } from "../aws-caller.ts";
import { type InvokeOptions, readOptions } from "./options.ts";
import { loadPayload } from "./payload.ts";
import { reportAsJson, reportAsText, succeeded } from "./report.ts";
import type { Note, Run } from "./run.ts";
import { runDeployed } from "./run-deployed.ts";
import { runForReal } from "./run-for-real.ts";
import { runInSandbox } from "./run-in-sandbox.ts";
import { usageOf } from "./usage.ts";

/** Sends a payload to a handler, or asks the handler for a plan, and prints the answer. Returns the exit code. */
export async function sendPayload(command: "invoke" | "plan"): Promise<number> {
  const options = readOptions(command, process.argv.slice(2));
  if (!options) {
    process.stdout.write(usageOf[command]);
    return 0;
  }
  useRegion(regionFor(options.functionName ? [options.functionName] : [], options.region));
  if (!options.functionName) findBundle(options.handler, options.handlersFolder);
  const payload = await loadPayload(options.payloadFile, options.edits);
  const run = await choose(options)(options, payload, noteFor(options));
  const report = options.json ? reportAsJson(options, run) : reportAsText(options, run, payload);
  process.stdout.write(`${report}\n`);
  return succeeded(run) ? 0 : 1;
}

function choose(options: InvokeOptions): (o: InvokeOptions, payload: unknown, note: Note) => Promise<Run> {
  if (options.functionName) return runDeployed;
  return options.real ? runForReal : runInSandbox;
}

/** Prints notes. With --json, notes go to stderr, because stdout holds the document alone. */
function noteFor({ json }: InvokeOptions): Note {
  const stream = json ? process.stderr : process.stdout;
  return (line) => stream.write(`${printable(line)}\n`);
}
