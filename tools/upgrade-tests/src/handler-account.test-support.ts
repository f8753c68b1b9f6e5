// One handler's functions, of one or two versions, on one table, with its target system.
import { DeleteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { ConsoleTarget } from "@sym/console/target";
import { leasesTable } from "@sym/leases";
import { loadPart } from "@sym/local-lambda/handler-parts";
import { type LocalLambda, startLocalLambda } from "@sym/local-lambda/local-lambda";
import { createTable, type Item, scan, startDynamoDb } from "@sym/stand-ins/dynamodb";
import { type Sandbox, startSandbox } from "@sym/stand-ins/sandbox";
import { testPayload } from "@sym/test-payloads/payloads";
import { functionClock, setClock } from "./clock.test-support.ts";

const functionArn: string = testPayload("escalate.json").fields.target.settings.arn;
const table = "sym-leases";

export const robin = "robin@example.com";

export type HandlerAccount = Awaited<ReturnType<typeof openHandlerAccount>>;

/** `bundles`: the bundle of the handler in each version. The first version is in use. */
async function openHandlerAccount(handler: string, bundles: Record<string, string>) {
  const target = (await loadPart(handler, "console"))?.["consoleTarget"] as ConsoleTarget;
  const sandbox = await openSandbox(target);
  const dynamoDb = await startDynamoDb();
  const { client } = dynamoDb;
  await createTable(client, leasesTable(table));
  const functions = new Map<string, LocalLambda>();
  let version = Object.keys(bundles)[0] ?? "";

  /** The function of the version in use. */
  function lambda(): LocalLambda {
    const known = functions.get(version);
    if (known !== undefined) return known;
    const started = startLocalLambda({
      ...functionClock,
      bundle: bundles[version] ?? "",
      functionArn,
      timeoutMilliseconds: 20_000,
      environment: {
        ...sandbox.env,
        ...dynamoDb.env,
        ...target.environment,
        LEASES_TABLE: table,
        SWEEP_GRACE_SECONDS: "900",
      },
    });
    functions.set(version, started);
    return started;
  }

  const items = () => scan(client, table);

  return {
    ...{ handler, target, sandbox, functionArn, lambda, items },
    /** Deploys another version. */
    deploy(next: string): void {
      version = next;
    },
    /** Replaces all records of the table. */
    async replace(records: Item[]): Promise<void> {
      for (const { pk } of await items())
        if (pk) await client.send(new DeleteItemCommand({ TableName: table, Key: { pk } }));
      for (const Item of records) await client.send(new PutItemCommand({ TableName: table, Item }));
    },
    async close(): Promise<void> {
      for (const one of functions.values()) await one.close();
      await sandbox.close();
      await dynamoDb.close();
    },
  };
}

/** Plays with a handler's account. Left out with the reason if a target system cannot run here, and failed with `CI` set. */
export async function inAccount(
  handler: string,
  bundles: Record<string, string>,
  play: (account: HandlerAccount) => Promise<void>,
): Promise<void> {
  setClock(); // The ids of some target systems have the time of their making.
  const account = await openHandlerAccount(handler, bundles).catch((error: Error) => error);
  if (account instanceof Error) {
    if (process.env["CI"]) throw account;
    process.stderr.write(`SKIPPED: the records of ${handler}, because ${account.message}\n`);
    return;
  }
  try {
    await play(account);
  } finally {
    await account.close();
  }
}

/** A sandbox with the handler's resources and the requester. Each `reset` restores this state, with the same ids. */
async function openSandbox(target: ConsoleTarget): Promise<Sandbox> {
  const first = await startSandbox(target.sandbox);
  await target.begin(first, [robin]);
  if (target.sandbox?.unleash) return first; // Unleash has no ids of its own in the records, and keeps its state.
  const state = first.snapshot();
  await first.close();
  return startSandbox({ state });
}
