import { readdirSync } from "node:fs";
import { DynamoDBClient, paginateListTables } from "@aws-sdk/client-dynamodb";
import { awsFailure } from "@sym/command-line/aws-failure";
import { UsageError } from "@sym/command-line/usage-error";
import { isRun, isUnreadableRecord, readLease, readRun } from "@sym/leases/items";
import type { Lease } from "@sym/leases/lease";
import type { StoredRun } from "@sym/leases/store";
import { loadItems } from "@sym/local-lambda/leases-table";
import { type Item, scan } from "@sym/stand-ins/dynamodb";
import { functionsOf } from "../deployment.ts";
import { leasesFolder, leasesTableOf } from "../state-file.ts";
import type { LeasesOptions } from "./options.ts";
import { functionOf } from "./place.ts";

/** A record with the name of its function (in the sandbox, of its handler) and of its table. */
export type OfFunction<Stored> = Stored & { functionName: string; table: string };

/** An invalid record, and the problem. `record` is the primary key. */
type BrokenRecord = { record: string; problem: string; item: Item };

/** All records of the tables, in the order of functions, keys and ids. */
export type Overview = {
  leases: OfFunction<Lease>[];
  runs: OfFunction<StoredRun>[];
  broken: OfFunction<BrokenRecord>[];
};

/** Reads the records of the named tables in AWS, of all tables of a deployment, or of the sandbox. */
export async function readOverview({
  tables,
  prefix,
}: Pick<LeasesOptions, "tables" | "prefix">): Promise<Overview> {
  if (tables.length === 0 && prefix === undefined) return overviewOf(sandboxTables());
  const client = new DynamoDBClient({});
  const names = prefix === undefined ? tables : await tablesWith(client, prefix);
  const read = async (table: string): Promise<Table> => ({
    functionName: functionOf(table),
    table,
    items: await readTable(client, table),
  });
  return overviewOf(await Promise.all(names.map(read)));
}

/** The records of one lease, by its key, or of one run, by its id. */
export function about(what: string, { leases, runs, broken }: Overview): Overview {
  const own = leases.filter(({ key, runs, ended }) => key === what || runs.has(what) || ended.has(what));
  const ofLease = own
    .filter(({ key }) => key === what)
    .flatMap((lease) => [...lease.runs.keys(), ...lease.ended.keys()]);
  return {
    leases: own,
    runs: runs.filter(({ id }) => id === what || ofLease.includes(id)),
    broken: broken.filter(({ record }) => record === `lease#${what}` || record === `run#${what}`),
  };
}

type Table = { functionName: string; table: string; items: Item[] };

function overviewOf(tables: Table[]): Overview {
  const found: Overview = { leases: [], runs: [], broken: [] };
  for (const { items, ...place } of tables)
    for (const item of items.toSorted((a, b) => (primaryKey(a) < primaryKey(b) ? -1 : 1)))
      try {
        if (isRun(item)) found.runs.push({ ...readRun(item), ...place });
        else found.leases.push({ ...readLease(item), ...place });
      } catch (error) {
        if (!isUnreadableRecord(error)) throw error;
        found.broken.push({ record: primaryKey(item), problem: error.message, item, ...place });
      }
  return found;
}

function primaryKey(item: Item): string {
  return item["pk"]?.S ?? "";
}

function sandboxTables(): Table[] {
  return handlersWithLeases().map((handler) => {
    const { table, file } = leasesTableOf(handler);
    return { functionName: handler, table: `${table} (sandbox)`, items: loadItems(file) };
  });
}

/** The handlers with a table of leases in the sandbox. */
export function handlersWithLeases(): string[] {
  try {
    return readdirSync(leasesFolder())
      .filter((file) => file.endsWith(".json"))
      .map((file) => file.slice(0, -".json".length))
      .sort();
  } catch {
    return []; // No function has run in the sandbox yet.
  }
}

/** `modules/handler` in infra/ names the tables: `<name_prefix>-<handler>-leases`. */
export async function tablesWith(client: DynamoDBClient, prefix: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const page of paginateListTables({ client }, {})) names.push(...(page.TableNames ?? []));
  } catch (error) {
    const failed = "The tables of this account were not listed";
    throw awsFailure(error, { failed, needs: "dynamodb:ListTables, or name the tables with --table" });
  }
  const functions = names.filter((name) => name.endsWith("-leases")).map(functionOf);
  const own = functionsOf(prefix, functions).map((name) => `${name}-leases`);
  if (own.length > 0) return own;
  throw new UsageError(
    `This account has no table ${prefix}-…-leases in this region. Set --prefix to the deployment's name_prefix, and AWS_REGION or --region to its region.`,
  );
}

async function readTable(client: DynamoDBClient, table: string): Promise<Item[]> {
  const items = await scan(client, table).catch((error: unknown) => {
    throw awsFailure(error, {
      failed: `The table ${table} was not read`,
      needs: `dynamodb:Scan on the table ${table}`,
      ifMissing: noTable(table),
    });
  });
  const isOurs = items.some((item) => /^(lease|run)#/.test(primaryKey(item)));
  if (items.length > 0 && !isOurs) throw notOfLeases(table);
  return items;
}

export function notOfLeases(table: string): UsageError {
  return new UsageError(
    `The table ${table} is no table of leases. npm run leases -- list --prefix <name_prefix> finds the tables of a deployment.`,
  );
}

/** What to do about a table that does not exist. */
export function noTable(table: string): string {
  return `No table ${table} exists in this account and region. npm run leases -- list --prefix <name_prefix> finds the tables of a deployment; AWS_REGION or --region chooses the region.`;
}
