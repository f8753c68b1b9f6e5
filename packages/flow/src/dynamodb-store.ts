import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ResourceNotFoundException,
} from "@aws-sdk/client-dynamodb";
import { clientDefaults, mustBeFromAws, toSymError } from "@sym/aws";
import { SymError } from "@sym/lambda-core";
import { idIn, keyOf, number, partitionOf, readRequest, requestItem, type TableItem } from "./items.ts";
import type { RequestStore } from "./store.ts";
import { indexAttributes } from "./table.ts";

/** The table keeps a request for this time after its end. */
const defaultKeepDays = 400;

type Options = { client?: DynamoDBClient; keepDays?: number };

/**
 * A store in a DynamoDB table with the layout of `requestsTable`. The SDK repeats a request whose answer was lost; the
 * repetition of a successful `write` then fails like a lost race, and its `current` is the written record.
 */
export function dynamoDbStore(
  table: string,
  { client = new DynamoDBClient(clientDefaults), keepDays = defaultKeepDays }: Options = {},
): RequestStore {
  /** Sends a command. An answer without an item has a meaning, so only an answer of DynamoDB may count. */
  async function send<Answer extends { $metadata: { requestId?: string | undefined } }>(
    action: string,
    command: () => Promise<Answer>,
  ): Promise<Answer> {
    const call = { action: `dynamodb:${action}`, on: `DynamoDB table ${table}` };
    try {
      const answer = await command();
      mustBeFromAws(answer, call);
      return answer;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) throw error;
      if (error instanceof ResourceNotFoundException) throw missingTable(table, error);
      throw toSymError(error, call);
    }
  }

  async function read(id: string) {
    const command = new GetItemCommand({ TableName: table, Key: keyOf(id), ConsistentRead: true });
    const { Item } = await send("GetItem", () => client.send(command));
    return Item && readRequest(Item);
  }

  return {
    read,

    async write(request) {
      const previous = request.version - 1;
      const command = new PutItemCommand({
        TableName: table,
        Item: requestItem(request, keepDays),
        ...(previous === 0
          ? { ConditionExpression: "attribute_not_exists(pk)" }
          : {
              ConditionExpression: "version = :previous",
              ExpressionAttributeValues: { ":previous": number(previous) },
            }),
      });
      try {
        await send("PutItem", () => client.send(command));
        return { won: true };
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        return { won: false, current: await read(request.id) };
      }
    },

    async ids(query) {
      const { from = 0, to = Number.MAX_SAFE_INTEGER, limit } = query;
      const { index, key } = partitionOf(query);
      const found: string[] = [];
      let next: TableItem | undefined;
      while (found.length < limit) {
        const command = new QueryCommand({
          TableName: table,
          IndexName: index,
          KeyConditionExpression: `${indexAttributes[index]} = :key AND asked_at BETWEEN :from AND :last`,
          ExpressionAttributeValues: { ":key": key, ":from": number(from), ":last": number(to - 1) },
          ScanIndexForward: false,
          Limit: limit - found.length,
          ExclusiveStartKey: next,
        });
        const page = await send("Query", () => client.send(command));
        found.push(...(page.Items ?? []).map(idIn));
        next = page.LastEvaluatedKey;
        if (!next) break;
      }
      return found;
    },
  };
}

function missingTable(table: string, cause: Error): SymError {
  return new SymError(
    `DynamoDB table ${table} does not exist in this account and region; create the table with infra/flow, or correct the table's name in the function's environment`,
    { reason: "unavailable", retryable: false, cause },
  );
}
