import { functionArnOf, regionOf } from "@sym/local-lambda/function-arn";
import { findBundle } from "@sym/local-lambda/handler-bundles";
import { plainCall } from "../invoke/options.ts";
import { runInSandbox } from "../invoke/run-in-sandbox.ts";
import { checkEvent, rowsIn } from "./answer.ts";
import type { DoctorOptions } from "./options.ts";
import type { Report } from "./report.ts";

/** Lets the local bundle check itself, in a local Lambda against the sandbox. */
export async function checkInSandbox(handler: string, options: DoctorOptions): Promise<Report> {
  const { handlersFolder, environment, targets, json } = options;
  findBundle(handler, handlersFolder);
  const event = checkEvent(targets);
  const invoke = { ...plainCall(handler), environment, handlersFolder, json };
  const { invocation } = await runInSandbox(invoke, event, () => {}, { seed: false, keep: false });
  const arn = functionArnOf(event);
  return {
    account: arn.split(":")[4] ?? "",
    region: regionOf(arn),
    caller: "the sandbox",
    functions: [{ name: handler, checks: rowsIn(invocation) }],
  };
}
