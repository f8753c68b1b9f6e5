/// <reference path="./dynalite.d.ts" />
import {
  type AttributeValue,
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  paginateScan,
} from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import { listenOnLoopback } from "../kernel/loopback.ts";

export type Item = Record<string, AttributeValue>;

/** A stand-in for DynamoDB, without tables at the start. */
export type DynamoDb = {
  url: string;
  /** Add to the sandbox's `env`: with both, clients of DynamoDB come here, and all others go to the sandbox. */
  env: { AWS_ENDPOINT_URL_DYNAMODB: string };
  client: DynamoDBClient;
  close(): Promise<void>;
};

/** Starts dynalite on a loopback port of its own. */
export async function startDynamoDb(): Promise<DynamoDb> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const { url, close } = await listenOnLoopback(server);
  const client = connectTo(url);
  return {
    url,
    env: { AWS_ENDPOINT_URL_DYNAMODB: url },
    client,
    close: async () => {
      client.destroy();
      await close();
    },
  };
}

/** A client of a local stand-in, which accepts any credentials. */
export function connectTo(url: string, options: DynamoDBClientConfig = {}): DynamoDBClient {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  return new DynamoDBClient({ ...options, endpoint: url, region: "us-east-1", credentials });
}

/** Creates a table and waits until the table can be used. */
export async function createTable(client: DynamoDBClient, definition: CreateTableCommandInput) {
  await client.send(new CreateTableCommand(definition));
  const describe = new DescribeTableCommand({ TableName: definition.TableName });
  while ((await client.send(describe)).Table?.TableStatus !== "ACTIVE")
    await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Every item of a table. For people and tests: a scan reads the whole table, and AWS bills the whole read. */
export async function scan(client: DynamoDBClient, table: string): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of paginateScan({ client }, { TableName: table })) items.push(...(page.Items ?? []));
  return items;
}
