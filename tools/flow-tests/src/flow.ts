// A deployed flow in use: people who ask and decide, time that passes, and what the table and IAM hold.
import { fileURLToPath } from "node:url";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  CreateUserCommand,
  GetGroupCommand,
  IAMClient,
} from "@aws-sdk/client-iam";
import { GetExecutionHistoryCommand, SFNClient, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { type AccessRequest, dynamoDbStore } from "@sym/flow";
import type { Tools } from "@sym/infra-tests/tools";
import { findBundle } from "@sym/local-lambda/handler-bundles";
import { awsVariables, type Deployment, flowVariables, prepareDeployment } from "./deployment.ts";
import type { GatewayOptions } from "./gateway.ts";
import { needOf, type Permissions, readPermissions } from "./permissions.ts";

export type Flow = Awaited<ReturnType<typeof startFlow>>;

/** The answer of the flow's API. */
export type ApiAnswer = {
  status: number;
  body: { request?: { id: string; status: string }; error?: string };
};

const minuteMs = 60_000;
const tickMs = 30_000;
const roundMs = 5 * minuteMs;
const group = "prod-admins";
/** Robin, Sam and Kim may ask; Alex, Sam and Kim may approve. */
export const robin = "robin@example.com";
export const sam = "sam@example.com";
export const kim = "kim@example.com";
export const alex = "alex@example.com";

const functionNames = ["plan", "ask", "escalate", "hold", "deescalate", "watchman", "api"].map(
  (name) => `sym-flow-${name}`,
);

/** Deploys the flow. `fateOf`: what happens to each call of a function. */
export async function startFlow(tools: Tools, fateOf: GatewayOptions["fateOf"]) {
  let permissions: Permissions | undefined;
  const allows: GatewayOptions["allows"] = (name, request) =>
    permissions?.allows(name, needOf(request)) ?? true;
  const deployment = await prepareDeployment(tools, { bundleOf, fateOf, allows });
  const { gateway } = deployment;
  const aws = {
    endpoint: gateway.url,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
  const iam = new IAMClient(aws);
  await iam.send(new CreateGroupCommand({ GroupName: group }));
  for (const UserName of [robin, sam, kim]) await iam.send(new CreateUserCommand({ UserName }));
  await apply(deployment);
  const { requests_table_name: table, state_machine_arn: machine } = await deployment.outputs("flow");
  const store = dynamoDbStore(String(table), { client: new DynamoDBClient(aws) });
  const engine = new SFNClient(aws);
  permissions = await readPermissions(iam, functionNames);
  const executionOf = (id: string) => `${String(machine).replace(":stateMachine:", ":execution:")}:${id}`;
  let nextRound = gateway.now() + roundMs;

  /** Calls the API as API Gateway does, for a person with the role Access. */
  async function call(person: string, method: string, address: string, body?: unknown): Promise<ApiAnswer> {
    const [path = "", rawQueryString = ""] = address.split("?");
    const userArn = `arn:aws:sts::123456789012:assumed-role/Access/${person}`;
    const event = {
      version: "2.0",
      routeKey: `${method} ${path}`,
      rawPath: path,
      rawQueryString,
      headers: { "content-type": "application/json" },
      requestContext: {
        accountId: "123456789012",
        http: { method, path, protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "test" },
        authorizer: { iam: { userArn, accountId: "123456789012", accessKey: "ASIAEXAMPLE" } },
        stage: "$default",
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      isBase64Encoded: false,
    };
    const { statusCode = 500, body: answer = "{}" } = await gateway.invoke("sym-flow-api", event);
    return { status: statusCode, body: JSON.parse(answer) };
  }

  /** Waits until no function has run for a moment: then every execution waits, for time or for a person. */
  async function quiet(): Promise<void> {
    for (let calm = 0; calm < 3; calm = gateway.isIdle() ? calm + 1 : 0)
      await new Promise((resolve) => setTimeout(resolve, 40));
  }

  /** Lets a tick of time pass, and starts the scheduled rounds of the watchman and the sweep that are due. */
  async function tick(): Promise<void> {
    await quiet();
    await gateway.advance(tickMs);
    if (gateway.now() < nextRound) return;
    nextRound = gateway.now() + roundMs;
    await gateway.invoke("sym-flow-watchman", {}).catch(() => undefined);
    await gateway.invoke("sym-iam-group", { event: { type: "sweep" } }).catch(() => undefined);
  }

  async function read(id: string): Promise<AccessRequest> {
    const request = await store.read(id);
    if (request === undefined) throw new Error(`There is no request ${id}`);
    return request;
  }

  return {
    deployment,
    store,
    permissions,
    call,
    read,
    /** Asks, and returns the id of the request. */
    async ask(person: string, asked: Record<string, unknown> = {}): Promise<string> {
      const body = { target: "prod-admins", duration: "30m", reason: "Restart the importer", ...asked };
      const answer = await call(person, "POST", "/requests", body);
      if (answer.body.request === undefined) throw new Error(answer.body.error ?? "There is no answer");
      return answer.body.request.id;
    },
    tick,
    decide: (person: string, id: string, what: string) => call(person, "POST", `/requests/${id}/${what}`, {}),
    /** Lets time pass until the condition holds, for these minutes at most. */
    async until(minutes: number, holds: () => Promise<boolean>): Promise<void> {
      const end = gateway.now() + minutes * minuteMs;
      for (;;) {
        await quiet();
        if (await holds()) return;
        if (gateway.now() > end) throw new Error(`The condition does not hold after ${minutes} minutes`);
        await tick();
      }
    },
    /** Gives a person the access without any request. */
    async giveStanding(UserName: string): Promise<void> {
      await iam.send(new AddUserToGroupCommand({ GroupName: group, UserName }));
    },
    async members(): Promise<string[]> {
      const { Users = [] } = await iam.send(new GetGroupCommand({ GroupName: group }));
      return Users.map(({ UserName = "" }) => UserName).sort();
    },
    /** How many states the execution of a request has entered. AWS bills each. */
    async transitions(id: string): Promise<number> {
      const { events = [] } = await engine.send(
        new GetExecutionHistoryCommand({ executionArn: executionOf(id), maxResults: 1_000 }),
      );
      return events.filter(({ type = "" }) => type.endsWith("StateEntered")).length;
    },
    /** Stops the execution of a request, as an administrator can. */
    async stop(id: string): Promise<void> {
      await engine.send(new StopExecutionCommand({ executionArn: executionOf(id) }));
    },
  };
}

async function apply(deployment: Deployment): Promise<void> {
  for (const root of ["aws", "flow"] as const) await deployment.terraform(root, ["init", "-backend=false"]);
  await deployment.terraform("aws", ["apply", "-auto-approve"], awsVariables);
  const { function_arns: functionArns } = await deployment.outputs("aws");
  await deployment.terraform("flow", ["apply", "-auto-approve"], flowVariables(functionArns));
}

function bundleOf(functionName: string): string {
  if (!functionName.startsWith("sym-flow-")) return findBundle(functionName.replace("sym-", ""));
  return fileURLToPath(new URL("../../../packages/flow-functions/dist/index.cjs", import.meta.url));
}
