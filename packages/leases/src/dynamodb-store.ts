import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ResourceNotFoundException,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { clientDefaults, mustBeFromAws, toSymError } from "@sym/aws";
import { SymError } from "@sym/lambda-core";
import { dueIndex } from "./dynamodb-index.ts";
import {
  closedRunExpiry,
  keyOf,
  leaseItem,
  leaseKeyOf,
  number,
  readLease,
  readRun,
  refuseOtherFormat,
  runItem,
  runKeyOf,
  type TableItem,
} from "./items.ts";
import { type LeaseStore, runDueAfterMs } from "./store.ts";

// DynamoDB answers in milliseconds. A hung connection must leave time for a retry before the deadline for records.
const requestTimeoutMs = 1_000;
const clientOptions = {
  ...clientDefaults,
  requestHandler: { ...clientDefaults.requestHandler, requestTimeout: requestTimeoutMs },
};

/** The time for all attempts of a call. */
const callTimeoutMs = 4_000;
const within = () => ({ abortSignal: AbortSignal.timeout(callTimeoutMs) });

/**
 * A store in a DynamoDB table with the layout of `leasesTable`, which belongs to one function. A call is one request about
 * one item, as a rule, and idempotent: the SDK repeats a request whose answer was lost. The repetition of a successful
 * `write` fails like a lost race; the stored `writeId` distinguishes the two.
 */
export function dynamoDbStore(table: string, client = new DynamoDBClient(clientOptions)): LeaseStore {
  const callOf = (action: string) => ({ action: `dynamodb:${action}`, on: `DynamoDB table ${table}` });
  const throwSymError = (action: string) => (error: unknown) => {
    const isIndexMissing = action === "Query" && (error as Error).name === "ValidationException";
    if (error instanceof ResourceNotFoundException || isIndexMissing)
      throw missingTable(table, error as Error);
    throw toSymError(error, callOf(action));
  };
  // An answer without an item means that the table has no such item, so only an answer of DynamoDB may count.
  const fromAws =
    (action: string) =>
    <Answer extends { $metadata: { requestId?: string | undefined } }>(answer: Answer): Answer => {
      mustBeFromAws(answer, callOf(action));
      return answer;
    };

  async function get(key: TableItem): Promise<TableItem | undefined> {
    const command = new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true });
    const { Item } = await client
      .send(command, within())
      .then(fromAws("GetItem"))
      .catch(throwSymError("GetItem"));
    return Item;
  }

  /** The stored item after a write whose condition failed. Some emulators leave the item out of the error. */
  async function before(error: unknown, action: string, key: TableItem): Promise<TableItem | undefined> {
    if (!(error instanceof ConditionalCheckFailedException)) return throwSymError(action)(error);
    return error.Item ?? (await get(key));
  }

  async function notDue(runId: string, condition: string): Promise<void> {
    const command = new UpdateItemCommand({
      TableName: table,
      Key: runKeyOf(runId),
      ConditionExpression: condition,
      UpdateExpression: "REMOVE due_at, failing_since",
    });
    await client
      .send(command, within())
      .then(fromAws("UpdateItem"))
      .catch(unlessConditionFailed)
      .catch(throwSymError("UpdateItem"));
  }

  return {
    async openRun(run, dueAt) {
      const command = new PutItemCommand({
        TableName: table,
        Item: runItem(run, dueAt),
        ConditionExpression: "attribute_not_exists(pk)",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      });
      try {
        await client.send(command, within()).then(fromAws("PutItem"));
        return "opened";
      } catch (error) {
        const stored = await before(error, "PutItem", runKeyOf(run.id));
        if (stored) refuseOtherFormat(stored);
        const { lease_key: key, wish, closed } = stored ?? {};
        if (key !== undefined && (key.S !== run.key || wish?.S !== run.wish)) return "other";
        return closed === undefined ? "opened" : "closed";
      }
    },

    async closeRun(runId, now, key) {
      const command = new UpdateItemCommand({
        TableName: table,
        Key: runKeyOf(runId),
        UpdateExpression: "SET closed = if_not_exists(closed, :now), due_at = :due_at, expires = :expires",
        ...(key !== undefined && {
          ConditionExpression: "attribute_not_exists(lease_key) OR lease_key = :key",
        }),
        ExpressionAttributeValues: {
          ":now": number(now),
          ":due_at": number(now + runDueAfterMs),
          ":expires": closedRunExpiry(now),
          ...(key !== undefined && { ":key": { S: key } }),
        },
        ReturnValues: "ALL_NEW",
      });
      const done = await client
        .send(command, within())
        .then(fromAws("UpdateItem"))
        .catch(unlessConditionFailed)
        .catch(throwSymError("UpdateItem"));
      if (!done?.Attributes) return { was: "other" };
      const { opened } = readRun(done.Attributes);
      if (!opened) return { was: "never-opened" };
      return { was: "opened", key: opened.key, access: opened.access };
    },

    leaveToLease: (runId) => notDue(runId, "attribute_exists(pk) AND attribute_not_exists(closed)"),

    forgetRun: (runId) => notDue(runId, "attribute_exists(pk)"), // Without this condition, the update would create the run.

    async readRun(runId) {
      const item = await get(runKeyOf(runId));
      return item && readRun(item);
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
        Item: leaseItem(lease),
        ...(previous === 0
          ? { ConditionExpression: "attribute_not_exists(pk)" }
          : {
              ConditionExpression: "version = :previous",
              ExpressionAttributeValues: { ":previous": number(previous) },
            }),
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      });
      try {
        await client.send(command, within()).then(fromAws("PutItem"));
        return { won: true };
      } catch (error) {
        const current = await before(error, "PutItem", key);
        return { won: false, current: current && readLease(current) };
      }
    },

    ...dueIndex(table, (command) =>
      client.send(command, within()).then(fromAws("Query")).catch(throwSymError("Query")),
    ),

    async postpone(item, dueAt, now) {
      const command = new UpdateItemCommand({
        TableName: table,
        Key: keyOf(item),
        ConditionExpression: "attribute_exists(due_at)",
        UpdateExpression: "SET due_at = :due_at, failing_since = if_not_exists(failing_since, :now)",
        ExpressionAttributeValues: { ":due_at": number(dueAt), ":now": number(now) },
      });
      await client
        .send(command, within())
        .then(fromAws("UpdateItem"))
        .catch(unlessConditionFailed)
        .catch(throwSymError("UpdateItem"));
    },
  };
}

function unlessConditionFailed(error: unknown): undefined {
  if (!(error instanceof ConditionalCheckFailedException)) throw error;
}

function missingTable(table: string, cause: Error): SymError {
  return new SymError(
    `DynamoDB table ${table}, or its index "due", does not exist in this account and region; restore the table from its backup, or correct LEASES_TABLE in the function's environment`,
    { reason: "unavailable", retryable: false, cause },
  );
}
