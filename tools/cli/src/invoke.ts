// Runs one handler on one payload. invoke/usage.ts lists the options.

import { printable } from "@sym/command-line/terminal";
import { runCommand } from "@sym/command-line/usage-error";
import { findBundle } from "@sym/local-lambda/handler-bundles";
import { useRegion } from "./aws-caller.ts";
import { type InvokeOptions, readOptions } from "./invoke/options.ts";
import { loadPayload } from "./invoke/payload.ts";
import { reportAsJson, reportAsText, succeeded } from "./invoke/report.ts";
import type { Note, Run } from "./invoke/run.ts";
import { runDeployed } from "./invoke/run-deployed.ts";
import { runForReal } from "./invoke/run-for-real.ts";
import { runInSandbox } from "./invoke/run-in-sandbox.ts";
import { usage } from "./invoke/usage.ts";

await runCommand(async () => {
  const options = readOptions(process.argv.slice(2));
  if (!options) {
    process.stdout.write(usage);
    return 0;
  }
  useRegion(options.region);
  if (!options.functionName) findBundle(options.handler, options.handlersFolder);
  const payload = await loadPayload(options.payloadFile, options.edits);
  const run = await choose(options)(options, payload, noteFor(options));
  const report = options.json ? reportAsJson(options, run) : reportAsText(options, run, payload);
  process.stdout.write(`${report}\n`);
  return succeeded(run) ? 0 : 1;
});

function choose(options: InvokeOptions): (o: InvokeOptions, payload: unknown, note: Note) => Promise<Run> {
  if (options.functionName) return runDeployed;
  return options.real ? runForReal : runInSandbox;
}

/** Prints notes. With --json, notes go to stderr, because stdout holds the document alone. */
function noteFor({ json }: InvokeOptions): Note {
  const stream = json ? process.stderr : process.stdout;
  return (line) => stream.write(`${printable(line)}\n`);
}
