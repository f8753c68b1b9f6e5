import { randomUUID } from "node:crypto";
import type { CreateTableCommandInput, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { findMoto, startMoto } from "../moto.ts";
import { connectTo, createTable, startDynamoDb } from "./dynamodb.ts";

type Server = { url: string; close(): Promise<void> };
type Table = { url: string; client: DynamoDBClient; table: string };

/** The Python with moto; undefined if moto is not installed. */
export const python = findMoto();

/**
 * The stand-ins for DynamoDB, each with a function that opens a new table and its store. The stand-ins differ from DynamoDB
 * in different places, so the contract of a store must hold on each. `what` names the records, such as `leases`.
 */
export function dynamoDbsWith<Store>(
  what: string,
  definition: (name: string) => CreateTableCommandInput,
  storeOn: (table: string, client: DynamoDBClient) => Store,
) {
  if (!python)
    process.stderr.write(
      `SKIPPED: the store of ${what} on moto, because no Python with moto[server] was found\n`,
    );
  const dynamoDb = (name: string, start: () => Promise<Server>) => {
    let server: Promise<Server> | undefined;
    return {
      name,
      openTable: async (): Promise<Table & { store: Store }> => {
        server ??= start();
        const { url } = await server;
        const client = connectTo(url);
        const table = `${what}-${randomUUID()}`;
        await createTable(client, definition(table));
        return { url, client, table, store: storeOn(table, client) };
      },
      close: async () => (await server)?.close(),
    };
  };
  return [
    dynamoDb("dynalite", () => startDynamoDb()),
    ...(python ? [dynamoDb("moto", () => startMoto(python))] : []),
  ];
}

/** The memory store and the stores on the stand-ins, each with a function that opens an empty store. */
export function storesOn<Store>(
  memory: () => Store,
  dynamoDbs: { name: string; openTable(): Promise<{ store: Store }> }[],
): { name: string; open(): Promise<Store> }[] {
  return [
    { name: "memory", open: async () => memory() },
    ...dynamoDbs.map(({ name, openTable }) => ({ name, open: async () => (await openTable()).store })),
  ];
}
