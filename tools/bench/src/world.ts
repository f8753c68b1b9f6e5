import { type LeasesTable, startLeasesTable } from "@sym/local-lambda/leases-table";
import { type Sandbox, startSandbox } from "@sym/stand-ins/sandbox";
import { requester, type Subject } from "./subjects.ts";

/** The stand-ins with the subject's target, and the function's environment, which leads to the stand-ins. */
export type BenchWorld = {
  sandbox: Sandbox;
  dynamoDb: LeasesTable;
  environment: Record<string, string>;
  /** Resets the stand-ins to the person and the resource, without any access. Leases stay. */
  seed(): Promise<void>;
  close(): Promise<void>;
};

export async function startWorld({ system, environment }: Subject): Promise<BenchWorld> {
  const { standIn } = system;
  const sandbox = await startSandbox(system.sandbox);
  const dynamoDb = await startLeasesTable();
  const own = await standIn?.start();
  const seed = async () => {
    sandbox.reset();
    standIn?.reset();
    await system.begin(sandbox);
    await system.addPerson(sandbox, requester);
  };
  await seed();
  return {
    sandbox,
    dynamoDb,
    environment: {
      ...sandbox.env,
      ...dynamoDb.env,
      LEASES_TABLE: dynamoDb.table,
      ...own,
      ...environment,
    },
    seed,
    close: async () => {
      await Promise.all([dynamoDb.close(), sandbox.close(), standIn?.close()]);
    },
  };
}
