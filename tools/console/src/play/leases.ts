import { isRun, readLease } from "@sym/leases/items";
import type { Lease } from "@sym/leases/lease";
import { scan } from "@sym/stand-ins/dynamodb";
import type { Stage } from "./stage.ts";

/** All leases of the functions. */
export async function leasesOf({ deployed, dynamoDb }: Stage): Promise<Lease[]> {
  const tables = await Promise.all(deployed.map(({ table }) => scan(dynamoDb.client, table)));
  return tables.flat().flatMap((item) => (isRun(item) ? [] : [readLease(item)]));
}

/** The lease of a request, as text; undefined if no lease knows the request. */
export async function leaseOf(stage: Stage, run: string): Promise<string | undefined> {
  const lease = (await leasesOf(stage)).find(({ runs, ended }) => runs.has(run) || ended.has(run));
  return (
    lease &&
    JSON.stringify(lease, (_, value) => (value instanceof Map ? Object.fromEntries(value) : value), 2)
  );
}
