import { functionArnOf } from "@sym/local-lambda/function-arn";
import { startLeasesTable } from "@sym/local-lambda/leases-table";
import { loadSystem } from "@sym/local-lambda/target-system";
import { startSandbox } from "@sym/stand-ins/sandbox";
import { forgetState, leasesTableOf, loadState, saveState } from "../state-file.ts";
import type { InvokeOptions } from "./options.ts";
import { invokeLocally, type Note, type Run } from "./run.ts";

/**
 * Runs the local bundle against the sandbox, which starts from the state after the last run. With `seed`, first adds the
 * person and the resource of the payload. Without `keep`, the state and the leases stay as they were.
 */
export async function runInSandbox(
  options: InvokeOptions,
  payload: unknown,
  note: Note,
  { seed = true, keep = !options.plan } = {},
): Promise<Run> {
  if (options.reset) forgetState();
  const state = loadState();
  const sandbox = await startSandbox(state && { state });
  const dynamoDb = await startLeasesTable({ ...leasesTableOf(options.handler), keep });
  const system = await loadSystem(options.handler);
  const event = { payload, environment: options.environment };
  try {
    const added = (seed && (await system?.seed(sandbox, event, options))) || [];
    if (!system) note(`No state is shown: handlers/${options.handler}/sandbox/system.ts does not exist.`);
    const news = keep ? "New in the sandbox" : "In the sandbox for this plan only";
    if (added.length > 0) note(`${news}: ${added.join(", ")}.`);
    const before = system?.describe(sandbox, event) ?? null;
    const invocation = await invokeLocally(options, payload, {
      functionArn: functionArnOf(payload),
      environment: { ...sandbox.env, ...dynamoDb.env, LEASES_TABLE: dynamoDb.table, ...options.environment },
    });
    if (keep) saveState(sandbox.snapshot());
    return { where: "in the sandbox", before, invocation, after: system?.describe(sandbox, event) ?? null };
  } finally {
    await dynamoDb.close().finally(() => sandbox.close());
  }
}
