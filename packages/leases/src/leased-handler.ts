import {
  type Access,
  type Actions,
  createHandler,
  directAccess,
  type FunctionEnvironment,
  misconfigured,
  type TargetSystem,
} from "@sym/lambda-core";
import { dynamoDbStore } from "./dynamodb-store.ts";
import { leasedAccess } from "./leased-access.ts";

/**
 * Makes the function that Lambda calls for a target system. An environment variable turns leases on or off. `system` is
 * called once, at load; its error is the answer to every event.
 */
export function createLeasedHandler<A extends Access>(name: string, system: () => TargetSystem<A>) {
  return createHandler(name, () => accessFromEnvironment(name, system(), process.env));
}

/**
 * The actions of a handler, with leases in the table `LEASES_TABLE`, or without leases if `LEASES` is `off`. A run is an
 * orphan `SWEEP_GRACE_SECONDS` after its end (default 3600). `SWEEP_ACTION` is the sweep's treatment of orphans: `end` (the
 * default) or `report`.
 */
function accessFromEnvironment<A extends Access>(
  name: string,
  system: TargetSystem<A>,
  environment: FunctionEnvironment,
): Actions {
  if (environment["LEASES"] === "off") return withoutLeases(directAccess(system));
  const table = environment["LEASES_TABLE"];
  if (!table)
    throw misconfigured("LEASES_TABLE must name the DynamoDB table of leases, or LEASES must be off");
  const seconds = environment["SWEEP_GRACE_SECONDS"] || "3600";
  if (!/^\d{1,7}$/.test(seconds))
    throw misconfigured(`SWEEP_GRACE_SECONDS is "${seconds}", but must be a number of seconds, such as 3600`);
  const expired = environment["SWEEP_ACTION"] || "end";
  if (expired !== "end" && expired !== "report")
    throw misconfigured(`SWEEP_ACTION is "${expired}", but must be end or report`);
  return leasedAccess(name, system, {
    store: dynamoDbStore(table),
    graceMs: Number(seconds) * 1_000,
    expired,
  });
}

/** Logs with every event that the function keeps no leases. */
function withoutLeases(actions: Actions): Actions {
  const { escalate, deescalate } = actions;
  return {
    ...actions,
    escalate(request, invocation) {
      invocation.log("leases-off");
      return escalate(request, invocation);
    },
    deescalate(request, invocation) {
      invocation.log("leases-off");
      return deescalate(request, invocation);
    },
  };
}
