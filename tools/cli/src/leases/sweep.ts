import { findBundle } from "@sym/local-lambda/handler-bundles";
import type { InvokeOptions } from "../invoke/options.ts";
import type { Note, Run } from "../invoke/run.ts";
import { runDeployed } from "../invoke/run-deployed.ts";
import { runInSandbox } from "../invoke/run-in-sandbox.ts";
import type { LeasesOptions } from "./options.ts";

/** The event of the schedule. */
const sweepEvent = { event: { type: "sweep" } };

/** Makes a function sweep: the local bundle against the sandbox, or a function in AWS. */
export async function sweep(options: LeasesOptions, note: Note): Promise<Run["invocation"]> {
  const { handler = "", handlersFolder, functionName, environment, logs, json } = options;
  const invoke: InvokeOptions = {
    handler,
    payloadFile: "",
    plan: false,
    edits: [],
    environment,
    timeoutMilliseconds: undefined,
    handlersFolder,
    functionName,
    real: false,
    yes: false,
    member: false,
    reset: false,
    logs,
    json,
  };
  if (!functionName) findBundle(handler, handlersFolder);
  const run = functionName ? runDeployed : runInSandbox;
  return (await run(invoke, sweepEvent, note)).invocation;
}
