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
 * Makes the function that Lambda calls for a target system, with leases as the environment says. `system` is called
 * once, at load; what it throws is the answer to every event.
 */
export function createLeasedHandler<A extends Access>(name: string, system: () => TargetSystem<A>) {
  return createHandler(name, () => accessFromEnvironment(name, system(), process.env));
}

/**
 * The actions of a handler, with leases in the table that `LEASES_TABLE` names, or without any if `LEASES` is `off`.
 * `SWEEP_GRACE_SECONDS` (3600 unless set) and `SWEEP_ACTION` (`end` unless `report`) say when a run is an orphan and what
 * the sweep does then.
 */
function accessFromEnvironment<A extends Access>(
  name: string,
  system: TargetSystem<A>,
  environment: FunctionEnvironment,
): Actions {
  if (environment["LEASES"] === "off") return withoutLeases(directAccess(system));
  const table = environment["LEASES_TABLE"];
  if (!table) throw misconfigured("LEASES_TABLE must name the DynamoDB table of leases, or LEASES be off");
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

/** Logs with every answer that the function keeps no leases. */
function withoutLeases({ escalate, deescalate }: Actions): Actions {
  return {
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
