import { functionArnOf } from "@sym/local-lambda/function-arn";
import { startLeasesTable } from "@sym/local-lambda/leases-table";
import { loadSystem } from "@sym/local-lambda/target-system";
import { startSandbox } from "@sym/stand-ins/sandbox";
import { forgetState, leasesTableOf, loadState, saveState } from "../state-file.ts";
import type { InvokeOptions } from "./options.ts";
import { invokeLocally, type Note, type Run } from "./run.ts";

/**
 * Runs the local bundle against the sandbox, which starts from the state after the last run. With `seed`, first adds the
 * person and the resource of the payload.
 */
export async function runInSandbox(
  options: InvokeOptions,
  payload: unknown,
  note: Note,
  { seed = true } = {},
): Promise<Run> {
  if (options.reset) forgetState();
  const state = loadState();
  const sandbox = await startSandbox(state && { state });
  const dynamoDb = await startLeasesTable(leasesTableOf(options.handler));
  const system = await loadSystem(options.handler);
  const event = { payload, environment: options.environment };
  try {
    const added = (seed && (await system?.seed(sandbox, event, options))) || [];
    if (!system) note(`No state is shown: handlers/${options.handler}/sandbox/system.ts does not exist.`);
    if (added.length > 0) note(`New in the sandbox: ${added.join(", ")}.`);
    const before = system?.describe(sandbox, event) ?? null;
    const invocation = await invokeLocally(options, payload, {
      functionArn: functionArnOf(payload),
      environment: { ...sandbox.env, ...dynamoDb.env, LEASES_TABLE: dynamoDb.table, ...options.environment },
    });
    if (!options.plan) saveState(sandbox.snapshot());
    return { where: "in the sandbox", before, invocation, after: system?.describe(sandbox, event) ?? null };
  } finally {
    await dynamoDb.close();
    await sandbox.close();
  }
}
