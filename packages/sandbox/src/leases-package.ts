// By path and not by name, because the packages that leases stand on use the sandbox in their tests, and turbo refuses
// a circle of workspace packages. Between the files there is none.
export { dynamoDbStore } from "../../leases/src/dynamodb-store.ts";
export { isRun, readLease, readRun, type StoredRun } from "../../leases/src/items.ts";
export type { Lease } from "../../leases/src/lease.ts";
export { leasesTable } from "../../leases/src/table.ts";
