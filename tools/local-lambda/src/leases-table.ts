import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { UsageError } from "@sym/command-line/usage-error";
import { leasesTable } from "@sym/leases";
import { createTable, type DynamoDb, type Item, scan, startDynamoDb } from "@sym/stand-ins/dynamodb";

/** A stand-in for DynamoDB with one table of leases. With a file, `close` also saves the items. */
export type LeasesTable = DynamoDb & { table: string };

/**
 * Starts a stand-in for DynamoDB with a table of leases. With a `file`, the table starts with the file's items, and
 * `close` saves the items to the file, at the same moment as the sandbox's state, so that leases and state fit
 * together. Without `keep`, `close` saves nothing.
 */
export async function startLeasesTable({
  table = "sym-leases",
  file = "",
  keep = true,
} = {}): Promise<LeasesTable> {
  const saved = file === "" ? [] : loadItems(file);
  const dynamoDb = await startDynamoDb();
  const { client, close } = dynamoDb;
  await createTable(client, leasesTable(table));
  for (const item of saved) await client.send(new PutItemCommand({ TableName: table, Item: item }));
  return {
    ...dynamoDb,
    table,
    close: async () => {
      try {
        if (keep && file !== "") saveItems(file, await scan(client, table));
      } finally {
        await close();
      }
    },
  };
}

/** The items of a file; none if the file does not exist. */
export function loadItems(file: string): Item[] {
  if (!existsSync(file)) return [];
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const reason = error instanceof Error ? error.message : typeof error;
    throw new UsageError(
      `${file} is not a file of the sandbox's leases (${reason}). Delete the file to start without leases.`,
    );
  }
}

function saveItems(file: string, items: Item[]): void {
  const draft = `${file}.${process.pid}`;
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(draft, `${JSON.stringify(items, undefined, 2)}\n`);
    renameSync(draft, file); // A reader never sees a half-written file.
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? error.code : typeof error;
    throw new UsageError(
      `The sandbox's leases cannot be written to ${file} (${reason}). Let this user write there, or set SANDBOX_STATE to a file in another folder.`,
    );
  }
}
