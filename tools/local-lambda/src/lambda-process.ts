import { type ChildProcessByStdio, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { recordSecretsOf } from "@sym/stand-ins/kernel/record";

/** The settings of all environments of a function; `handler` in Lambda's spelling, `index.handler`. */
export type FunctionSettings = {
  functionArn: string;
  taskRoot: string;
  handler: string;
  node: string;
  timeoutMilliseconds: number;
  initTimeoutMilliseconds: number;
  environment: Record<string, string>;
  /** The function's clock, in milliseconds since 1970. */
  now: (() => number) | undefined;
  /** Whether the function's clock stands still during an event. */
  standsStill: boolean;
};

export type LambdaProcess = ChildProcessByStdio<Writable, Readable, Readable> & { pid: number };

const BOOTSTRAP = fileURLToPath(new URL("./lambda-bootstrap.cjs", import.meta.url));

/** Starts the bootstrap, which asks the Runtime API at `address` for events. Rejects if `node` does not start. */
export async function spawnLambda(settings: FunctionSettings, address: string): Promise<LambdaProcess> {
  recordSecretsOf(settings.environment);
  const child = spawn(settings.node, [BOOTSTRAP], {
    cwd: settings.taskRoot,
    env: lambdaEnvironment(settings, address),
    stdio: ["pipe", "pipe", "pipe"],
  });
  await once(child, "spawn");
  return child as LambdaProcess;
}

/**
 * Lambda's environment variables and the function's, without those of this process. Source:
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
function lambdaEnvironment(settings: FunctionSettings, address: string): Record<string, string> {
  const [, , , region = "", , , functionName = ""] = settings.functionArn.split(":");
  return {
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    AWS_REGION: region,
    // Lambda sets no HOME, and its user's home is empty. Without this line, SDK clients would read the developer's
    // ~/.aws.
    HOME: "/home/sbx_user1051",
    LANG: "en_US.UTF-8",
    PATH: "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
    TZ: ":UTC",
    ...settings.environment,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128",
    AWS_LAMBDA_FUNCTION_NAME: functionName,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: `sandbox/[$LATEST]${randomUUID().replaceAll("-", "")}`,
    AWS_LAMBDA_RUNTIME_API: address,
    LAMBDA_RUNTIME_DIR: "/var/runtime",
    LAMBDA_TASK_ROOT: settings.taskRoot,
    _HANDLER: settings.handler,
    ...(settings.now && { LOCAL_LAMBDA_CLOCK: settings.standsStill ? "stands" : "runs" }),
  };
}
