import { BatchWriteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { leasesTable } from "@sym/leases";
import { leaseItem } from "@sym/leases/items";
import type { Lease, Run } from "@sym/leases/lease";
import { createTable, type Item, startDynamoDb } from "@sym/stand-ins/dynamodb";
import { startSandbox } from "@sym/stand-ins/sandbox";

const minute = 60_000;

/** An account of AWS with tables of leases. The sandbox records each call. */
export async function openAccount(tables: string[]) {
  const dynamoDb = await startDynamoDb();
  const sandbox = await startSandbox({ dynamoDb });
  for (const table of tables) await createTable(dynamoDb.client, leasesTable(table));
  return {
    environment: { ...sandbox.env, AWS_MAX_ATTEMPTS: "1" },
    client: dynamoDb.client,
    /** The actions of the calls that reached the account. */
    actions: () => [...new Set(sandbox.calls.map(({ service, action }) => `${service}:${action}`))].sort(),
    put: (TableName: string, Item: Item) => dynamoDb.client.send(new PutItemCommand({ TableName, Item })),
    async fill(table: string, leases: Lease[]) {
      for (let start = 0; start < leases.length; start += 25) {
        const puts = leases
          .slice(start, start + 25)
          .map((lease) => ({ PutRequest: { Item: leaseItem(lease) } }));
        await dynamoDb.client.send(new BatchWriteItemCommand({ RequestItems: { [table]: puts } }));
      }
    },
    async close() {
      await sandbox.close();
      await dynamoDb.close();
    },
  };
}

/** A lease of the user `who` in the group `what`, held by one open run until `until`. */
export function leaseOf(who: string, what: string, until: number, changes: Partial<Lease> = {}): Lease {
  const run: Run = { state: "open", wanted: "member", expiresAt: until };
  return {
    ...{ key: `iam-group|123456789012|${what}|${who}`, version: 1, writeId: "w-1", standing: "absent" },
    access: {
      ...{ host: "123456789012", resource: what, subject: who },
      names: { subject: `IAM user ${who}`, resource: `IAM group ${what}` },
    },
    ...{ ours: ["member"], begun: false, runs: new Map([[`run-${who}-${what}`, run]]), ended: new Map() },
    ...{
      lock: null,
      changedAt: until - 30 * minute,
      touchedAt: until - 30 * minute,
      dueAt: until + 15 * minute,
    },
    ...changes,
  };
}
