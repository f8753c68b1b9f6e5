import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { DeleteItemCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { UsageError } from "@sym/command-line/usage-error";
import { dynamoDbStore } from "@sym/leases/dynamodb-store";
import { isRun, leaseKeyOf, runKeyOf, type TableItem } from "@sym/leases/items";
import type { Lease } from "@sym/leases/lease";
import type { LeaseStore } from "@sym/leases/store";
import { startLeasesTable } from "@sym/local-lambda/leases-table";
import { scan } from "@sym/stand-ins/dynamodb";
import { leasesTableOf } from "../state-file.ts";

/** A sentence for the user, and the ids of the closed runs. */
export type Forgotten = { message: string; runs: string[] };

type Table = { client: DynamoDBClient; table: string; store: LeaseStore };

/**
 * Ends every hold on a lease in the records only, after a person has restored the access manually. The lease's runs stay
 * closed, and the standing state is forgotten. Deletes the record of a lease or run that is not valid.
 */
export async function forget(what: string, name: string | undefined): Promise<Forgotten> {
  if (name !== undefined) return forgetIn(new DynamoDBClient({}), name, what);
  const sandboxTable = leasesTableOf(handlerIn(what));
  if (!existsSync(sandboxTable.file)) throw new UsageError(`The sandbox has no lease ${what}.`);
  const sandbox = await startLeasesTable(sandboxTable);
  try {
    return await forgetIn(sandbox.client, sandbox.table, what);
  } finally {
    await sandbox.close();
  }
}

async function forgetIn(client: DynamoDBClient, table: string, what: string): Promise<Forgotten> {
  const store = dynamoDbStore(table, client);
  const opened = { client, table, store };
  const lease = await orBroken(store.read(what));
  if (lease === "broken") return deleteLease(opened, what);
  if (lease) return endHolds(store, lease);
  if ((await orBroken(store.readRun(what))) === "broken") return deleteRun(opened, what);
  throw new UsageError(`The table ${table} has no lease ${what}.`);
}

async function endHolds(store: LeaseStore, lease: Lease): Promise<Forgotten> {
  const { key, access } = lease;
  const now = Date.now();
  if (lease.lock && lease.lock.until > now)
    throw new UsageError(
      `Another invocation holds the lock of the lease ${key} until ${new Date(lease.lock.until).toISOString()}. Try again after that time.`,
    );
  const runs = [...lease.runs.keys()];
  // The runs are closed first, so that a late escalate finds each run closed or still in the lease.
  for (const run of runs) await store.closeRun(run, now, key);
  const { failure: _, ...rest } = lease;
  const written = await store.write({
    ...rest,
    version: lease.version + 1,
    writeId: randomUUID(),
    runs: new Map(),
    ended: new Map([...lease.ended, ...runs.map((run) => [run, now] as const)]),
    ...{ standing: null, ours: [], begun: false, lock: null, changedAt: null, dueAt: null, touchedAt: now },
  });
  if (!written.won)
    throw new UsageError(
      `Another invocation has just changed the lease ${key}. Read the lease with show, then try again.`,
    );
  for (const run of runs) await store.forgetRun(run);
  const { subject, resource } = access.names;
  return { message: `No run holds the lease of ${subject} on ${resource} now. ${closed(runs)}.`, runs };
}

/** The runs of an invalid lease are found by their own records. */
async function deleteLease({ client, table, store }: Table, key: string): Promise<Forgotten> {
  const isOfLease = (item: TableItem) => isRun(item) && item["lease_key"]?.S === key;
  const runs = (await scan(client, table))
    .filter(isOfLease)
    .map(({ pk }) => pk?.S?.slice("run#".length) ?? "");
  for (const run of runs) await store.closeRun(run, Date.now(), key);
  await client.send(new DeleteItemCommand({ TableName: table, Key: leaseKeyOf(key) }));
  for (const run of runs) await store.forgetRun(run);
  return { message: `Deleted the invalid record of the lease ${key}. ${closed(runs)}.`, runs };
}

async function deleteRun({ client, table, store }: Table, runId: string): Promise<Forgotten> {
  await client.send(new DeleteItemCommand({ TableName: table, Key: runKeyOf(runId) }));
  await store.closeRun(runId, Date.now());
  return {
    message: `Deleted the invalid record of the run ${runId}. The run stays closed.`,
    runs: [runId],
  };
}

function closed(runs: string[]): string {
  return `Closed runs: ${runs.join(", ") || "none"}`;
}

async function orBroken<T>(read: Promise<T>): Promise<T | "broken"> {
  try {
    return await read;
  } catch (error) {
    if (
      error instanceof Error &&
      error.name === "SymError" &&
      / in the table of leases is invalid/.test(error.message)
    )
      return "broken";
    throw error;
  }
}

/** The handler that keeps the lease: the first part of its key. */
function handlerIn(key: string): string {
  try {
    return decodeURIComponent(key.split("|")[0] ?? "");
  } catch {
    return ""; // No lease has such a key.
  }
}
