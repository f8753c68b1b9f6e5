import { createHash } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { GetFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { startLocalLambda } from "@sym/local-lambda/local-lambda";
import type { Sandbox } from "@sym/stand-ins/sandbox";
import { unzipSync } from "fflate";
import { expect } from "vitest";
import { type Change, type Deployment, readZip } from "./deployment.ts";
import type { Story } from "./least-privilege/story.ts";
import { eventFor } from "./stack.test-support.ts";

/** The deployment, the sandbox around the functions, and a folder for unpacked zips. */
type Deployed = { deployment: Deployment; sandbox: Sandbox; folder: string };

/**
 * Runs a function as AWS would: with the zip and environment given to moto, and its table there. `written`: its
 * metrics.
 */
export async function deployedFunction({ deployment, sandbox, folder }: Deployed, story: Story) {
  const { handler } = story;
  const outputs = await deployment.outputs();
  const moto = {
    endpoint: deployment.moto.url,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
  const functions = new LambdaClient(moto);
  const { Configuration: configuration } = await functions.send(
    new GetFunctionCommand({ FunctionName: outputs["function_arns"][handler] }),
  );
  const zip = readZip(handler);
  expect(configuration).toMatchObject({
    CodeSha256: createHash("sha256").update(zip).digest("base64"),
    Handler: "index.handler",
    Role: outputs["function_role_arns"][handler],
    Runtime: "nodejs22.x",
    Architectures: ["arm64"],
    Timeout: 30,
  });
  const unzipped = mkdtempSync(path.join(folder, `${handler}-`));
  for (const [name, bytes] of Object.entries(unzipSync(zip))) writeFileSync(path.join(unzipped, name), bytes);
  const environment = { ...configuration?.Environment?.Variables, ...story.servers?.(sandbox) };
  const { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = sandbox.env;
  const lambda = startLocalLambda({
    bundle: unzipped,
    functionArn: outputs["function_arns"][handler],
    environment: {
      ...environment,
      AWS_ENDPOINT_URL,
      AWS_ENDPOINT_URL_DYNAMODB: deployment.moto.url,
      AWS_ACCESS_KEY_ID,
      AWS_SECRET_ACCESS_KEY,
    },
  });
  const client = new DynamoDBClient(moto);
  const table = { client, table: environment["LEASES_TABLE"] ?? "" };
  await client.send(new ScanCommand({ TableName: table.table }));
  const written: ReturnType<typeof metricsIn> = [];
  const send = async (event: unknown) => {
    const { payload, logs } = await lambda.invoke(event);
    written.push(...logs.flatMap(metricsIn));
    return payload;
  };
  const functionArn: string = outputs["function_arns"][handler];
  /** A test payload for the story's target, addressed to this function by default. */
  const event = (file: string, to = functionArn) => eventFor(file, to, story.target);
  return { lambda, table, event, send, written };
}

/** The changed attributes, each as `address: attribute`. */
export function differences({ address, before, after }: Change): string[] {
  const [old, now] = [before, after].map((values) => values as Record<string, unknown> | null);
  const names = new Set([...Object.keys(old ?? {}), ...Object.keys(now ?? {})]);
  return [...names]
    .filter((name) => JSON.stringify(old?.[name]) !== JSON.stringify(now?.[name]))
    .map((name) => `${address}: ${name}`)
    .sort();
}

/** The metrics of a log line in CloudWatch's embedded format; none for any other line. */
export function metricsIn(line: string) {
  const { _aws: embedded, ...fields } = JSON.parse(line);
  type Directive = { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] };
  return ((embedded?.CloudWatchMetrics ?? []) as Directive[]).flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) =>
      Metrics.map(({ Name }) => ({
        namespace: Namespace,
        metric: Name,
        dimensions: Object.fromEntries(names.map((name) => [name, fields[name]])),
      })),
    ),
  );
}

/** Prints the duration of the work. */
export async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  try {
    return await work();
  } finally {
    process.stderr.write(`infra/aws ${what} in ${((performance.now() - start) / 1_000).toFixed(1)} s\n`);
  }
}
