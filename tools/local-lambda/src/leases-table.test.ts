import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { DescribeTableCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { temporaryFolder } from "@sym/command-line/front-door.test-support";
import { leasesTable } from "@sym/leases";
import { scan } from "@sym/stand-ins/dynamodb";
import { startSandbox } from "@sym/stand-ins/sandbox";
import { expect, onTestFinished, test } from "vitest";
import { startLeasesTable } from "./leases-table.ts";

const item = { pk: { S: "lease#1" }, due: { S: "due" }, due_at: { N: "1.5" } };

test("the table has the definition from leases, and an unmodified client finds the table", async () => {
  const dynamoDb = await startLeasesTable({ table: "my-leases" });
  onTestFinished(() => dynamoDb.close());
  expect(dynamoDb.table).toBe("my-leases");
  const { Table } = await dynamoDb.client.send(new DescribeTableCommand({ TableName: "my-leases" }));
  const { BillingMode, ...definition } = leasesTable("my-leases");
  expect(Table).toMatchObject({ TableStatus: "ACTIVE", BillingModeSummary: { BillingMode }, ...definition });

  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  const script = `import { DynamoDB } from "@aws-sdk/client-dynamodb";
    console.log((await new DynamoDB({}).listTables({})).TableNames.join());`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: import.meta.dirname,
    env: { ...sandbox.env, ...dynamoDb.env },
  });
  expect(stdout).toBe("my-leases\n");
});

test("without a file, the items are forgotten; with a file, the next start loads the items", async () => {
  const file = path.join(await temporaryFolder(), "new", "leases.json");
  const runOnce = async (options: { file?: string }) => {
    const dynamoDb = await startLeasesTable(options);
    const found = await scan(dynamoDb.client, dynamoDb.table);
    await dynamoDb.client.send(new PutItemCommand({ TableName: dynamoDb.table, Item: item }));
    await dynamoDb.close();
    return found;
  };
  expect(await runOnce({})).toEqual([]);
  expect(await runOnce({})).toEqual([]);
  expect(await runOnce({ file })).toEqual([]);
  expect(await runOnce({ file })).toEqual([item]);
  expect(JSON.parse(await readFile(file, "utf8"))).toEqual([item]);
});

test("an invalid file is named in the error, and not overwritten", async () => {
  const file = path.join(await temporaryFolder(), "leases.json");
  await writeFile(file, "no JSON");
  await expect(startLeasesTable({ file })).rejects.toThrow(
    `${file} is not a file of the sandbox's leases (Unexpected token`,
  );
  expect(await readFile(file, "utf8")).toBe("no JSON");
});
