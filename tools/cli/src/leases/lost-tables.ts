import { DynamoDBClient, paginateListTables } from "@aws-sdk/client-dynamodb";
import { LambdaClient, paginateListFunctions } from "@aws-sdk/client-lambda";
import { labelled, reportColumns } from "@sym/command-line/terminal";

/** A network can lack an endpoint of Lambda. Times in milliseconds. */
const settings = { maxAttempts: 2, requestHandler: { connectionTimeout: 3_000, requestTimeout: 5_000 } };

/** A function whose environment names a table that does not exist. */
type Lost = { functionName: string; table: string };

/**
 * Warns on stderr of functions of a deployment whose table of leases does not exist: without the warning, a list of the other
 * tables would look like the whole. Returns their number; 0 also if the caller may not list functions or tables.
 */
export async function warnOfLostTables(prefix: string | undefined): Promise<number> {
  if (prefix === undefined) return 0;
  const lost = await lostTables(prefix).catch((): Lost[] => []);
  for (const { functionName, table } of lost) {
    const text = `The table ${table} of the function ${functionName} does not exist, so its leases are missing here. docs/operations.md, "The table is unreachable", says how to restore the table.`;
    process.stderr.write(`${labelled("missing", text, { format: "red", columns: reportColumns })}\n`);
  }
  return lost.length;
}

async function lostTables(prefix: string): Promise<Lost[]> {
  const existing = new Set<string>();
  for await (const page of paginateListTables({ client: new DynamoDBClient(settings) }, {}))
    for (const name of page.TableNames ?? []) existing.add(name);
  const lost: Lost[] = [];
  for await (const page of paginateListFunctions({ client: new LambdaClient(settings) }, {}))
    for (const { FunctionName: functionName = "", Environment } of page.Functions ?? []) {
      const table = Environment?.Variables?.["LEASES_TABLE"];
      if (table && functionName.startsWith(`${prefix}-`) && !existing.has(table))
        lost.push({ functionName, table });
    }
  return lost;
}
