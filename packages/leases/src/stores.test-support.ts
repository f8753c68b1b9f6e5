import { dynamoDbsWith, storesOn } from "@sym/stand-ins/dynamodb-servers.test-support";
import { dynamoDbStore } from "./dynamodb-store.ts";
import { memoryStore } from "./memory-store.ts";
import type { LeaseStore } from "./store.ts";
import { leasesTable } from "./table.ts";

export { python } from "@sym/stand-ins/dynamodb-servers.test-support";

export const dynamoDbs = dynamoDbsWith(
  "leases",
  leasesTable,
  (table, client): LeaseStore => dynamoDbStore(table, client),
);

export const stores = storesOn<LeaseStore>(() => memoryStore(), dynamoDbs);

/** Stops the servers. */
export async function closeAll(): Promise<void> {
  await Promise.all(dynamoDbs.map(({ close }) => close()));
}
