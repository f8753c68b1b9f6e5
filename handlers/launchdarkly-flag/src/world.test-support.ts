import { type LeasesTable, startLeasesTable } from "@sym/local-lambda/leases-table";
import { startLocalLambda } from "@sym/local-lambda/local-lambda";
import { type Sandbox, startSandbox } from "@sym/stand-ins/sandbox";
import { testPayload } from "@sym/test-payloads/payloads";
import { expect } from "vitest";

export const robin = "robin.requester@example.com";
export const sam = "sam.second@example.com";
const functionArn = testPayload("escalate.json").fields.target.settings.arn;

type FlagAnswer = { body: Record<string, unknown>; errors: string[] };
type Run = "escalate" | "deescalate";
type Settings = Record<string, string>;

export type FlagFixture = {
  sandbox: Sandbox;
  /** The table of leases. */
  dynamoDb: LeasesTable;
  send(payload: unknown): Promise<{ answer: FlagAnswer; logs: string }>;
  outcome(payload: unknown): Promise<unknown>;
};

/** Runs the built bundle with leases, against a sandbox with nothing in it but what the test adds. */
export async function inSandbox(
  play: (fixture: FlagFixture) => Promise<void>,
  environment: Settings = {},
  timeoutMilliseconds = 8_000,
) {
  const sandbox = await startSandbox();
  const dynamoDb = await startLeasesTable();
  const lambda = startLocalLambda({
    bundle: new URL("../dist/index.cjs", import.meta.url).pathname,
    functionArn,
    timeoutMilliseconds,
    environment: { ...sandbox.env, ...dynamoDb.env, LEASES_TABLE: dynamoDb.table, ...environment },
  });
  const send = async (payload: unknown) => {
    const { payload: answer, functionError, logs } = await lambda.invoke(payload);
    expect(functionError).toBeUndefined();
    return { answer: answer as FlagAnswer, logs: logs.join("\n") };
  };
  try {
    const outcome = async (payload: unknown) => (await send(payload)).answer.body["outcome"];
    await play({ sandbox, dynamoDb, send, outcome });
  } finally {
    await lambda.close();
    await sandbox.close();
    await dynamoDb.close();
  }
}

/** The events of Robin's request, of a second one of Robin's, and of Sam's, for a target with these settings. */
export function requests(settings: Settings) {
  const event =
    (file: string) =>
    (type: Run, more: Settings = {}) => {
      const payload = testPayload(`${file}${type}.json`);
      payload.fields.target.name = "new-checkout";
      payload.fields.target.label = "New checkout";
      payload.fields.target.settings = { arn: functionArn, ...settings, ...more };
      return payload;
    };
  return {
    robin: event(""),
    overlap: event("overlap-"),
    endless: event("no-duration-"),
    sam: event("second-user-"),
  };
}

export const sweep = { event: { type: "sweep" } };
