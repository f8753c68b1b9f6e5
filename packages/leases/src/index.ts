export { dynamoDbStore } from "./dynamodb-store.ts";
export type { Failure, Lease, Run, RunState } from "./lease.ts";
export { leaseKey } from "./lease.ts";
export { type LeaseOptions, leasedAccess } from "./leased-access.ts";
export { createLeasedHandler } from "./leased-handler.ts";
export { memoryStore } from "./memory-store.ts";
export type { Clock, Due, LeaseStore } from "./store.ts";
export { leasesTable, ttlAttribute } from "./table.ts";
