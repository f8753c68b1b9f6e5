import { randomUUID } from "node:crypto";
import { connectTo, createTable, startDynamoDb } from "@sym/stand-ins/dynamodb";
import { findMoto, startMoto } from "@sym/stand-ins/moto";
import { dynamoDbStore } from "./dynamodb-store.ts";
import { memoryStore } from "./memory-store.ts";
import type { RequestStore } from "./store.ts";
import { requestsTable } from "./table.ts";

type Server = { url: string; close(): Promise<void> };

/** The Python with moto; undefined if moto is not installed. */
export const python = findMoto();
if (!python)
  process.stderr.write(
    "SKIPPED: the store of requests on moto, because no Python with moto[server] was found\n",
  );

/** The stand-ins for DynamoDB. They differ from DynamoDB in different places, so the contract must hold on each. */
export const dynamoDbs = [
  dynamoDb("dynalite", () => startDynamoDb()),
  ...(python ? [dynamoDb("moto", () => startMoto(python))] : []),
];

/** All stores, each with a function that opens an empty store. */
export const stores: { name: string; open(): Promise<RequestStore> }[] = [
  { name: "memory", open: async () => memoryStore() },
  ...dynamoDbs.map(({ name, openTable }) => ({ name, open: async () => (await openTable()).store })),
];

/** Stops the servers. */
export async function closeAll(): Promise<void> {
  await Promise.all(dynamoDbs.map(({ close }) => close()));
}

function dynamoDb(name: string, start: () => Promise<Server>) {
  let server: Promise<Server> | undefined;
  return {
    name,
    /** Opens a new table of requests. */
    openTable: async () => {
      server ??= start();
      const { url } = await server;
      const client = connectTo(url);
      const table = `requests-${randomUUID()}`;
      await createTable(client, requestsTable(table));
      return { client, table, store: dynamoDbStore(table, { client }) };
    },
    close: async () => (await server)?.close(),
  };
}
