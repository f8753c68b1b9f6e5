// The stand-ins, the tables and the functions of the console: everything on this machine.
import { leasesTable } from "@sym/leases";
import { findBundle } from "@sym/local-lambda/handler-bundles";
import { handlersWith, loadPart } from "@sym/local-lambda/handler-parts";
import { type LocalLambda, startLocalLambda } from "@sym/local-lambda/local-lambda";
import { createTable, type DynamoDb, startDynamoDb } from "@sym/stand-ins/dynamodb";
import { type Sandbox, startSandbox } from "@sym/stand-ins/sandbox";
import type { ConsoleTarget, Thing } from "../target.ts";
import { functionArnOf, people } from "./cast.ts";

/** A handler whose function runs. */
type Deployed = { target: ConsoleTarget; lambda: LocalLambda; table: string };

/** A thing with its handler. */
export type Offered = { deployed: Deployed; thing: Thing };

export type Stage = {
  sandbox: Sandbox;
  dynamoDb: DynamoDb;
  deployed: Deployed[];
  /** Why a handler is left out, a sentence each. */
  leftOut: string[];
  close(): Promise<void>;
};

const timeoutMilliseconds = 20_000;

/** Starts everything for these handlers; for all of them if none is named. */
export async function openStage(handlers: string[]): Promise<Stage> {
  const names = handlersWith("console").filter((name) => handlers.length === 0 || handlers.includes(name));
  const targets = await Promise.all(names.map(targetOf));
  const dynamoDb = await startDynamoDb();
  const leftOut: string[] = [];
  const withUnleash = targets.filter(needsUnleash);
  const hasUnleash = withUnleash.length > 0;
  const sandbox = await startSandbox({ dynamoDb, unleash: hasUnleash }).catch((error: Error) => {
    if (!hasUnleash) throw error;
    for (const { handler } of withUnleash) leftOut.push(`${handler} is left out: ${error.message}`);
    return startSandbox({ dynamoDb });
  });
  const deployed: Deployed[] = [];
  for (const target of targets) {
    if (leftOut.length > 0 && needsUnleash(target)) continue;
    await target.begin(sandbox, people);
    const table = `sym-${target.handler}-leases`;
    await createTable(dynamoDb.client, leasesTable(table));
    deployed.push({ target, table, lambda: lambdaOf(target, { ...sandbox.env, LEASES_TABLE: table }) });
  }
  return {
    ...{ sandbox, dynamoDb, deployed, leftOut },
    async close() {
      await Promise.all(deployed.map(({ lambda }) => lambda.close()));
      await sandbox.close();
      await dynamoDb.close();
    },
  };
}

/** Whether the target system is the real Unleash, which cannot run on every machine. */
export function needsUnleash({ sandbox }: ConsoleTarget): boolean {
  return sandbox?.unleash === true;
}

async function targetOf(handler: string): Promise<ConsoleTarget> {
  const part = await loadPart(handler, "console");
  return part?.["consoleTarget"] as ConsoleTarget;
}

function lambdaOf(target: ConsoleTarget, environment: Record<string, string>): LocalLambda {
  return startLocalLambda({
    bundle: findBundle(target.handler),
    functionArn: functionArnOf(target),
    environment: { ...environment, ...target.environment, SWEEP_GRACE_SECONDS: "900" },
    timeoutMilliseconds,
    now: Date.now,
  });
}
