import { dynamoDbsWith, storesOn } from "@sym/stand-ins/dynamodb-servers.test-support";
import { dynamoDbStore } from "./dynamodb-store.ts";
import { memoryStore } from "./memory-store.ts";
import type { RequestStore } from "./store.ts";
import { requestsTable } from "./table.ts";

export { python } from "@sym/stand-ins/dynamodb-servers.test-support";

export const dynamoDbs = dynamoDbsWith(
  "requests",
  requestsTable,
  (table, client): RequestStore => dynamoDbStore(table, { client }),
);

export const stores = storesOn<RequestStore>(() => memoryStore(), dynamoDbs);

/** Stops the servers. */
export async function closeAll(): Promise<void> {
  await Promise.all(dynamoDbs.map(({ close }) => close()));
}
