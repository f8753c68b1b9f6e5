import { openDeployedFunction } from "@sym/local-lambda/deployed-function";
import { isObject, paths, withField } from "@sym/test-payloads/payload-fields";
import type { InvokeOptions } from "./options.ts";
import type { Note, Run } from "./run.ts";

/** Calls the deployed function like Sym. */
export async function runDeployed(options: InvokeOptions, payload: unknown, note: Note): Promise<Run> {
  const { arn, invoke } = await openDeployedFunction(options.functionName ?? "");
  note(
    options.plan
      ? `This asks ${arn} for a plan, and changes nothing.`
      : `This calls ${arn}, which changes real access. The state of the target system is not shown.`,
  );
  const sent = isObject(payload) ? withField(payload, paths.setting("arn"), arn) : payload;
  const invocation = await invoke(sent, { logs: options.logs });
  return { where: "in AWS", before: null, invocation, after: null };
}
