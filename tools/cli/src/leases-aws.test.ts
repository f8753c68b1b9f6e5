// list and sweep in AWS, and the failures of AWS.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { DeleteTableCommand, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { runScript, temporaryFolder } from "@sym/command-line/front-door.test-support";
import { createTable } from "@sym/stand-ins/dynamodb";
import { startSandbox } from "@sym/stand-ins/sandbox";
import { expect, onTestFinished, test } from "vitest";
import { functionArn, openAccount, table } from "./account.test-support.ts";

const credentials = { accessKeyId: "test", secretAccessKey: "test" };

test("--table and --prefix read tables in AWS", async () => {
  const { leases, put } = await openAccount();
  // A record without an index partition is not due.
  await put("sym-iam-group-leases", { pk: { S: "run#run-0" }, closed: { N: "1" }, due_at: { N: "60000" } });
  const due = { due: { S: "due" }, due_at: { N: "60000" } };
  await put("sym-github-team-leases", { pk: { S: "run#run-1" }, closed: { N: "1" }, ...due });
  await put("acme-iam-group-leases", { pk: { S: "run#run-2" }, closed: { N: "1" } });

  const one = await leases("list", "--table", "sym-iam-group-leases");
  expect(one).toEqual({
    code: 0,
    stdout: "Leases: 0, holds on them: 0. Runs: 1, closed: 1.\n",
    stderr: "Account 123456789012, region us-east-1, table sym-iam-group-leases\n",
  });
  const all = {
    code: 0,
    stdout:
      "Leases: 0, holds on them: 0. Runs: 2, closed: 2.\nClosed run run-1 of sym-github-team is due 1970-01-01 00:01:00 UTC (over).\n",
  };
  expect(await leases("list", "--prefix", "sym")).toMatchObject(all);
  const tables = ["--table", "sym-iam-group-leases", "--table", "sym-github-team-leases"];
  expect(await leases("list", ...tables)).toMatchObject(all);
  expect((await leases("show", "run-1", "--prefix", "sym")).stdout).toContain(
    "closed before an escalate opened the run",
  );

  const missing = await leases("list", "--table", "none");
  expect(missing.code).toBe(2);
  expect(missing.stderr).toContain(
    "\nThe table none was not read. No table none exists in this account and region. npm run leases -- list --prefix ",
  );
  const unknown = await leases("list", "--prefix", "sy");
  expect(unknown).toMatchObject({ code: 2, stdout: "" });
  expect(unknown.stderr).toMatch(/\nThis account has no table sy-…-leases in this region\. Set --prefix /);
  expect((await leases("show", "run-2", "--prefix", "sym")).stderr).toContain(
    "No lease or run run-2 exists in the tables sym-…-leases. npm run leases -- list ",
  );
});

test("a table of a function that does not exist is missing, not empty", async () => {
  const { leases, environment } = await openAccount();
  const { AWS_ENDPOINT_URL_DYNAMODB: endpoint = "", AWS_REGION: region = "" } = environment;
  const client = new DynamoDBClient({ endpoint, region, credentials });
  await client.send(new DeleteTableCommand({ TableName: table }));
  const missing = `Account 123456789012, region us-east-1, tables sym-…-leases
missing  The table ${table} of the function sym-iam-group does not
         exist, so its leases are missing here. docs/operations.md, "The table
         is unreachable", says how to restore the table.
`;
  expect(await leases("list", "--prefix", "sym", "--failed")).toEqual({
    code: 1,
    stdout: "Leases: 0, holds on them: 0. Runs: 0, closed: 0.\n",
    stderr: missing,
  });
  for (const command of [["show"], ["end", "--yes"]]) {
    const { code, stderr } = await leases(...command, "run-1", "--prefix", "sym");
    expect(code).toBe(2);
    expect(stderr).toContain(missing);
  }
});

test("a table of another program is a usage error for each command that reads it", async () => {
  const { leases, client } = await openAccount();
  const [byId, byKey] = ["orders", "pages"];
  for (const [TableName, key] of [
    [byId, "id"],
    [byKey, "pk"],
  ] as const) {
    await createTable(client, {
      ...{ TableName, BillingMode: "PAY_PER_REQUEST" },
      AttributeDefinitions: [{ AttributeName: key, AttributeType: "S" }],
      KeySchema: [{ AttributeName: key, KeyType: "HASH" }],
    });
    await client.send(new PutItemCommand({ TableName, Item: { [key]: { S: "1" }, host: { S: "h" } } }));
  }
  for (const args of [
    ["list", "--table", byId],
    ["show", "1", "--table", byKey],
    ["end", "1", "--table", byKey, "--yes"],
    ["forget", "1", "--table", byId, "--yes"],
  ]) {
    const { code, stdout, stderr } = await leases(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/\nThe table \w+ is no table of leases\. npm run leases -- list --prefix .*\n$/);
  }
});

test("--function-name makes a function in AWS sweep", async () => {
  const { leases } = await openAccount();
  expect(await leases("sweep", "--function-name", "sym-iam-group")).toEqual({
    code: 0,
    stdout: `This calls ${functionArn}, which changes real access. The state of the target system is not shown.\nSwept 0 due leases: 0 finished, 0 orphaned, 0 failed.\n`,
    stderr: "Account 123456789012, region us-east-1, function sym-iam-group\n",
  });
  expect((await leases("sweep", "--function-name", "sym-iam-grup")).stderr).toContain(
    "AWS Lambda cannot call the function sym-iam-grup. No function sym-iam-grup exists in this account and region. Correct --function-name",
  );
});

test("--region names the region, before AWS_REGION", async () => {
  const { environment } = await openAccount();
  const { AWS_REGION: _, ...elsewhere } = environment;
  const list = ["list", "--table", table];
  const missing = await runScript("leases", list, {
    environment: { ...elsewhere, HOME: await temporaryFolder() },
  });
  expect(missing).toMatchObject({ code: 2, stdout: "" });
  expect(missing.stderr).toMatch(
    /^AWS did not identify you\. No AWS region is set\. Set AWS_REGION .* --region /,
  );
  const named = await runScript("leases", [...list, "--region", "eu-central-1"], { environment });
  expect(named.stderr).toBe("Account 123456789012, region eu-central-1, table sym-iam-group-leases\n");
});

test("each failure of AWS names the setting that mends it", async () => {
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  const HOME = await temporaryFolder();
  const run = async (args: string[], environment: Record<string, string>) => {
    const all = {
      ...sandbox.env,
      HOME,
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_MAX_ATTEMPTS: "1",
      ...environment,
    };
    const { code, stderr } = await runScript("leases", args, { environment: all });
    expect(code).toBe(2);
    return stderr.trim().split("\n").at(-1);
  };
  const list = ["list", "--prefix", "sym"];
  expect(await run(list, { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" })).toBe(
    "AWS did not identify you. AWS credentials are missing. Set AWS_PROFILE after aws sso login, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
  );
  expect(await run(list, { AWS_ACCESS_KEY_ID: "AKIAUNKNOWN" })).toMatch(
    /^AWS did not identify you\. AWS does not accept your credentials \(InvalidClientTokenId\w*\)\. Correct AWS_PROFILE, /,
  );
  // STS is unreachable, and DynamoDB too.
  const nowhere = { AWS_ENDPOINT_URL: "http://127.0.0.1:9" };
  expect(await run(list, nowhere)).toBe(
    "The tables of this account were not listed. AWS is unreachable (ECONNREFUSED). Check the network, AWS_REGION and AWS_ENDPOINT_URL.",
  );
  expect(await run(["forget", "a|b", "--table", "t", "--yes"], nowhere)).toContain("STS is unreachable");
  const refusing = await refuseAll("AccessDeniedException");
  expect(await run(["list", "--table", "t"], refusing)).toBe(
    "The table t was not read. Your role lacks a permission. Allow dynamodb:Scan on the table t, or set AWS_PROFILE to a role that may do this.",
  );
  const expired = await refuseAll("ExpiredTokenException");
  expect(await run(["list", "--table", "t"], expired)).toBe(
    "The table t was not read. Your AWS credentials have expired. Log in again, such as with aws sso login.",
  );
});

/** DynamoDB and Lambda, which refuse every call with this code. */
async function refuseAll(code: string) {
  const server = createServer((_, response) => {
    response.writeHead(400, { "content-type": "application/x-amz-json-1.0" });
    response.end(JSON.stringify({ __type: code, message: "No" }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
