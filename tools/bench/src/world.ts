import { type LeasesTable, startLeasesTable } from "@sym/local-lambda/leases-table";
import { loadSystem } from "@sym/local-lambda/target-system";
import { type Sandbox, startSandbox } from "@sym/stand-ins/sandbox";
import { payloadFor, type Subject } from "./subjects.ts";

/** The stand-ins with all that a subject's target needs, and what a function needs to find them. */
export type World = {
  sandbox: Sandbox;
  dynamoDb: LeasesTable;
  environment: Record<string, string>;
  /** Back to the start, with the person and the thing, and without any access. Leases stay. */
  seed(): void;
  close(): Promise<void>;
};

export async function startWorld(subject: Subject): Promise<World> {
  const sandbox = await startSandbox();
  const dynamoDb = await startLeasesTable();
  const environment = {
    ...sandbox.env,
    ...dynamoDb.env,
    LEASES_TABLE: dynamoDb.table,
    ...subject.environment,
  };
  const event = { payload: payloadFor(subject, "escalate"), environment };
  const system = await loadSystem(subject.handler);
  const seed = () => {
    sandbox.reset();
    system?.seed(sandbox, event, { member: false });
  };
  seed();
  return {
    sandbox,
    dynamoDb,
    environment,
    seed,
    close: async () => {
      await dynamoDb.close();
      await sandbox.close();
    },
  };
}
