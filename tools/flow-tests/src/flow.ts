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
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetExecutionHistoryCommand, SFNClient, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { type AccessRequest, dynamoDbStore } from "@sym/flow";
import type { Tools } from "@sym/infra-tests/tools";
import { findBundle } from "@sym/local-lambda/handler-bundles";
import { awsVariables, flowVariables, prepareDeployment } from "./deployment.ts";
import { type FaultySlack, type SlackFate, startFaultySlack } from "./faulty-slack.ts";
import type { GatewayOptions } from "./gateway.ts";
import { openHttpApi } from "./http-api.ts";
import { needOf, type Permissions, readPermissions } from "./permissions.ts";
import { slackPeople } from "./slack-people.ts";

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

const functionNames = ["plan", "ask", "escalate", "hold", "deescalate", "watchman", "api", "slack"].map(
  (name) => `sym-flow-${name}`,
);

export type Fates = {
  /** What happens to each call of a function to AWS. */
  fateOf: GatewayOptions["fateOf"];
  /** What happens to each call of a function to Slack, by the method. */
  slackFateOf(method: string): SlackFate;
  /** The scopes of the bot token; all scopes of the stand-in's methods, unless set. */
  scopes?: string[];
};

/** Deploys the flow, with Slack. */
export async function startFlow(tools: Tools, { fateOf, slackFateOf, scopes }: Fates) {
  let permissions: Permissions | undefined;
  const allows: GatewayOptions["allows"] = (name, request) =>
    permissions?.allows(name, needOf(request)) ?? true;
  const faultySlack = await startFaultySlack(slackFateOf);
  const { workspace } = faultySlack;
  const deployment = await prepareDeployment(tools, {
    ...{ bundleOf, fateOf, allows },
    slackUrl: faultySlack.url,
  });
  const { gateway } = deployment;
  const aws = {
    endpoint: gateway.url,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
  const iam = new IAMClient(aws);
  await iam.send(new CreateGroupCommand({ GroupName: group }));
  for (const UserName of [robin, sam, kim]) await iam.send(new CreateUserCommand({ UserName }));
  const secretArn = await createSecret(new SecretsManagerClient(aws), faultySlack, scopes);
  for (const root of ["aws", "flow"] as const) await deployment.terraform(root, ["init", "-backend=false"]);
  await deployment.terraform("aws", ["apply", "-auto-approve"], awsVariables);
  const { function_arns: functionArns } = await deployment.outputs("aws");

  /** Deploys infra/flow with these changes of its variables. */
  async function apply(changes: Record<string, unknown> = {}): Promise<void> {
    const variables = { ...flowVariables(functionArns, secretArn, workspace.team.id), ...changes };
    await deployment.terraform("flow", ["apply", "-auto-approve"], variables);
  }

  await apply();
  const outputs = await deployment.outputs("flow");
  const { requests_table_name: table, state_machine_arn: machine } = outputs;
  const store = dynamoDbStore(String(table), { client: new DynamoDBClient(aws) });
  const engine = new SFNClient(aws);
  const api = await openHttpApi(gateway, String(outputs["api_url"]));
  const slack = slackPeople(faultySlack, [robin, sam, kim, alex], {
    now: gateway.now,
    path: new URL(String(outputs["slack_request_url"])).pathname,
    send: api.receive,
  });
  slack.addLeads([sam, kim]);
  permissions = await readPermissions(iam, functionNames);
  const executionOf = (id: string) => `${String(machine).replace(":stateMachine:", ":execution:")}:${id}`;
  let nextRound = gateway.now() + roundMs;

  /** Calls the API for a person with the role Access. */
  async function call(person: string, method: string, path: string, body?: unknown): Promise<ApiAnswer> {
    const principal = `arn:aws:sts::123456789012:assumed-role/Access/${person}`;
    const answer = await api.call(principal, method, path, body);
    return { status: answer.statusCode, body: JSON.parse(answer.body) };
  }

  /** Waits until no function has run for a moment: then every execution waits, for time or for a person. */
  async function quiet(): Promise<void> {
    for (let calm = 0; calm < 3; calm = gateway.isIdle() ? calm + 1 : 0)
      await new Promise((resolve) => setTimeout(resolve, 40));
  }

  /** Lets a tick of time pass, and starts the scheduled rounds of the watchman and the sweep that are due. */
  async function tick(milliseconds = tickMs): Promise<void> {
    await quiet();
    await gateway.advance(milliseconds);
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
    ...{ deployment, apply, outputs, store, permissions, slack, call, read },
    async close(): Promise<void> {
      await deployment.close();
      await slack.close();
    },
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

/** The secret of the Slack app, as a person creates the secret. */
async function createSecret(client: SecretsManagerClient, slack: FaultySlack, scopes?: string[]) {
  const { token, workspace } = slack;
  const secret = {
    bot_token: scopes === undefined ? token : workspace.addToken(scopes),
    signing_secret: workspace.signingSecret,
  };
  const command = new CreateSecretCommand({ Name: "sym/slack", SecretString: JSON.stringify(secret) });
  const { ARN = "" } = await client.send(command);
  return ARN;
}

function bundleOf(functionName: string): string {
  if (!functionName.startsWith("sym-flow-")) return findBundle(functionName.replace("sym-", ""));
  const folder = functionName === "sym-flow-slack" ? "slack-door" : "flow-functions";
  return fileURLToPath(new URL(`../../../packages/${folder}/dist/index.cjs`, import.meta.url));
}
