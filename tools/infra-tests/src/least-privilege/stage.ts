import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type LeasesTable, startLeasesTable } from "@sym/local-lambda/leases-table";
import { passTime } from "@sym/local-lambda/table-time";
import type { PolicyDocument } from "@sym/stand-ins/enforcement/policy";
import type { Call, Need } from "@sym/stand-ins/kernel/call";
import { type Sandbox, startSandbox } from "@sym/stand-ins/sandbox";
import { testPayload } from "@sym/test-payloads/payloads";

type StoryAnswer = { body: Record<string, unknown>; errors: string[] };
export type StringSettings = Record<string, string>;

/** One scene of a handler's story. It throws if anything is not as it must be. */
export type Scene = { name: string; play(actor: Actor): Promise<void> };

/** A handler on its way through a scene: a function that has just started, with nothing remembered. */
type Actor = {
  sandbox: Sandbox;
  send(payload: unknown): Promise<StoryAnswer>;
  /** Sends an event, and throws unless the answer has this outcome, and no errors. */
  act(payload: unknown, outcome: string): Promise<void>;
  /** Sends an event, and throws unless it is refused, or fails, with such a sentence. */
  refused(payload: unknown, sentence: RegExp): Promise<void>;
  /** Lets the time of all requests pass, and sends a sweep; throws unless it has ended that many of them. */
  sweep(orphans: number): Promise<void>;
  /** The same handler with another environment, started anew. */
  restart(environment: StringSettings): Actor;
};

/** All that happens of one handler, and what it needs to happen. */
export type Story = {
  handler: string;
  /** The value of its variable in `infra/aws`: all that it can be given, but for keys of KMS, and what the story is about. */
  variable(sandbox: Sandbox): object;
  /** Settings of a target that it may touch, without the ARN. */
  target: StringSettings;
  /** Where the servers are that are not AWS's, if there are any, in variables of the function. */
  servers?(sandbox: Sandbox): StringSettings;
  /** Other variables of the function, as `infra/aws` would set them. */
  environment(sandbox: Sandbox): StringSettings;
  /**
   * Starts the server that the story needs besides the sandbox, and returns what stops it. Throws with the reason where
   * it cannot run.
   */
  start?(): Promise<() => Promise<void>>;
  seed(sandbox: Sandbox): void | Promise<void>;
  /** What the target system holds of the access to `target`; two readings are equal if nothing has changed. */
  holds(sandbox: Sandbox): unknown;
  /** What has to happen before a change can be followed by another. */
  between?(sandbox: Sandbox): void | Promise<void>;
  scenes: Scene[];
  /** Scenes in which the handler is asked to touch something that is not its own, and may not. */
  neighbours: Scene[];
  /** Scenes in which AWS allows everything, and another system does not. */
  refusedElsewhere?: Scene[];
  /** Policies of roles in other accounts, which the handler assumes. */
  otherRoles?: Record<string, PolicyDocument[]>;
  /** A system that is not AWS's. */
  outsideAws?: OutsideAws;
};

/** What a system that is not AWS's was asked in a scene, and what each call needs to be allowed. Nothing enforces it here. */
export type OutsideAws = {
  title: string;
  /** Finds the system's own calls among all, or keeps a record itself. Throws for a call of which nobody has written it. */
  rowsOf(calls: Call[]): PermissionRow[];
};

/** A row of permissions.md, in Markdown. */
export type PermissionRow = { call: string; permission: string };

/** How a scene ended: `failure` says what was not as it must be. `needs` is what IAM was asked of the function itself. */
export type Played = { failure?: string; calls: Call[]; needs: Need[] };

const hour = 3_600_000;
const handlers = fileURLToPath(new URL("../../../../handlers", import.meta.url));
const load = createRequire(import.meta.url);
const home = { AWS_CONFIG_FILE: "/dev/null", AWS_SHARED_CREDENTIALS_FILE: "/dev/null" };

/**
 * Plays one scene in a world of its own, with the function's role held to these policies. The handler's built bundle
 * runs in this process, so only one scene can be played at a time.
 */
export async function play(story: Story, scene: Scene, policies: PolicyDocument[]): Promise<Played> {
  // As modules/handler names the table of a function.
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
        throw new Error(`a sweep that said ${JSON.stringify(body)}: ${errors.join("; ")}`);
    },
    restart(environment) {
      Object.assign(process.env, environment);
      return actorOf(handler, sandbox, dynamoDb);
    },
  };
}

/** As Lambda does for a new environment. */
function loadAnew(bundle: string): { handler(event: unknown, context: object): Promise<StoryAnswer> } {
  delete load.cache[bundle];
  return load(bundle);
}

/** Returns what went wrong, if something did. */
async function withEnvironment(
  environment: StringSettings,
  playScene: () => Promise<void>,
): Promise<string | undefined> {
  const before = process.env;
  // As in Lambda: nothing of this process's own.
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

/** Drops the lines that functions print, from now on: one that had to give up may still print after its answer. */
function leaveOutLogs(): void {
  if (isQuiet) return;
  isQuiet = true;
  const print = process.stdout.write.bind(process.stdout) as (...all: unknown[]) => boolean;
  process.stdout.write = (...[text, ...rest]: unknown[]) =>
    /^\{"(level|_aws)":/.test(String(text)) || print(text, ...rest);
}

const functionArn: string = testPayload("escalate.json").fields.target.settings.arn;
export const robin = "robin.requester@example.com";

/** The events of Robin's request, and of a second one of Robin's, for a target with these settings. */
export function requestsFor(settings: StringSettings) {
  const event = (file: string) => {
    const payload = testPayload(file);
    payload.fields.target.settings = { arn: functionArn, ...settings };
    return payload;
  };
  const pair = (prefix: string) => ({
    escalate: event(`${prefix}escalate.json`),
    deescalate: event(`${prefix}deescalate.json`),
  });
  return { first: pair(""), overlap: pair("overlap-") };
}

export type Requests = ReturnType<typeof requestsFor>;

export function requestedBy(payload: unknown, username: string): unknown {
  const copy = structuredClone(payload) as ReturnType<typeof testPayload>;
  copy.run.actors.request.username = username;
  return copy;
}
