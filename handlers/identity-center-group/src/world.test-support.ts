import { type LeasesTable, startLeasesTable } from "@sym/local-lambda/leases-table";
import { type LocalLambda, startLocalLambda } from "@sym/local-lambda/local-lambda";
import type { IdentityStore } from "@sym/stand-ins/identity-store";
import { type Sandbox, startSandbox } from "@sym/stand-ins/sandbox";
import { testPayload } from "@sym/test-payloads/payloads";
import { expect } from "vitest";

export { withRun } from "@sym/local-lambda/function-fixture.test-support";

export const robin = "robin.requester@example.com";
export const storeId = "d-1234567890";
export const escalate = withStore("escalate.json");
export const deescalate = withStore("deescalate.json");
export const bundle = new URL("../dist/index.cjs", import.meta.url).pathname;
export const functionArn = escalate.fields.target.settings.arn;
export const forever = Number.POSITIVE_INFINITY;

type IdentityCenterAnswer = { body: Record<string, unknown>; errors: string[] };

export type IdentityCenterFixture = {
  sandbox: Sandbox;
  store: IdentityStore;
  ids: { user: string; group: string };
  /** The table of leases. */
  dynamoDb: LeasesTable;
  /** Sends a payload, and fails if the log has an e-mail address. */
  send(payload: unknown): Promise<{ answer: IdentityCenterAnswer; logs: string }>;
  /** A function that has just started, with the same table. */
  fresh(): IdentityCenterFixture["send"];
  /** The number of calls by action since the last count. */
  count(): Record<string, number>;
};

/** Runs the built bundle against an identity store with Robin and the group prod-admins; the test adds the rest. */
export async function inStore(
  play: (fixture: IdentityCenterFixture) => Promise<void>,
  {
    environment = {},
    milliseconds = 6_000,
  }: { environment?: Record<string, string>; milliseconds?: number } = {},
) {
  const sandbox = await startSandbox();
  const dynamoDb = await startLeasesTable();
  const store = sandbox.identityStore.store(storeId);
  const ids = { user: store.createUser(robin), group: store.createGroup("prod-admins") };
  const lambdas: LocalLambda[] = [];
  const start = (): IdentityCenterFixture["send"] => {
    const lambda = startLocalLambda({
      bundle,
      functionArn,
      timeoutMilliseconds: milliseconds,
      environment: { ...sandbox.env, ...dynamoDb.env, LEASES_TABLE: dynamoDb.table, ...environment },
    });
    lambdas.push(lambda);
    return async (payload) => {
      const { payload: answer, functionError, logs } = await lambda.invoke(payload);
      expect(functionError).toBeUndefined();
      expect(logs.join("\n")).not.toContain("example.com");
      return { answer: answer as IdentityCenterAnswer, logs: logs.join("\n") };
    };
  };
  try {
    await play({
      sandbox,
      store,
      ids,
      dynamoDb,
      send: start(),
      fresh: start,
      count() {
        const counts: Record<string, number> = {};
        for (const { action } of sandbox.calls.splice(0)) counts[action] = (counts[action] ?? 0) + 1;
        return counts;
      },
    });
  } finally {
    for (const lambda of lambdas) await lambda.close();
    await sandbox.close();
    await dynamoDb.close();
  }
}

/** The same without leases: the exchange with AWS does not depend on leases. */
export function inStoreWithoutLeases(...[play, options = {}]: Parameters<typeof inStore>) {
  return inStore(play, { ...options, environment: { LEASES: "off", ...options.environment } });
}

/** A payload of test-payloads/ whose target is in the identity store. */
export function withStore(file: string) {
  return withSettings(testPayload(file), { identity_store_id: storeId });
}

// biome-ignore lint/suspicious/noExplicitAny: a test may make any payload.
export function withSettings(payload: any, settings: Record<string, string>) {
  const copy = structuredClone(payload);
  Object.assign(copy.fields.target.settings, settings);
  return copy;
}

export function withRequester(payload: typeof escalate, username: string) {
  const copy = structuredClone(payload);
  copy.run.actors.request.username = username;
  return copy;
}
