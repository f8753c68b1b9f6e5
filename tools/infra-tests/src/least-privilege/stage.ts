import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type LeasesTable, startLeasesTable } from "@sym/local-lambda/leases-table";
import { passTime } from "@sym/local-lambda/table-time";
import type { PolicyDocument } from "@sym/stand-ins/enforcement/policy";
import type { Call, Need } from "@sym/stand-ins/kernel/call";
import { type Sandbox, startSandbox } from "@sym/stand-ins/sandbox";
import {
  type Actor,
  functionArn,
  type Scene,
  type Story,
  type StoryAnswer,
  type StringSettings,
} from "./story.ts";

/**
 * The end of a scene. `failure`: the error, if any. `needs`: the permissions that IAM checked for the function's own
 * role.
 */
export type Played = { failure?: string; calls: Call[]; needs: Need[] };

const hour = 3_600_000;
const handlers = fileURLToPath(new URL("../../../../handlers", import.meta.url));
const load = createRequire(import.meta.url);
const home = { AWS_CONFIG_FILE: "/dev/null", AWS_SHARED_CREDENTIALS_FILE: "/dev/null" };

/**
 * Plays one scene in a new sandbox, with these policies on the function's role. The handler's built bundle runs in this
 * process, so only one scene can run at a time.
 */
export async function play(story: Story, scene: Scene, policies: PolicyDocument[]): Promise<Played> {
  // The name of a function's table in modules/handler.
  const dynamoDb = await startLeasesTable({ table: `sym-${story.handler}-leases` });
  const sandbox = await startSandbox({ dynamoDb });
  try {
    await story.seed(sandbox);
    for (const [role, documents] of Object.entries(story.otherRoles ?? {})) sandbox.enforce(role, documents);
    sandbox.enforce(sandbox.executionRole, policies);
    const failure = await withEnvironment(
      {
        ...home,
        ...sandbox.env,
        LEASES_TABLE: dynamoDb.table,
        ...story.servers?.(sandbox),
        ...story.environment(sandbox),
      },
      () => scene.play(actorOf(story.handler, sandbox, dynamoDb)),
    );
    const account = sandbox.executionRole.split(":")[4];
    const needs = sandbox.calls.flatMap((call) => (call.account === account ? (call.needs ?? []) : []));
    return { ...(failure !== undefined && { failure }), calls: [...sandbox.calls], needs };
  } finally {
    await sandbox.close();
    await dynamoDb.close();
  }
}

function actorOf(handler: string, sandbox: Sandbox, dynamoDb: LeasesTable): Actor {
  const { handler: run } = loadAnew(path.join(handlers, handler, "dist", "index.cjs"));
  let requests = 0;
  const send = async (payload: unknown): Promise<StoryAnswer> => {
    requests += 1;
    const deadline = Date.now() + 30_000;
    return run(payload, {
      awsRequestId: `request-${requests}`,
      invokedFunctionArn: functionArn,
      getRemainingTimeInMillis: () => deadline - Date.now(),
    });
  };
  return {
    sandbox,
    send,
    async act(payload, outcome) {
      const { body, errors } = await send(payload);
      if (body["outcome"] !== outcome || errors.length > 0)
        throw new Error(`${body["outcome"]} instead of ${outcome}: ${errors.join("; ")}`);
    },
    async refused(payload, sentence) {
      const { body, errors } = await send(payload);
      if (!errors.some((error) => sentence.test(error)))
        throw new Error(`${body["outcome"]} without ${sentence}: ${errors.join("; ")}`);
    },
    async sweep(orphans) {
      await passTime(dynamoDb, 1_000 * hour);
      const { body, errors } = await send({ event: { type: "sweep" } });
      if (body["orphans"] !== orphans || body["failed"] !== 0 || errors.length > 0)
        throw new Error(`the sweep answered ${JSON.stringify(body)}: ${errors.join("; ")}`);
    },
    restart(environment) {
      Object.assign(process.env, environment);
      return actorOf(handler, sandbox, dynamoDb);
    },
  };
}

/** Reloads the bundle, like Lambda for a new environment. */
function loadAnew(bundle: string): { handler(event: unknown, context: object): Promise<StoryAnswer> } {
  delete load.cache[bundle];
  return load(bundle);
}

/** Plays a scene in this environment. Returns the error's message, if any. */
async function withEnvironment(
  environment: StringSettings,
  playScene: () => Promise<void>,
): Promise<string | undefined> {
  const before = process.env;
  // As in Lambda, without the variables of this process.
  process.env = { PATH: before["PATH"], ...environment };
  leaveOutLogs();
  try {
    await playScene();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    process.env = before;
  }
}

let isQuiet = false;

/** Drops all log lines of functions from now on: a function that ran out of time may print after its answer. */
function leaveOutLogs(): void {
  if (isQuiet) return;
  isQuiet = true;
  const print = process.stdout.write.bind(process.stdout) as (...all: unknown[]) => boolean;
  process.stdout.write = (...[text, ...rest]: unknown[]) =>
    /^\{"(level|_aws)":/.test(String(text)) || print(text, ...rest);
}
