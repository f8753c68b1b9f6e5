import { randomUUID } from "node:crypto";
import { DeleteItemCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { awsFailure } from "@sym/command-line/aws-failure";
import { UsageError } from "@sym/command-line/usage-error";
import { dynamoDbStore } from "@sym/leases/dynamodb-store";
import { isBrokenRecord, isRun, leaseKeyOf, runKeyOf, type TableItem } from "@sym/leases/items";
import type { Lease } from "@sym/leases/lease";
import type { LeaseStore } from "@sym/leases/store";
import { startLeasesTable } from "@sym/local-lambda/leases-table";
import { scan } from "@sym/stand-ins/dynamodb";
import { leasesTableOf } from "../state-file.ts";
import type { LeasesOptions } from "./options.ts";
import { handlersWithLeases, noTable, notOfLeases, tablesWith } from "./overview.ts";
import type { Place } from "./place.ts";

/** A sentence for the user, the ids of the closed runs, and the ARN of the caller. */
export type Forgotten = { message: string; runs: string[]; by: string };

type Table = { client: DynamoDBClient; table: string; store: LeaseStore; by: string };

/**
 * Ends every hold on a lease in the records only, after a person has restored the access by hand. The lease's runs stay
 * closed, the standing state is forgotten, and the record names the caller. Deletes the record of a lease or run that is not
 * valid.
 */
export async function forget(options: LeasesOptions, { caller }: Place): Promise<Forgotten> {
  const { named } = options;
  if (!caller) return forgetInSandbox(named);
  if (caller.arn === undefined)
    throw new UsageError(
      "STS is unreachable, so the record could not name you. Let this machine reach STS, or correct AWS_ENDPOINT_URL_STS.",
    );
  const client = new DynamoDBClient({});
  const table = options.tables[0] ?? (await tableOf(client, named, options.prefix ?? ""));
  return forgetIn({ client, table, store: dynamoDbStore(table, client), by: caller.arn }, named);
}

async function forgetInSandbox(named: string): Promise<Forgotten> {
  const handler = handlerIn(named);
  // Any text can be a key, and the handler becomes a part of a path.
  if (!handlersWithLeases().includes(handler))
    throw new UsageError(`The sandbox has no lease ${named}. npm run leases -- list shows its keys.`);
  const sandbox = await startLeasesTable(leasesTableOf(handler));
  const { client, table } = sandbox;
  try {
    return await forgetIn({ client, table, store: dynamoDbStore(table, client), by: "the sandbox" }, named);
  } finally {
    await sandbox.close();
  }
}

/** The table of the handler that keeps the lease. */
async function tableOf(client: DynamoDBClient, key: string, prefix: string): Promise<string> {
  const table = `${prefix}-${handlerIn(key)}-leases`;
  if ((await tablesWith(client, prefix)).includes(table)) return table;
  throw new UsageError(
    `No table ${table} exists for the key ${key}. Replace --prefix by --table and the table that list shows for the lease.`,
  );
}

async function forgetIn(opened: Table, named: string): Promise<Forgotten> {
  const { store, table } = opened;
  try {
    const lease = await orBroken(store.read(named));
    if (lease === "broken") return await deleteLease(opened, named);
    if (lease) return await endHolds(opened, lease);
    if ((await orBroken(store.readRun(named))) === "broken") return await deleteRun(opened, named);
  } catch (error) {
    throw usageErrorOf(error, table);
  }
  throw new UsageError(
    `The table ${table} has no lease ${named}. npm run leases -- list shows the keys and their tables.`,
  );
}

async function endHolds({ store, by }: Table, lease: Lease): Promise<Forgotten> {
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
    forgotten: { by, at: now },
  });
  if (!written.won)
    throw new UsageError(
      `Another invocation has just changed the lease ${key}. Read the lease with show, then try again.`,
    );
  for (const run of runs) await store.forgetRun(run);
  const { subject, resource } = access.names;
  const message = `No run holds the lease of ${subject} on ${resource} any more. ${closed(runs)}. The record names ${by}.`;
  return { message, runs, by };
}

/** The runs of an invalid lease are found by their own records. */
async function deleteLease({ client, table, store, by }: Table, key: string): Promise<Forgotten> {
  const isOfLease = (item: TableItem) => isRun(item) && item["lease_key"]?.S === key;
  const runs = (await scan(client, table))
    .filter(isOfLease)
    .map(({ pk }) => pk?.S?.slice("run#".length) ?? "");
  for (const run of runs) await store.closeRun(run, Date.now(), key);
  await client.send(new DeleteItemCommand({ TableName: table, Key: leaseKeyOf(key) }));
  for (const run of runs) await store.forgetRun(run);
  return { message: `Deleted the broken record of the lease ${key}, for ${by}. ${closed(runs)}.`, runs, by };
}

async function deleteRun({ client, table, store, by }: Table, runId: string): Promise<Forgotten> {
  await client.send(new DeleteItemCommand({ TableName: table, Key: runKeyOf(runId) }));
  await store.closeRun(runId, Date.now());
  const message = `Deleted the broken record of the run ${runId}, for ${by}. The run stays closed.`;
  return { message, runs: [runId], by };
}

function closed(runs: string[]): string {
  return `Closed runs: ${runs.join(", ") || "none"}`;
}

async function orBroken<T>(read: Promise<T>): Promise<T | "broken"> {
  try {
    return await read;
  } catch (error) {
    if (isBrokenRecord(error)) return "broken";
    throw error;
  }
}

/** The store's errors are for the answer of a function. People of this command can correct their own settings. */
function usageErrorOf(error: unknown, table: string): unknown {
  if (error instanceof UsageError || !(error instanceof Error)) return error;
  const cause = error.name === "SymError" ? error.cause : error;
  if (cause === undefined) return new UsageError(`${error.message}.`);
  if ((cause as Error).name === "ValidationException") return notOfLeases(table);
  return awsFailure(cause, {
    failed: `The lease in the table ${table} was not forgotten`,
    needs: `dynamodb:GetItem, PutItem, UpdateItem, Scan and DeleteItem on the table ${table}`,
    ifMissing: noTable(table),
  });
}

/** The handler that keeps the lease: the first part of its key. */
function handlerIn(key: string): string {
  try {
    return decodeURIComponent(key.split("|")[0] ?? "");
  } catch {
    return ""; // No lease has such a key.
  }
}
