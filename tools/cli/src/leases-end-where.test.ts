// end: the function and the table of a run belong together.
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { leasesTable } from "@sym/leases";
import { createTable, scan } from "@sym/stand-ins/dynamodb";
import { expect, test } from "vitest";
import { escalateOf, functionArn, openAccount, table } from "./account.test-support.ts";

const robin = "robin@example.com";
const elsewhere = "acme-iam-group-leases";

/** An account in which Robin has a run. */
async function openRun() {
  const account = await openAccount();
  await account.send(escalateOf(robin, "run-1"));
  return { ...account, members: () => account.sandbox.iam.members("prod-admins") };
}

test("a run that the called function does not know is a failed end, not an ended run", async () => {
  const { leases, items, put } = await openRun();
  const renamed = JSON.stringify(await items()).replaceAll("run-1", "run-7");
  for (const item of JSON.parse(renamed)) await put(elsewhere, item);
  const args = ["end", "run-7", "--table", elsewhere, "--function-name", "sym-iam-group", "--yes"];
  const { code, stdout } = await leases(...args, "--json");
  expect(code).toBe(1);
  const error = `The run is still open in the table ${elsewhere}, of which the function sym-iam-group knows nothing. Set --function-name to the function with this table as its LEASES_TABLE.`;
  expect(JSON.parse(stdout)).toMatchObject({
    ended: [{ run: "run-7", answer: { body: { outcome: "nothing-to-revoke" } }, errors: [error] }],
  });
  expect((await leases(...args)).stdout).toMatch(/^failed {3}run-7\n/m);
});

test("--prefix leaves out the tables of a deployment with a longer prefix", async () => {
  const { client, leases, members } = await openRun();
  const staging = "sym-staging-iam-group-leases";
  await createTable(client, leasesTable(staging));
  for (const item of await scan(client, table))
    await client.send(new PutItemCommand({ TableName: staging, Item: item }));
  const ended = await leases("end", "--who", robin, "--prefix", "sym", "--yes");
  expect(ended).toMatchObject({
    code: 0,
    stderr:
      "Account 123456789012, region us-east-1, tables sym-…-leases\nLeft out, because another --prefix names them: sym-staging-iam-group\n",
  });
  expect(ended.stdout.match(/^ended /gm)).toHaveLength(1);
  expect(members()).toEqual([]);
  expect((await leases("list", "--prefix", "sym-staging")).stdout).toContain("holds on them: 1.");
});

test("a table that is named twice is read once, and each of its runs ends once", async () => {
  const { leases, members } = await openRun();
  const { code, stdout } = await leases("end", "run-1", "--table", table, "--table", table, "--yes");
  expect(code).toBe(0);
  expect(stdout.match(/^ended /gm)).toHaveLength(1);
  expect(members()).toEqual([]);
});

test("an alias and an ARN name the same function and table as the name", async () => {
  const { leases } = await openRun();
  for (const name of [`${functionArn}:live`, "sym-iam-group:live", "123456789012:function:sym-iam-group"])
    expect((await leases("end", "run-1", "--function-name", name)).stderr).toContain(
      "Nothing was ended. Add --yes to end this run.",
    );
});

test.for([
  [
    ["--function-name", functionArn.replace("us-east-1", "eu-west-1"), "--region", "us-east-1"],
    "The command line names several regions (us-east-1, eu-west-1). Run the command once for each region.",
  ],
  [
    ["--function-name", functionArn.replace("123456789012", "210987654321")],
    `The function ${functionArn.replace("123456789012", "210987654321")} is in account 210987654321, but your credentials are of account 123456789012. Set AWS_PROFILE to a role in account 210987654321.`,
  ],
  [["--function-name", "arn:aws:lambda"], "arn:aws:lambda is no name and no ARN of a function. Write "],
] as const)("%s ends nothing, and says why", async ([args, sentence]) => {
  const { leases, members } = await openRun();
  const { code, stdout, stderr } = await leases("end", "run-1", ...args, "--yes");
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr.split("\n").at(-2)).toContain(sentence);
  expect(members()).toEqual([robin]);
});

test("the region of the function's ARN is the region of its table", async () => {
  const { leases } = await openRun();
  const inRegion = functionArn.replace("us-east-1", "eu-west-1");
  expect((await leases("end", "run-1", "--function-name", inRegion)).stderr).toContain("region eu-west-1");
});
