import { findBundle } from "@sym/local-lambda/handler-bundles";
import { type InvokeOptions, plainCall } from "../invoke/options.ts";
import type { Note, Run } from "../invoke/run.ts";
import { runDeployed } from "../invoke/run-deployed.ts";
import { runInSandbox } from "../invoke/run-in-sandbox.ts";
import type { LeasesOptions } from "./options.ts";

/** The function to call: a handler's bundle in the sandbox, or a function in AWS. */
export type Callee = { handler: string } | { functionName: string };

/** Sends an event to a function, as `npm run invoke` does, but adds nothing to the sandbox. */
export async function call(callee: Callee, event: unknown, options: LeasesOptions, note: Note) {
  const { handlersFolder, environment, logs, json } = options;
  const deployed = "functionName" in callee;
  const invoke: InvokeOptions = {
    ...plainCall(deployed ? "" : callee.handler),
    functionName: deployed ? callee.functionName : undefined,
    ...{ environment, handlersFolder, region: options.region, logs, json },
  };
  if (!deployed) findBundle(callee.handler, handlersFolder);
  const run: Run = deployed
    ? await runDeployed(invoke, event, note)
    : await runInSandbox(invoke, event, note, { seed: false });
  return run.invocation;
}
