import { type LeasesTable, startLeasesTable } from "@sym/local-lambda/leases-table";
import { type LocalLambda, startLocalLambda } from "@sym/local-lambda/local-lambda";
import { type Sandbox, startSandbox } from "@sym/stand-ins/sandbox";
import { testPayload } from "@sym/test-payloads/payloads";
import { expect } from "vitest";

export const robin = "robin.requester@example.com";
export const sam = "sam.second@example.com";
export const escalate = testPayload("escalate.json");
export const deescalate = testPayload("deescalate.json");
const functionArn = escalate.fields.target.settings.arn;

type IamGroupAnswer = { body: Record<string, unknown>; errors: string[] };

export type IamFixture = {
  sandbox: Sandbox;
  /** The table of leases. */
  dynamoDb: LeasesTable;
  /** Two payloads with the same `requestId` are two deliveries of the same event. */
  send(payload: unknown, requestId?: string): Promise<{ answer: IamGroupAnswer; logs: string }>;
  /** A function that has just started, with the same table. */
  fresh(): IamFixture["send"];
  /** Sends a payload, and kills the function after its first call of `action`, which stays without an answer. */
  sendAndKill(payload: unknown, action: string): Promise<void>;
};

/** Runs the built bundle against an account with Robin and the group prod-admins; the test adds the rest. */
export async function inAccount(
  play: (fixture: IamFixture) => Promise<void>,
  environment: Record<string, string> = {},
  timeoutMilliseconds = 6_000,
) {
  const sandbox = await startSandbox();
  const dynamoDb = await startLeasesTable();
  sandbox.iam.createUser(robin);
  sandbox.iam.createGroup("prod-admins");
  const lambdas: LocalLambda[] = [];
  const start = () => {
    const lambda = startLocalLambda({
      bundle: new URL("../dist/index.cjs", import.meta.url).pathname,
      functionArn,
      timeoutMilliseconds,
      environment: { ...sandbox.env, ...dynamoDb.env, LEASES_TABLE: dynamoDb.table, ...environment },
    });
    lambdas.push(lambda);
    const send: IamFixture["send"] = async (payload, requestId) => {
      const options = requestId === undefined ? {} : { requestId };
      const { payload: answer, functionError, logs } = await lambda.invoke(payload, options);
      expect(functionError).toBeUndefined();
      return { answer: answer as IamGroupAnswer, logs: logs.join("\n") };
    };
    return { lambda, send };
  };
  const { lambda, send } = start();
  try {
    await play({
      sandbox,
      dynamoDb,
      send,
      fresh: () => start().send,
      async sendAndKill(payload, action) {
        const dead = lambda.invoke(payload);
        await expect.poll(() => sandbox.calls.at(-1)).toMatchObject({ action, status: 0 });
        for (const { pid } of lambda.environments()) lambda.kill(pid);
        expect((await dead).functionError).toBe("Unhandled");
      },
    });
  } finally {
    for (const one of lambdas) await one.close();
    await sandbox.close();
    await dynamoDb.close();
  }
}

export function withSettings(payload: typeof escalate, settings: Record<string, string>) {
  const copy = structuredClone(payload);
  Object.assign(copy.fields.target.settings, settings);
  return copy;
}

export function withRequester(payload: typeof escalate, username: string) {
  const copy = structuredClone(payload);
  copy.run.actors.request.username = username;
  return copy;
}

/** The same payload for another run. */
export function withRun(payload: typeof escalate, runId: string) {
  const copy = structuredClone(payload);
  copy.run.srn = copy.run.srn.replace(/[^:]*$/, runId);
  return copy;
}
