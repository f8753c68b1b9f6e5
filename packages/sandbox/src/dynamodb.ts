/// <reference path="./dynalite.d.ts" />
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import path from "node:path";
import {
  type AttributeValue,
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  PutItemCommand,
  paginateScan,
} from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import { leasesTable } from "./leases-package.ts";
import { Mistake } from "./mistake.ts";

export type Item = Record<string, AttributeValue>;

/** A stand-in for DynamoDB with an empty table of leases in it, or the one that the last run left. */
export type DynamoDb = {
  url: string;
  /** Besides the sandbox's `env`: with both, clients of DynamoDB come here, and all others go to the sandbox. */
  env: { AWS_ENDPOINT_URL_DYNAMODB: string };
  table: string;
  client: DynamoDBClient;
  /** Also keeps the items, if there is a file for them. */
  close(): Promise<void>;
};

/**
 * Starts dynalite on a loopback port of its own. With a `file`, the table's items are read from it at the start and
 * kept in it at `close`: at the same moment as the rest of the sandbox's state, so that the two fit together.
 */
export async function startDynamoDb({ table = "sym-leases", file = "" } = {}): Promise<DynamoDb> {
  const kept = file === "" ? [] : loadItems(file);
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = connectTo(url);
  await createTable(client, leasesTable(table));
  for (const item of kept) await client.send(new PutItemCommand({ TableName: table, Item: item }));
  return {
    url,
    env: { AWS_ENDPOINT_URL_DYNAMODB: url },
    table,
    client,
    close: async () => {
      if (file !== "") saveItems(file, await scan(client, table));
      client.destroy();
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A client of a local stand-in, which takes any credentials. */
export function connectTo(url: string, options: DynamoDBClientConfig = {}): DynamoDBClient {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  return new DynamoDBClient({ ...options, endpoint: url, region: "us-east-1", credentials });
}

/** Creates a table and waits until it can be used. */
export async function createTable(client: DynamoDBClient, definition: CreateTableCommandInput) {
  await client.send(new CreateTableCommand(definition));
  const describe = new DescribeTableCommand({ TableName: definition.TableName });
  while ((await client.send(describe)).Table?.TableStatus !== "ACTIVE")
    await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Every item of a table. For people and tests: it reads, and on AWS costs, the whole table. */
export async function scan(client: DynamoDBClient, table: string): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of paginateScan({ client }, { TableName: table })) items.push(...(page.Items ?? []));
  return items;
}

/** The items that were kept in a file; none if it is not there. */
export function loadItems(file: string): Item[] {
  if (!existsSync(file)) return [];
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const reason = error instanceof Error ? error.message : typeof error;
    throw new Mistake(`${file} does not hold the sandbox's leases (${reason}): delete it to start anew.`);
  }
}

function saveItems(file: string, items: Item[]): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(items, undefined, 2)}\n`);
  renameSync(draft, file); // So that nobody finds half of it.
}
