import { type Sandbox, startSandbox } from "@sym/stand-ins/sandbox";
import { testPayload } from "@sym/test-payloads/payloads";
import { expect } from "vitest";
import { type LeasesTable, startLeasesTable } from "./leases-table.ts";
import { type LocalLambda, startLocalLambda } from "./local-lambda.ts";

export const robin = "robin.requester@example.com";
export const sam = "sam.second@example.com";
const functionArn = testPayload("escalate.json").fields.target.settings.arn;

type FunctionAnswer = { body: Record<string, unknown>; errors: string[] };
type Run = "escalate" | "deescalate";
type Settings = Record<string, string>;

export type FunctionFixture = {
  sandbox: Sandbox;
  /** The table of leases. */
  dynamoDb: LeasesTable;
  send(payload: unknown): Promise<{ answer: FunctionAnswer; logs: string }>;
  outcome(payload: unknown): Promise<unknown>;
  /** Starts a second function of the same bundle on the same table, with these other variables. */
  beside(environment: Settings): Pick<FunctionFixture, "send" | "outcome">;
};

/** Runs a built bundle with leases against an empty sandbox. */
export function fixtureOf(bundle: URL) {
  return async function inSandbox(
    play: (fixture: FunctionFixture) => Promise<void>,
    environment: Settings = {},
    timeoutMilliseconds = 8_000,
  ): Promise<void> {
    const sandbox = await startSandbox();
    const dynamoDb = await startLeasesTable();
    const lambdas: LocalLambda[] = [];
    const start = (different: Settings) => {
      const lambda = startLocalLambda({
        bundle: bundle.pathname,
        functionArn,
        timeoutMilliseconds,
        environment: { ...sandbox.env, ...dynamoDb.env, LEASES_TABLE: dynamoDb.table, ...different },
      });
      lambdas.push(lambda);
      const send = async (payload: unknown) => {
        const { payload: answer, functionError, logs } = await lambda.invoke(payload);
        expect(functionError).toBeUndefined();
        return { answer: answer as FunctionAnswer, logs: logs.join("\n") };
      };
      const outcome = async (payload: unknown) => (await send(payload)).answer.body["outcome"];
      return { send, outcome };
    };
    const beside = (different: Settings) => start({ ...environment, ...different });
    try {
      await play({ sandbox, dynamoDb, beside, ...start(environment) });
    } finally {
      for (const lambda of lambdas) await lambda.close();
      await sandbox.close();
      await dynamoDb.close();
    }
  };
}

/** The events of Robin's requests and of Sam's request, for a target with these settings. */
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

/** The same event of another run. */
export function withRun<Payload extends { run: { srn: string } }>(
  payload: Payload,
  run: number | string,
): Payload {
  const copy = structuredClone(payload);
  copy.run.srn = copy.run.srn.replace(/[^:]*$/, `run-${run}`);
  return copy;
}

export const sweep = { event: { type: "sweep" } };
