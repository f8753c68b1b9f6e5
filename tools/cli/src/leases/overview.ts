import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { UsageError } from "@sym/command-line/usage-error";
import { isRun, readLease, readRun, type StoredRun } from "@sym/leases/items";
import type { Lease } from "@sym/leases/lease";
import { loadItems } from "@sym/local-lambda/leases-table";
import { type Item, scan } from "@sym/stand-ins/dynamodb";
import { leasesFile } from "../state-file.ts";

/** All that a table holds, in the order of keys and ids. */
export type Overview = { leases: Lease[]; runs: StoredRun[] };

/** What the sandbox's table holds, or the one of that name in AWS. */
export async function readOverview(table: string | undefined): Promise<Overview> {
  return overviewOf(table === undefined ? loadItems(leasesFile()) : await readTable(table));
}

/** The leases and runs that have to do with one lease, by its key, or with one run, by its id. */
export function about(what: string, { leases, runs }: Overview): Overview {
  const own = leases.filter(
    ({ key, runs, ended }) => key === what || Object.hasOwn(runs, what) || Object.hasOwn(ended, what),
  );
  const ofLease = own.filter(({ key }) => key === what).flatMap((lease) => runIds(lease));
  return { leases: own, runs: runs.filter(({ id }) => id === what || ofLease.includes(id)) };
}

function runIds({ runs, ended }: Lease): string[] {
  return [...Object.keys(runs), ...Object.keys(ended)];
}

function overviewOf(items: Item[]): Overview {
  const byKey = items.toSorted((a, b) => ((a["pk"]?.S ?? "") < (b["pk"]?.S ?? "") ? -1 : 1));
  try {
    return {
      leases: byKey.filter((item) => !isRun(item)).map(readLease),
      runs: byKey.filter(isRun).map(readRun),
    };
  } catch (error) {
    // The one refusal of a record, that of a newer version, is written for people.
    if (error instanceof Error && error.name === "SymError") throw new UsageError(`${error.message}.`);
    throw error;
  }
}

async function readTable(table: string): Promise<Item[]> {
  try {
    return await scan(new DynamoDBClient({}), table);
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : typeof error;
    throw new UsageError(`The table ${table} could not be read (${reason}).`);
  }
}
