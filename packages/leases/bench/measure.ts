import { BatchWriteItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { noCounts } from "@sym/lambda-core";
import { createTable, startDynamoDb } from "@sym/stand-ins/dynamodb";
import { dynamoDbStore } from "../src/dynamodb-store.ts";
import { leaseItem } from "../src/items.ts";
import { type Lease, leaseKey } from "../src/lease.ts";
import { leasedAccess } from "../src/leased-access.ts";
import { leasesTable } from "../src/table.ts";
import { unheld } from "../src/transitions.ts";
import { accessOf, countRounds, invocation, request, targetSystem, traced } from "./rounds.ts";

/** The cost of an invocation in a table of `leases` leases. */
export type Cost = {
  action: "escalate" | "deescalate" | "sweep";
  leases: number;
  /** The operations that the invocation sent to DynamoDB, in this order. */
  requests: string[];
  itemsRead: number;
  /** The awaited steps. Rounds follow each other; the steps of a round run in parallel. */
  rounds: string[][];
  milliseconds: number;
};

/** The number of due leases in the measured sweep. Runs hold all other leases, which are due a year later. */
export const dueLeases = 3;

const start = 1_800_000_000_000;
const minute = 60_000;
const year = 365 * 24 * 60 * minute;
const parallelLoads = 8;

/** Measures an escalate, a deescalate and a sweep in a table of `leases` leases, on dynalite in this process. */
export async function measure(leases: number): Promise<Cost[]> {
  const server = await startDynamoDb();
  const { client } = server;
  const table = "leases";
  await createTable(client, leasesTable(table));
  const rounds = countRounds();
  const counts = countRequests(client);
  let now = start;
  const store = traced(dynamoDbStore(table, client), rounds.step);
  const clock = { now: () => now, sleep: () => Promise.reject(new Error("The benchmark must not wait")) };
  const options = { store, clock, graceMs: 60 * minute, expired: "end" } as const;
  const act = leasedAccess("bench", targetSystem(rounds.step), options);

  async function send(type: "escalate" | "deescalate", requester: string) {
    const asked = request(type, requester);
    return act[type](asked, invocation(now, asked));
  }

  async function cost(action: Cost["action"], work: () => Promise<unknown>): Promise<Cost> {
    rounds.reset();
    counts.reset();
    const began = performance.now();
    await work();
    const milliseconds = Math.round(performance.now() - began);
    return { action, leases, ...counts.counted(), rounds: rounds.all(), milliseconds };
  }

  try {
    await load(client, table, leases);
    await send("escalate", "warm-up"); // Opens the connection.
    const escalate = await cost("escalate", () => send("escalate", "robin"));
    now += 30 * minute;
    const deescalate = await cost("deescalate", () => send("deescalate", "robin"));
    now += year / 2;
    await send("deescalate", "warm-up");
    for (let index = 0; index < dueLeases; index += 1) await send("escalate", `orphan-${index}`);
    now += 2 * 60 * minute;
    const sweep = await cost("sweep", () => act.sweep(invocation(now), noCounts()));
    return [escalate, deescalate, sweep];
  } finally {
    await server.close();
  }
}

/** Fills the table with parallel batch writes. Each lease has a run, and is not due for a year. */
async function load(client: DynamoDBClient, table: string, leases: number): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < leases) {
      const first = next;
      next += 25;
      const indexes = Array.from({ length: Math.min(25, leases - first) }, (_, offset) => first + offset);
      const requests = indexes.map((index) => ({
        PutRequest: { Item: leaseItem(heldLease(index)) },
      }));
      await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
    }
  };
  await Promise.all(Array.from({ length: parallelLoads }, worker));
}

function heldLease(index: number): Lease {
  const access = accessOf(`other-${index}`);
  return {
    ...unheld(leaseKey("bench", access), access),
    ...{ version: 2, writeId: `${index}/2`, standing: "absent", ours: ["member"] },
    runs: new Map([[`run-of-other-${index}`, { state: "open", wanted: "member", expiresAt: start + year }]]),
    ...{ changedAt: start - minute, touchedAt: start - minute },
    dueAt: start + year + index,
  };
}

function countRequests(client: DynamoDBClient) {
  let requests: string[] = [];
  let itemsRead = 0;
  client.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        requests.push(commandName.replace(/Command$/, ""));
        const result = await next(args);
        const { Item, ScannedCount } = result.output as { Item?: unknown; ScannedCount?: number };
        itemsRead += ScannedCount ?? (Item ? 1 : 0);
        return result;
      },
    { step: "initialize" },
  );
  const reset = () => {
    requests = [];
    itemsRead = 0;
  };
  return { reset, counted: () => ({ requests: [...requests], itemsRead }) };
}
