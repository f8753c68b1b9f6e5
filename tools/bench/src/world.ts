import { type LeasesTable, startLeasesTable } from "@sym/local-lambda/leases-table";
import { type Sandbox, startSandbox } from "@sym/stand-ins/sandbox";
import { requester, type Subject } from "./subjects.ts";

/** The stand-ins with all that a subject's target needs, and what a function needs to find them. */
export type BenchWorld = {
  sandbox: Sandbox;
  dynamoDb: LeasesTable;
  environment: Record<string, string>;
  /** Back to the start, with the person and the thing, and without any access. Leases stay. */
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
