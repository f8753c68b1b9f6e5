import { readdirSync } from "node:fs";
import { DynamoDBClient, paginateListTables } from "@aws-sdk/client-dynamodb";
import { UsageError } from "@sym/command-line/usage-error";
import { isRun, readLease, readRun } from "@sym/leases/items";
import type { Lease } from "@sym/leases/lease";
import type { StoredRun } from "@sym/leases/store";
import { loadItems } from "@sym/local-lambda/leases-table";
import { type Item, scan } from "@sym/stand-ins/dynamodb";
import { leasesFolder, leasesTableOf } from "../state-file.ts";
import type { LeasesOptions } from "./options.ts";

/** A record with the name of its function; in the sandbox, of its handler. */
export type OfFunction<Stored> = Stored & { functionName: string };

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
  const names = prefix === undefined ? tables : await tablesOf(client, prefix);
  const read = async (table: string): Promise<[string, Item[]]> => [
    table.replace(/-leases$/, ""),
    await readTable(client, table),
  ];
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

function overviewOf(tables: [functionName: string, items: Item[]][]): Overview {
  const found: Overview = { leases: [], runs: [], broken: [] };
  for (const [functionName, items] of tables)
    for (const item of items.toSorted((a, b) => (primaryKey(a) < primaryKey(b) ? -1 : 1)))
      try {
        if (isRun(item)) found.runs.push({ ...readRun(item), functionName });
        else found.leases.push({ ...readLease(item), functionName });
      } catch (error) {
        if (!(error instanceof Error && error.name === "SymError")) throw error;
        found.broken.push({ record: primaryKey(item), problem: error.message, item, functionName });
      }
  return found;
}

function primaryKey(item: Item): string {
  return item["pk"]?.S ?? "";
}

function sandboxTables(): [string, Item[]][] {
  return handlersWithLeases().map((handler) => [handler, loadItems(leasesTableOf(handler).file)]);
}

function handlersWithLeases(): string[] {
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
async function tablesOf(client: DynamoDBClient, prefix: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const page of paginateListTables({ client }, {})) names.push(...(page.TableNames ?? []));
  } catch (error) {
    throw new UsageError(`AWS cannot list the tables (${reasonOf(error)}).`);
  }
  const own = names.filter((name) => name.startsWith(`${prefix}-`) && name.endsWith("-leases"));
  if (own.length > 0) return own.sort();
  throw new UsageError(
    `This account has no table ${prefix}-…-leases in this region. Set --prefix to the deployment's name_prefix, and AWS_REGION to its region.`,
  );
}

async function readTable(client: DynamoDBClient, table: string): Promise<Item[]> {
  try {
    return await scan(client, table);
  } catch (error) {
    throw new UsageError(`The table ${table} cannot be read (${reasonOf(error)}).`);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : typeof error;
}
