import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { type AttributeValue, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { type Finished, runScript } from "@sym/command-line/front-door.test-support";
import { leasesTable } from "@sym/leases";
import { leaseItem } from "@sym/leases/items";
import type { Lease } from "@sym/leases/lease";
import { findBundle } from "@sym/local-lambda/handler-bundles";
import { startLeasesTable } from "@sym/local-lambda/leases-table";
import { type LocalLambda, startLocalLambda } from "@sym/local-lambda/local-lambda";
import { passTime } from "@sym/local-lambda/table-time";
import { createTable, scan } from "@sym/stand-ins/dynamodb";
import { startSandbox } from "@sym/stand-ins/sandbox";
import { paths, withField } from "@sym/test-payloads/payload-fields";
import { testPayload } from "@sym/test-payloads/payloads";
import { onTestFinished } from "vitest";

const functionName = "sym-iam-group";
export const table = `${functionName}-leases`;
export const functionArn = `arn:aws:lambda:us-east-1:123456789012:function:${functionName}`;
/** The ARN of the caller whose credentials are in the environment of an account. */
export const callerArn = "arn:aws:sts::123456789012:assumed-role/sym-handler/sandbox";
/** The people who have an IAM user in an account. */
const people = ["robin.requester@example.com", "robin@example.com", "you@example.com"];

type Payload = { run: { srn: string } };

/**
 * An account in AWS with the function sym-iam-group, which is the built bundle, and with the tables of leases of two
 * deployments. IAM has the group prod-admins, and a user for each of three people.
 */
export async function openAccount() {
  const sandbox = await startSandbox();
  const dynamoDb = await startLeasesTable({ table });
  for (const other of ["sym-github-team-leases", "acme-iam-group-leases"])
    await createTable(dynamoDb.client, leasesTable(other));
  for (const person of people) sandbox.iam.createUser(person);
  sandbox.iam.createGroup("prod-admins");
  const lambda = startLocalLambda({
    bundle: findBundle("iam-group"),
    functionArn,
    environment: { ...sandbox.env, ...dynamoDb.env, LEASES_TABLE: table },
  });
  const api = await serveLambda(lambda);
  onTestFinished(async () => {
    api.close();
    await lambda.close();
    await dynamoDb.close();
    await sandbox.close();
  });
  const environment: Record<string, string> = {
    ...sandbox.env,
    ...dynamoDb.env,
    AWS_ENDPOINT_URL_LAMBDA: api.url,
    AWS_MAX_ATTEMPTS: "1",
  };
  return {
    sandbox,
    environment,
    client: dynamoDb.client,
    leases: (...args: string[]): Promise<Finished> => runScript("leases", args, { environment }),
    /** Sends a payload to the function under its own ARN. */
    send: (payload: unknown) => lambda.invoke(withField(payload, paths.setting("arn"), functionArn)),
    put: (TableName: string, Item: Record<string, AttributeValue>) =>
      dynamoDb.client.send(new PutItemCommand({ TableName, Item })),
    putLease: (TableName: string, lease: Lease) =>
      dynamoDb.client.send(new PutItemCommand({ TableName, Item: leaseItem(lease) })),
    items: (name = table) => scan(dynamoDb.client, name),
    passTime: (milliseconds: number) => passTime({ client: dynamoDb.client, table }, milliseconds),
  };
}

/** The standard escalate, for another person and with another run's id. */
export function escalateOf(requester: string, run: string): Payload {
  const payload = testPayload("escalate.json");
  payload.run.srn = payload.run.srn.replace(/[^:]*$/, run);
  payload.run.actors.request.username = requester;
  return payload;
}

/** A lease that no run holds, whose last end did not fail. */
export function someLease({ key, names, ...changes }: Partial<Lease> & Pick<Lease, "key"> & Names): Lease {
  return {
    ...{ key, version: 1, writeId: "invocation-1/1" },
    access: { host: "123456789012", resource: "AGPA1", subject: "AIDA1", names },
    ...{ standing: "absent", ours: [], begun: false, runs: new Map(), ended: new Map() },
    ...{ lock: null, changedAt: null, touchedAt: Date.now(), dueAt: null },
    ...changes,
  };
}

type Names = { names: { subject: string; resource: string } };

/** Lambda's API with one function. */
async function serveLambda(lambda: LocalLambda): Promise<{ url: string; close(): void }> {
  const server = createServer(async (request, response) => {
    const body = await text(request);
    if (/^\/2015-03-31\/functions\/?($|\?)/.test(request.url ?? ""))
      return response.end(JSON.stringify(functions));
    const [, name = "", call = ""] = /^\/2015-03-31\/functions\/([^/]+)\/(\w+)/.exec(request.url ?? "") ?? [];
    if (decodeURIComponent(name) !== functionName) return refuse(response);
    if (call === "configuration") return response.end(JSON.stringify({ FunctionArn: functionArn }));
    const { payload, functionError } = await lambda.invoke(JSON.parse(body));
    if (functionError) response.setHeader("x-amz-function-error", functionError);
    return response.end(JSON.stringify(payload));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

const functions = {
  Functions: [{ FunctionName: functionName, Environment: { Variables: { LEASES_TABLE: table } } }],
};

function refuse(response: ServerResponse): void {
  response.writeHead(404, { "x-amzn-errortype": "ResourceNotFoundException" });
  response.end('{"Message":"Function not found"}');
}
