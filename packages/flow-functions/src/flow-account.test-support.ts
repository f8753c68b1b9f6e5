// An account with the flow: the built bundle's functions, the table of requests, the rules, and two handlers' targets.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { dynamoDbStore, requestsTable } from "@sym/flow";
import { type LocalLambda, startLocalLambda } from "@sym/local-lambda/local-lambda";
import { createTable, startDynamoDb } from "@sym/stand-ins/dynamodb";
import { flowServices } from "@sym/stand-ins/flow";
import { startSandbox } from "@sym/stand-ins/sandbox";
import { onTestFinished } from "vitest";

const bundle = join(fileURLToPath(new URL("..", import.meta.url)), "dist");
const table = "sym-flow-requests";
const handlerArn = "arn:aws:lambda:us-east-1:123456789012:function:sym-iam-group";
const stateMachine = "arn:aws:states:us-east-1:123456789012:stateMachine:sym-flow";

export const role = "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Access_0123456789abcdef";
const allowedPrincipals = [
  "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Access_*/{email}",
  "arn:aws:iam::111122223333:user/{email}",
];

type Export = "api" | "plan" | "ask" | "escalate" | "hold" | "deescalate" | "watchman";
type Options = {
  environment?: Record<string, string>;
  onStart?: (flow: FlowAccount, id: string) => unknown;
  /** The clock of the functions, in milliseconds since the epoch. */
  now?: () => number;
};
export type FlowAccount = Awaited<ReturnType<typeof openFlowAccount>>;

/** The rules of a target: Robin and Sam may ask, and Alex, Kim and Sam may approve. */
export function rulesJson(changes: Record<string, unknown> = {}): string {
  return JSON.stringify({
    target: "prod-admins",
    label: "Production admins",
    function_arn: handlerArn,
    settings: { group_name: "prod-admins" },
    may_ask: { people: ["robin@example.com", "sam@example.com"] },
    may_approve: { people: ["alex@example.com", "kim@example.com", "sam@example.com"] },
    durations: ["30m", "1h"],
    longest: "1h",
    break_glass: {
      may_ask: { people: ["robin@example.com"] },
      longest: "30m",
      reason: { ticket: { pattern: "INC-\\d+", example: "INC-7: the importer is down" } },
      message: "The glass of production is broken.",
    },
    ...changes,
  });
}

export async function openFlowAccount({ environment = {}, onStart, now }: Options = {}) {
  const dynamoDb = await startDynamoDb();
  await createTable(dynamoDb.client, requestsTable(table));
  const engine: unknown[] = [];
  const flow = flowServices({
    onStart: (input) => engine.push(onStart?.(account, JSON.parse(input).request)),
  });
  const sandbox = await startSandbox({ services: flow.services, dynamoDb });
  const functions = new Map<Export, LocalLambda>();
  onTestFinished(async () => {
    await Promise.all(engine);
    await Promise.all([...functions.values()].map((lambda) => lambda.close()));
    await sandbox.close();
    await dynamoDb.close();
  });
  flow.parameters.set("/sym/rules/prod-admins", rulesJson());
  flow.functions.set(handlerArn, answerOfHandler);
  const variables = {
    ...sandbox.env,
    REQUESTS_TABLE: table,
    RULES_PATH: "/sym/rules",
    MESSAGES_TOPIC_ARN: "arn:aws:sns:us-east-1:123456789012:sym-flow",
    KEEP_DAYS: "400",
    STATE_MACHINE_ARN: stateMachine,
    ALLOWED_PRINCIPALS: JSON.stringify(allowedPrincipals),
    ...environment,
  };

  /** Invokes a function of the bundle. */
  async function invoke(exported: Export, event: unknown) {
    const lambda = functions.get(exported) ?? start(exported);
    const { payload, functionError, logs } = await lambda.invoke(event);
    if (functionError !== undefined) throw new Error(`${exported} failed: ${JSON.stringify(payload)}`);
    return { payload, logs };
  }

  function start(exported: Export): LocalLambda {
    const lambda = startLocalLambda({
      bundle,
      exported,
      functionArn: `arn:aws:lambda:us-east-1:123456789012:function:sym-flow-${exported}`,
      environment: variables,
      ...(now && { now }),
    });
    functions.set(exported, lambda);
    return lambda;
  }

  const account = {
    flow,
    sandbox,
    dynamoDb,
    handlerArn,
    invoke,
    /** The environment of the functions. */
    variables,
    /** Plays the engine up to the wait for approval. */
    async toApproval(request: string) {
      await invoke("plan", { request });
      await invoke("ask", { request, token: `ask-${request}` });
    },
    /** Plays the engine from the decision to the hold. */
    async toHold(request: string) {
      await invoke("escalate", { request });
      await invoke("hold", { request, token: `hold-${request}` });
    },
    /** Records a copy of a request under another id. */
    async copy(from: string, id: string) {
      const store = dynamoDbStore(table, { client: dynamoDb.client });
      const request = await store.read(from);
      if (request !== undefined) await store.write({ ...request, id, version: 1 });
    },
    /** Replaces the record of a request by text that is no record. */
    async breakRecord(request: string, asked: number) {
      const keys = { pk: { S: request }, status_key: { S: "asked" }, asked_at: { N: String(asked) } };
      const Item = { ...keys, version: { N: "1" }, record: { S: "{}" } };
      await dynamoDb.client.send(new PutItemCommand({ TableName: table, Item }));
    },
  };
  return account;
}

function answerOfHandler(event: unknown) {
  const { type } = (event as { event: { type: string } }).event;
  const answers: Record<string, object> = {
    plan: { outcome: "would-grant", message: "Robin would become a member of prod-admins." },
    escalate: {
      outcome: "granted",
      message: "Robin is a member of prod-admins.",
      expires_at: new Date(Date.now() + 30 * 60_000).toISOString(),
    },
    deescalate: { outcome: "revoked", message: "Robin is no member of prod-admins any more." },
  };
  return { body: answers[type], errors: [] };
}
