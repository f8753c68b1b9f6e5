// A real deployment, read with the caller's own credentials. Nothing here writes.
import { identifyCaller, useRegion } from "@sym/cli/aws-caller";
import { type Overview, readOverview } from "@sym/cli/leases/overview";
import type { AccessRequest } from "@sym/flow";
import { type Requests, requestsIn } from "./requests.ts";
import { type Snapshot, snapshotOf } from "./snapshot.ts";

export type LookOptions = {
  tables: string[];
  prefix: string | undefined;
  requests: string | undefined;
  region: string | undefined;
};

export type Look = {
  /** Account, region and tables, for the head of each page. */
  place: string;
  leases: Snapshot<Overview>;
  /** Undefined if no table of requests was named. */
  requests: Snapshot<Requests> | undefined;
  request(id: string): Promise<AccessRequest | undefined>;
};

/** The tables are read again when a reader comes after this time. */
const maxAgeMs = 15_000;

export async function openLook({ tables, prefix, requests: table, region }: LookOptions): Promise<Look> {
  useRegion(region);
  const { account = "not known", region: where } = await identifyCaller();
  const names = prefix === undefined ? tables : [`${prefix}-…-leases`];
  const source = table === undefined ? undefined : requestsIn(table);
  const isReading = tables.length > 0 || prefix !== undefined;
  const readLeases = () =>
    isReading ? readOverview({ tables, prefix }) : Promise.resolve({ leases: [], runs: [], broken: [] });
  return {
    place: `Account ${account}, region ${where}, ${[...names, ...(table === undefined ? [] : [table])].join(", ")}`,
    leases: await snapshotOf(readLeases, maxAgeMs),
    requests: source && (await snapshotOf(source.all, maxAgeMs)),
    request: async (id) => source?.one(id),
  };
}
