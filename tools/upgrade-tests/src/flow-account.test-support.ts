// An account with the flow, in one or two versions: its functions, its state machine, its tables, Slack, and a handler.
import { DeleteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { createEngine, type RunStep } from "@sym/console/engine";
import { createTimers } from "@sym/console/timers";
import { requestsTable, type StepAnswer } from "@sym/flow";
import { leasesTable } from "@sym/leases";
import { type LocalLambda, startLocalLambda } from "@sym/local-lambda/local-lambda";
import { httpApiEvent } from "@sym/stand-ins/api-gateway";
import { createTable, type Item, scan, startDynamoDb } from "@sym/stand-ins/dynamodb";
import { flowServices } from "@sym/stand-ins/flow";
import { startSandbox } from "@sym/stand-ins/sandbox";
import { expect, vi } from "vitest";
import { functionClock } from "./clock.test-support.ts";
import type { FlowVersion } from "./flow-version.ts";
import { startWorkspace } from "./slack-workspace.test-support.ts";

const table = "sym-flow-requests";
const leases = "sym-iam-group-leases";
const handlerArn = "arn:aws:lambda:us-east-1:123456789012:function:sym-iam-group";
const stateMachine = "arn:aws:states:us-east-1:123456789012:stateMachine:sym-flow";
const role = "arn:aws:sts::123456789012:assumed-role/Access";

export const group = "prod-admins";

export type FlowAccount = Awaited<ReturnType<typeof openFlowAccount>>;

/** The first version is in use. */
export async function openFlowAccount(versions: Record<string, FlowVersion>) {
  const dynamoDb = await startDynamoDb();
  const { client } = dynamoDb;
  await createTable(client, requestsTable(table));
  await createTable(client, leasesTable(leases));
  const slack = await startWorkspace();
  const services = flowServices({ onStart: (input) => start(JSON.parse(input).request) });
  const { executions, parameters, functions } = services;
  const sandbox = await startSandbox({ services: services.services, dynamoDb });
  sandbox.secretsManager.putSecret(slack.secretName, slack.secret);
  const lambdas = new Map<string, LocalLambda>();
  const first = Object.keys(versions)[0] ?? "";
  const inUse = { flow: first, handler: first };
  /** A person makes the handler fail, or loses the wakes of waiting steps. */
  const trouble = { isHandlerDown: false, areWakesLost: false };

  const environment = {
    ...sandbox.env,
    ...slack.environment,
    REQUESTS_TABLE: table,
    RULES_PATH: "/sym/rules",
    MESSAGES_TOPIC_ARN: "arn:aws:sns:us-east-1:123456789012:sym-flow",
    KEEP_DAYS: "400",
    STATE_MACHINE_ARN: stateMachine,
    ALLOWED_PRINCIPALS: JSON.stringify([`${role}/{email}`]),
  };

  function lambdaOf(name: string, version: string, bundle: keyof FlowVersion, exported: string): LocalLambda {
    const key = `${version} ${name}`;
    const started =
      lambdas.get(key) ??
      startLocalLambda({
        ...functionClock,
        ...{ bundle: String(versions[version]?.[bundle]), exported },
        functionArn: `arn:aws:lambda:us-east-1:123456789012:function:${name}`,
        environment: { ...environment, LEASES_TABLE: leases, SWEEP_GRACE_SECONDS: "900" },
      });
    lambdas.set(key, started);
    return started;
  }

  /** Invokes a function of the flow in use, and delivers the wakes that it sends. Rejects if the function fails. */
  async function invoke(exported: string, event: unknown): Promise<unknown> {
    const bundle = exported === "slack" ? "door" : "functions";
    const lambda = lambdaOf(`sym-flow-${exported}`, inUse.flow, bundle, exported);
    const { payload, functionError } = await lambda.invoke(event);
    await deliverWakes();
    if (functionError !== undefined) throw new Error(`${exported} failed: ${JSON.stringify(payload)}`);
    return payload;
  }

  async function invokeHandler(event: unknown): Promise<unknown> {
    if (trouble.isHandlerDown) throw new Error("The handler is down");
    const { payload, functionError } = await lambdaOf(
      "sym-iam-group",
      inUse.handler,
      "handler",
      "handler",
    ).invoke(event);
    if (functionError !== undefined) throw new Error(JSON.stringify(payload));
    return payload;
  }

  /**
   * The state machines of the versions, without executions. An execution keeps the definition with which it began, as in AWS.
   * The functions are those in use.
   */
  function newMachines() {
    const timers = createTimers({ shortMs: 0, moveClock: (time) => void vi.setSystemTime(time) });
    const machines = Object.entries(versions).map(([version, { definition }]) => {
      const runStep: RunStep = async (step, { request, token }) => {
        const own = token === undefined ? {} : { token: `${version} ${token}` };
        return (await invoke(step, { request, ...own })) as StepAnswer;
      };
      return { version, engine: createEngine(timers, runStep, definition) };
    });
    return { timers, machines };
  }

  let { timers, machines } = newMachines();
  const machineOf = (version: string) => machines.find((one) => one.version === version)?.engine;

  function start(id: string): void {
    timers.start(async () => machineOf(inUse.flow)?.start(id));
  }

  async function deliverWakes(): Promise<void> {
    const tokens = executions.woken.splice(0);
    if (trouble.areWakesLost) return;
    for (const sent of tokens) {
      const [version = "", token = ""] = sent.split(" ");
      await machineOf(version)?.wake(token);
    }
  }

  /** What DescribeExecution answers from now on. */
  async function showExecutions(): Promise<void> {
    for (const [id, execution] of executions.started)
      for (const { engine } of machines) {
        const status = await engine.status(id);
        if (status !== "missing") execution.status = statuses[status] ?? "RUNNING";
      }
  }

  const items = () => scan(client, table);

  function writeRules(): void {
    parameters.set(`/sym/rules/${group}`, rules(slack.approvers));
  }

  async function empty(name: string): Promise<void> {
    for (const { pk } of await scan(client, name))
      if (pk) await client.send(new DeleteItemCommand({ TableName: name, Key: { pk } }));
  }

  return {
    ...{ slack, sandbox, trouble, items, invoke, pass, settle: () => timers.settle() },
    /** Deploys another version of the flow, of the handler, or of both. */
    deploy: (next: Partial<typeof inUse>) => Object.assign(inUse, next),
    async call(person: string, method: string, path: string, body?: object) {
      const url = new URL(path, "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com");
      const request = { method, url, headers: {}, body: body === undefined ? "" : JSON.stringify(body) };
      const caller = { arn: `${role}/${person}@example.com`, accessKeyId: "AKIAIOSFODNN7EXAMPLE" };
      const answer = (await invoke("api", httpApiEvent(request, caller))) as {
        statusCode: number;
        body: string;
      };
      await timers.settle();
      return { status: answer.statusCode, body: JSON.parse(answer.body) };
    },
    async watch(): Promise<void> {
      await showExecutions();
      await invoke("watchman", {});
      await timers.settle();
    },
    sweep: () => invokeHandler({ event: { type: "sweep" } }),
    stop(id: string): void {
      for (const { engine } of machines) engine.stop(id);
    },
    /** The table of leases after the scene: nothing of its requests is left. */
    leases: () => scan(client, leases),
    /** Replaces the records of requests. */
    async replace(records: Item[]): Promise<void> {
      await empty(table);
      for (const Item of records) await client.send(new PutItemCommand({ TableName: table, Item }));
    },
    /** An account without requests. The functions stay warm. */
    async begin(): Promise<void> {
      for (const name of [table, leases]) await empty(name);
      executions.started.clear();
      ({ timers, machines } = newMachines());
      Object.assign(trouble, { isHandlerDown: false, areWakesLost: false });
      Object.assign(inUse, { flow: first, handler: first });
      sandbox.reset();
      sandbox.secretsManager.putSecret(slack.secretName, slack.secret);
      sandbox.iam.createGroup(group);
      for (const name of ["robin", "sam"]) sandbox.iam.createUser(`${name}@example.com`);
      functions.set(handlerArn, invokeHandler);
      writeRules();
    },
    async close(): Promise<void> {
      for (const lambda of lambdas.values()) await lambda.close();
      await sandbox.close();
      await slack.close();
      await dynamoDb.close();
    },
  };

  /** Lets minutes pass for the engine. */
  async function pass(minutes: number): Promise<void> {
    await timers.passUntil(Date.now() + minutes * 60_000);
    expect(executions.woken).toEqual([]);
  }
}

const statuses = {
  running: "RUNNING",
  succeeded: "SUCCEEDED",
  failed: "FAILED",
  "timed-out": "TIMED_OUT",
  aborted: "ABORTED",
  missing: undefined,
} as const;

/** Robin and Sam may ask, and Alex and Kim may approve. */
function rules(channel: string): string {
  return JSON.stringify({
    target: group,
    label: "Production admins",
    function_arn: handlerArn,
    settings: { group_name: group },
    slack_channel: channel,
    may_ask: { people: ["robin@example.com", "sam@example.com"] },
    may_approve: { people: ["alex@example.com", "kim@example.com"] },
    durations: ["30m", "1h"],
    longest: "1h",
    decide_within: "8h",
    break_glass: {
      may_ask: { people: ["robin@example.com"] },
      longest: "30m",
      reason: { ticket: { pattern: "INC-\\d+", example: "INC-7: the importer is down" } },
      message: "The glass of production is broken.",
    },
  });
}
