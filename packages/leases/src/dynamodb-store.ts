import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ResourceNotFoundException,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { clientDefaults, toSymError } from "@sym/aws";
import { SymError } from "@sym/lambda-core";
import {
  closedRunExpiry,
  knownSchema,
  leaseItem,
  leaseKeyOf,
  newerRecord,
  number,
  openRunItem,
  readDue,
  readLease,
  readRun,
  runKeyOf,
  type TableItem,
} from "./items.ts";
import { type Due, type LeaseStore, runDueAfterMs } from "./store.ts";

const names = { "#schema": "schema" }; // DynamoDB reserves the word.
const isKnown = "attribute_not_exists(#schema) OR #schema <= :schema";

// DynamoDB answers in milliseconds. A connection that hangs must leave time for a retry in the reserve for records.
const requestTimeoutMs = 1_000;
const clientOptions = {
  ...clientDefaults,
  requestHandler: { ...clientDefaults.requestHandler, requestTimeout: requestTimeoutMs },
};

/**
 * A store in a DynamoDB table with the layout of `leasesTable`. Handlers may share the table: each finds only the due items
 * of its own `system`. A call is one request about one item, as a rule, and idempotent: the SDK sends it again when the
 * answer was lost. A `write` that took effect then looks like a write that came too late; the stored `writeId` tells.
 */
export function dynamoDbStore(
  table: string,
  system: string,
  client = new DynamoDBClient(clientOptions),
): LeaseStore {
  const throwSymError = (action: string) => (error: unknown) => {
    if (error instanceof ResourceNotFoundException) throw missingTable(table, error);
    throw toSymError(error, { action: `dynamodb:${action}`, on: `DynamoDB table ${table}` });
  };

  async function get(key: TableItem): Promise<TableItem | undefined> {
    const command = new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true });
    const { Item } = await client.send(command).catch(throwSymError("GetItem"));
    return Item;
  }

  return {
    async openRun(runId, access) {
      const command = new PutItemCommand({
        TableName: table,
        Item: openRunItem(runId, access, system),
        ConditionExpression: `attribute_not_exists(closed) AND (${isKnown})`,
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: { ":schema": number(knownSchema) },
      });
      const done = await client.send(command).catch(unlessConditionFailed).catch(throwSymError("PutItem"));
      if (done) return true;
      const run = await get(runKeyOf(runId));
      if (run) readRun(run); // Throws if the condition failed because of a newer version of the item.
      return false;
    },

    async closeRun(runId, now) {
      const command = new UpdateItemCommand({
        TableName: table,
        Key: runKeyOf(runId),
        ConditionExpression: isKnown,
        UpdateExpression:
          "SET closed = if_not_exists(closed, :now), due_at = :due_at, expires = :expires, #schema = :schema",
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: {
          ":now": number(now),
          ":due_at": number(now + runDueAfterMs),
          ":expires": closedRunExpiry(now),
          ":schema": number(knownSchema),
        },
        ReturnValues: "ALL_NEW",
      });
      const done = await client.send(command).catch(unlessConditionFailed).catch(throwSymError("UpdateItem"));
      if (!done?.Attributes) throw newerRecord(`run ${runId}`);
      return readRun(done.Attributes).access;
    },

    async forgetRun(runId) {
      const command = new UpdateItemCommand({
        TableName: table,
        Key: runKeyOf(runId),
        ConditionExpression: "attribute_exists(pk)", // Without it, the update would create the run.
        UpdateExpression: "REMOVE due_at",
      });
      await client.send(command).catch(unlessConditionFailed).catch(throwSymError("UpdateItem"));
    },

    async read(key) {
      const item = await get(leaseKeyOf(key));
      return item && readLease(item);
    },

    async write(lease) {
      const key = leaseKeyOf(lease.key);
      const previous = lease.version - 1;
      const command = new PutItemCommand({
        TableName: table,
        Item: leaseItem(lease, system),
        ...(previous === 0
          ? { ConditionExpression: "attribute_not_exists(pk)" }
          : {
              ConditionExpression: "version = :previous AND #schema <= :schema",
              ExpressionAttributeNames: names,
              ExpressionAttributeValues: { ":previous": number(previous), ":schema": number(knownSchema) },
            }),
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      });
      try {
        await client.send(command);
        return { won: true };
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) return throwSymError("PutItem")(error);
        // Some emulators do not return the item.
        const current = error.Item ?? (await get(key));
        return { won: false, current: current && readLease(current) };
      }
    },

    async due(now, limit) {
      const found: Due[] = [];
      let next: TableItem | undefined;
      while (found.length < limit) {
        const command = new QueryCommand({
          TableName: table,
          IndexName: "due",
          KeyConditionExpression: "due = :due AND due_at <= :now",
          ExpressionAttributeValues: { ":due": { S: system }, ":now": number(now) },
          ScanIndexForward: true,
          Limit: limit - found.length,
          ExclusiveStartKey: next,
        });
        const page = await client.send(command).catch(throwSymError("Query"));
        found.push(...(page.Items ?? []).map(readDue));
        next = page.LastEvaluatedKey;
        if (!next) break;
      }
      return found;
    },
  };
}

function unlessConditionFailed(error: unknown): undefined {
  if (!(error instanceof ConditionalCheckFailedException)) throw error;
}

function missingTable(table: string, cause: Error): SymError {
  return new SymError(
    `There is no DynamoDB table ${table} in this account and region, or not its index "due"; create it, or correct its name in the function's environment`,
    { reason: "unavailable", retryable: false, cause },
  );
}
