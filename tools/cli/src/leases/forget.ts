import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { UsageError } from "@sym/command-line/usage-error";
import { dynamoDbStore } from "@sym/leases/dynamodb-store";
import type { Lease } from "@sym/leases/lease";
import { startLeasesTable } from "@sym/local-lambda/leases-table";
import { leasesFile } from "../state-file.ts";

/**
 * Ends every hold on a lease in the records, and touches no target system: for access that somebody has taken care of
 * by hand. Its runs stay closed, and what was there before is forgotten. Returns the lease as it was.
 */
export async function forget(key: string, table: string | undefined): Promise<Lease> {
  if (table !== undefined) return endHolds(new DynamoDBClient({}), table, key);
  const sandbox = await startLeasesTable({ file: leasesFile() });
  try {
    return await endHolds(sandbox.client, sandbox.table, key);
  } finally {
    await sandbox.close();
  }
}

async function endHolds(client: DynamoDBClient, table: string, key: string): Promise<Lease> {
  const store = dynamoDbStore(table, systemIn(key), client);
  const now = Date.now();
  const lease = await store.read(key);
  if (!lease) throw new UsageError(`There is no lease ${key} in the table ${table}.`);
  if (lease.lock && lease.lock.until > now)
    throw new UsageError(
      `The lease ${key} is being worked on until ${new Date(lease.lock.until).toISOString()}: try again then.`,
    );
  const runs = Object.keys(lease.runs);
  // Closed before the lease forgets them, so that a late escalate finds one or the other.
  for (const run of runs) await store.closeRun(run, now);
  const ended = { ...lease.ended, ...Object.fromEntries(runs.map((run) => [run, now])) };
  const forgotten = { ...lease, ended, runs: {}, standing: null, lock: null, dueAt: null, touchedAt: now };
  const written = await store.write({ ...forgotten, version: lease.version + 1, writeId: randomUUID() });
  if (!written.won)
    throw new UsageError(`The lease ${key} was changed just now: look at it again, then try again.`);
  for (const run of runs) await store.forgetRun(run);
  return lease;
}

/** The handler that keeps the lease: the first part of its key. */
function systemIn(key: string): string {
  return decodeURIComponent(key.split("|")[0] ?? "");
}
