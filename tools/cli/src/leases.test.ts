import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { text } from "node:stream/consumers";
import { type AttributeValue, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { runScript, temporaryFolder } from "@sym/command-line/front-door.test-support";
import { leasesTable } from "@sym/leases";
import { startLeasesTable } from "@sym/local-lambda/leases-table";
import { passTime } from "@sym/local-lambda/table-time";
import { createTable, scan } from "@sym/stand-ins/dynamodb";
import { expect, onTestFinished, test } from "vitest";
import { readLeasesOptions } from "./leases/options.ts";

const ESCALATE = "test-payloads/escalate.json";
const run = "11111111-1111-4111-8111-111111111111";

/** Opens a sandbox, and the commands `invoke` and `leases` on this sandbox. */
async function openSandbox() {
  const folder = await temporaryFolder();
  const environment = { SANDBOX_STATE: path.join(folder, "state.json") };
  const leases = (...args: string[]) => runScript("leases", args, { environment });
  return {
    table: { table: "sym-iam-group-leases", file: path.join(folder, "leases", "iam-group.json") },
    folder,
    leases,
    invoke: (...args: string[]) => runScript("invoke", ["iam-group", ...args], { environment }),
    /** The key of the only lease, made of the ids from IAM. */
    key: async () => JSON.parse((await leases("list", "--json")).stdout).leases[0].key as string,
  };
}

test("list shows the function, subject, resource, run, state, end and standing state of each lease", async () => {
  const { leases, invoke } = await openSandbox();
  expect(await leases("list")).toEqual({
    code: 0,
    stdout: "Leases: 0, holds on them: 0. Runs: 0, closed: 0.\n",
    stderr: "",
  });
  await invoke(ESCALATE, "--duration", "3600");
  const { code, stdout, stderr } = await leases("list");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const [head, hold] = stdout.split("\n");
  expect(head).toMatch(/^function +who +what +run +state +until +before$/);
  expect(hold).toMatch(
    /^iam-group +IAM user robin\.requester@example\.com +IAM group prod-admins .* 1{8}-\S+ +open member +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC +absent$/,
  );
  expect(stdout).toContain("Leases: 1, holds on them: 1. Runs: 1, closed: 0.");

  await invoke("test-payloads/deescalate.json");
  const after = await leases("--", "list");
  expect(after.stdout).toMatch(/prod-admins in account 123456789012 +no run +absent$/m);
  expect(after.stdout).toContain("Leases: 1, holds on them: 0. Runs: 1, closed: 1.");
});

test("show prints all fields of a run and of a lease, as text and as JSON", async () => {
  const sandbox = await openSandbox();
  const { leases, invoke } = sandbox;
  await invoke(ESCALATE, "--member");
  const key = await sandbox.key();
  expect(key).toMatch(/^iam-group\|123456789012\|AGPA\w+\|AIDA\w+$/);
  const byRun = await leases("show", run);
  expect(byRun).toMatchObject({ code: 0, stderr: "" });
  for (const line of [
    `lease ${key}\n  function iam-group\n`,
    "  before   member\n  set      nothing\n",
    `  run      ${run}: open, wants member, until `,
    "  lock     none",
    `run ${run}\n  function iam-group\n  closed   not\n  due      not\n  lease    ${key}\n`,
  ])
    expect(byRun.stdout).toContain(line);
  expect((await leases("show", key)).stdout).toBe(byRun.stdout);
  const { leases: found, runs } = JSON.parse((await leases("show", key, "--json")).stdout);
  expect(found).toMatchObject([
    { functionName: "iam-group", key, version: 2, standing: "member", runs: [{ id: run, wanted: "member" }] },
  ]);
  const opened = { key, access: expect.anything() };
  expect(runs).toEqual([{ functionName: "iam-group", id: run, opened, closedAt: null, dueAt: null }]);
});

test("list shows why a lease's end failed, how often, and when the sweep tries again", async () => {
  const { leases, invoke, table } = await openSandbox();
  await invoke(ESCALATE);
  // No server listens at this address.
  const down = ["--env", "AWS_ENDPOINT_URL_IAM=http://127.0.0.1:9", "--env", "AWS_MAX_ATTEMPTS=1"];
  const failed = await invoke("test-payloads/deescalate.json", ...down);
  expect(failed.code).toBe(1);
  const { stdout } = await leases("list");
  expect(stdout).toMatch(
    /\n {2}failed once, \d{4}-\S+ \S+ UTC; next try \d{4}-\S+ \S+ UTC\. unavailable: .*iam:.*\.\n/,
  );
  const opened = await startLeasesTable(table);
  await passTime(opened, 3_600_000);
  await opened.close();
  const swept = await leases("sweep", "--handler", "iam-group", ...down);
  expect(swept.code).toBe(1);
  expect((await leases("list")).stdout).toMatch(/\n {2}failed 2 times since \d{4}-.* next try /);
  expect((await leases("show", run)).stdout).toMatch(/\n {2}failed {3}2 times since /);
});

test("sweep revokes access whose deescalate never arrived", async () => {
  const { leases, invoke, table: file } = await openSandbox();
  const noGrace = ["--env", "SWEEP_GRACE_SECONDS=0"];
  await invoke(ESCALATE, "--duration", "60", ...noGrace);
  const table = await startLeasesTable(file);
  await passTime(table, 61_000);
  await table.close();
  const swept = await leases("sweep", "--handler", "iam-group", ...noGrace, "--json", "--logs");
  expect(swept).toMatchObject({ code: 0, stderr: "" });
  const { answer, logs } = JSON.parse(swept.stdout);
  expect(answer).toMatchObject({ body: { due: 1, finished: 1, orphans: 1, failed: 0 }, errors: [] });
  expect(logs.join("\n")).toContain(run);
  const text = await leases("sweep", "--handler", "iam-group", "--logs");
  expect(text.stdout).toMatch(/^Swept 0 due leases: 0 finished, 0 orphaned, 0 failed\.\n\{"_aws":/);
  const { leases: left, runs } = JSON.parse((await leases("list", "--json")).stdout);
  expect(left).toMatchObject([{ runs: [], lock: null, dueAt: null }]);
  expect(runs).toMatchObject([{ id: run, closedAt: expect.any(Number), dueAt: null }]);
  expect((await invoke(ESCALATE)).stdout).toContain("before   IAM group prod-admins: no members");
});

test("forget ends the holds on a lease in the records, keeps its runs closed, and changes no access", async () => {
  const sandbox = await openSandbox();
  const { leases, invoke } = sandbox;
  await invoke(ESCALATE);
  const key = await sandbox.key();
  const { code, stdout, stderr } = await leases("forget", key, "--yes");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toBe(
    `No run holds the lease of IAM user robin.requester@example.com on IAM group prod-admins in account 123456789012 now. Closed runs: ${run}.\n`,
  );
  const { leases: left, runs } = JSON.parse((await leases("list", "--json")).stdout);
  expect(left).toMatchObject([{ key, runs: [], standing: null, ours: [], lock: null, dueAt: null }]);
  expect(runs).toMatchObject([{ id: run, closedAt: expect.any(Number), dueAt: null }]);

  const late = await invoke(ESCALATE);
  expect(late.stdout).toContain("This request has already ended");
  expect(late.stdout).not.toContain("<- changed");
  // The access that IAM still holds is standing access for the next request.
  expect((await invoke("test-payloads/overlap-escalate.json")).stdout).toContain("already-had-access");
});

test("forget refuses a locked lease, and a lease that does not exist", async () => {
  const sandbox = await openSandbox();
  const { leases, invoke } = sandbox;
  await invoke(ESCALATE);
  const key = await sandbox.key();
  const { file } = sandbox.table;
  const until = Date.now() + 60_000;
  await writeFile(
    file,
    (await readFile(file, "utf8")).replace(
      '\\"lock\\":null',
      `\\"lock\\":{\\"owner\\":\\"request-1\\",\\"until\\":${until}}`,
    ),
  );
  const locked = await leases("forget", key, "--yes");
  expect(locked).toMatchObject({ code: 2, stdout: "" });
  expect(locked.stderr).toBe(
    `Another invocation holds the lock of the lease ${key} until ${new Date(until).toISOString()}. Try again after that time.\n`,
  );
  expect(JSON.parse((await leases("list", "--json")).stdout).leases[0].runs).toMatchObject([{ id: run }]);
  const missing = await leases("forget", "iam-group|a|b", "--yes");
  expect(missing.stderr).toBe("The table sym-iam-group-leases has no lease iam-group|a|b.\n");
  const elsewhere = await leases("forget", "github-team|a|b", "--yes");
  expect(elsewhere.stderr).toBe("The sandbox has no lease github-team|a|b.\n");
});

test("a sweep with errors ends with exit code 1", async () => {
  const { folder, leases } = await openSandbox();
  const handlers = path.join(folder, "handlers");
  await mkdir(path.join(handlers, "broken", "dist"), { recursive: true });
  const sweep = async (source: string) => {
    await writeFile(path.join(handlers, "broken", "dist", "index.cjs"), source);
    return leases("sweep", "--handler", "broken", "--handlers", handlers);
  };
  const answer = { body: { message: "Swept.", outcome: "swept" }, errors: ["1 of 2 could not be finished"] };
  const failing = `exports.handler = async () => (${JSON.stringify(answer)});`;
  const note = "No state is shown: handlers/broken/sandbox/system.ts does not exist.\n";
  expect(await sweep(failing)).toEqual({
    code: 1,
    stdout: `${note}Swept.\n1 of 2 could not be finished\n`,
    stderr: "",
  });
  const crashed = await sweep('exports.handler = async () => { throw new Error("down"); };');
  expect(crashed).toEqual({ code: 1, stdout: `${note}Error: down\n`, stderr: "" });
});

/** An AWS account with two tables of one deployment and one table of another, and the caller's credentials. */
async function openAccount() {
  const dynamoDb = await startLeasesTable({ table: "sym-iam-group-leases" });
  onTestFinished(() => dynamoDb.close());
  for (const name of ["sym-github-team-leases", "acme-iam-group-leases"])
    await createTable(dynamoDb.client, leasesTable(name));
  const credentials = { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };
  const environment = { ...credentials, ...dynamoDb.env, AWS_MAX_ATTEMPTS: "1" };
  return {
    leases: (...args: string[]) => runScript("leases", args, { environment }),
    put: (TableName: string, Item: Record<string, AttributeValue>) =>
      dynamoDb.client.send(new PutItemCommand({ TableName, Item })),
    items: (table: string) => scan(dynamoDb.client, table),
  };
}

test("--table and --prefix read tables in AWS", async () => {
  const { leases, put } = await openAccount();
  // A record without an index partition is not due.
  await put("sym-iam-group-leases", { pk: { S: "run#run-0" }, closed: { N: "1" }, due_at: { N: "60000" } });
  const due = { due: { S: "due" }, due_at: { N: "60000" } };
  await put("sym-github-team-leases", { pk: { S: "run#run-1" }, closed: { N: "1" }, ...due });
  await put("acme-iam-group-leases", { pk: { S: "run#run-2" }, closed: { N: "1" } });

  const one = await leases("list", "--table", "sym-iam-group-leases");
  expect(one).toMatchObject({
    code: 0,
    stdout: "Leases: 0, holds on them: 0. Runs: 1, closed: 1.\n",
    stderr: "",
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
  expect(missing.stderr).toMatch(/^The table none cannot be read \(ResourceNotFoundException: .*\)\.\n$/);
  const unknown = await leases("list", "--prefix", "sy");
  expect(unknown).toMatchObject({ code: 2, stdout: "" });
  expect(unknown.stderr).toMatch(/^This account has no table sy-…-leases in this region\. Set --prefix /);
  expect((await leases("show", "run-2", "--prefix", "sym")).stderr).toBe(
    "No lease or run run-2 exists in the tables of sym.\n",
  );
});

test("a broken record is listed beside the others and shown, and forget deletes it and closes its runs", async () => {
  const { leases, put, items } = await openAccount();
  const table = ["--table", "sym-iam-group-leases"] as const;
  await put("sym-iam-group-leases", { pk: { S: "lease#iam-group|a|b" }, record: { S: "{}" } });
  const access = { host: "h", resource: "r", subject: "s", names: { resource: "R", subject: "S" } };
  const about = { lease_key: { S: "iam-group|a|b" }, access: { S: JSON.stringify(access) } };
  await put("sym-iam-group-leases", { pk: { S: "run#run-1" }, host: { S: "h" }, wish: { S: "w" }, ...about });
  await put("sym-iam-group-leases", { pk: { S: "run#run-2" }, ...about, access: { S: "{}" } });

  const { code, stdout } = await leases("list", ...table);
  expect(code).toBe(0);
  expect(stdout).toContain("Leases: 0, holds on them: 0. Runs: 1, closed: 0.\n");
  expect(stdout).toMatch(/\nsym-iam-group: The record lease#iam-group\|a\|b .* is invalid \(.*\), /);
  expect((await leases("show", "iam-group|a|b", ...table)).stdout).toMatch(
    /^broken lease#iam-group\|a\|b\n {2}function sym-iam-group\n {2}problem .*\n {2}item {5}\{"pk"/,
  );

  expect(await leases("forget", "run-2", ...table, "--yes")).toMatchObject({
    code: 0,
    stdout: "Deleted the invalid record of the run run-2. The run stays closed.\n",
  });
  expect(await leases("forget", "iam-group|a|b", ...table, "--yes")).toMatchObject({
    code: 0,
    stdout: "Deleted the invalid record of the lease iam-group|a|b. Closed runs: run-1.\n",
  });
  const left = await items("sym-iam-group-leases");
  expect(left.map(({ pk, closed }) => [pk?.S, closed !== undefined]).sort()).toEqual([
    ["run#run-1", true],
    ["run#run-2", true],
  ]);
  expect((await leases("forget", "run-2", ...table, "--yes")).stderr).toBe(
    "The table sym-iam-group-leases has no lease run-2.\n",
  );
});

test("--function-name makes a function in AWS sweep", async () => {
  const sent: unknown[] = [];
  const server = createServer(async (request, response) => {
    if (request.url?.endsWith("/configuration")) return response.end('{"FunctionArn":"arn:sym-iam-group"}');
    sent.push(JSON.parse(await text(request)));
    return response.end('{"body":{"message":"Swept 1 due.","outcome":"swept"},"errors":[]}');
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const environment = {
    AWS_ENDPOINT_URL_LAMBDA: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  };
  const args = ["sweep", "--function-name", "sym-iam-group"];
  const { code, stdout } = await runScript("leases", args, { environment });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^This calls arn:sym-iam-group, .*\nSwept 1 due\.\n$/);
  // The added field is harmless: a sweep event has no run.
  expect(sent).toEqual([{ event: { type: "sweep" }, fields: expect.anything() }]);
});

test.for([
  [[], "Choose a command: npm run leases -- list, show <run id or lease key>, sweep, or forget <lease key>."],
  [["list", "--now"], "Unknown option --now"],
  [["show", "nothing"], "No lease or run nothing exists in the sandbox."],
  [["sweep", "--handler", "iam-grup"], 'No handler "iam-grup" exists'],
] as const)("%s is a usage error of one sentence", async ([args, sentence]) => {
  const { leases } = await openSandbox();
  const { code, stdout, stderr } = await leases(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(sentence);
  expect(stderr.split("\n")).toHaveLength(2);
});

test.for([
  [["lists"], "Choose a command"],
  [["list", "prod"], "Unexpected argument prod"],
  [["show"], "Name a run or a lease"],
  [["show", "a", "b"], "Unexpected argument b"],
  [["list", "--handler", "iam-group"], "are for sweep, not list"],
  [["show", "a", "--logs"], "are for sweep, not show"],
  [["forget", "a"], "Name the lease to forget, and add --yes"],
  [["forget", "--yes"], "Name the lease to forget"],
  [["forget", "a", "b", "--yes"], "Unexpected argument b"],
  [["list", "--yes"], "--yes is for forget, not list"],
  [["forget", "a", "--yes", "--logs"], "are for sweep, not forget"],
  [["sweep"], "Choose the function that sweeps"],
  [["sweep", "--handler", "iam-group", "--function-name", "sym"], "Choose the function that sweeps"],
  [["sweep", "--handler", "iam-group", "--table", "sym"], "--table and --prefix are for list and show"],
  [["sweep", "--handler", "iam-group", "--prefix", "sym"], "--table and --prefix are for list and show"],
  [["list", "--table", "a", "--prefix", "sym"], "exclude each other"],
  [["forget", "a", "--yes", "--prefix", "sym"], "forget works on one table"],
  [["forget", "a", "--yes", "--table", "b", "--table", "c"], "forget works on one table"],
  [["sweep", "--handler", "iam-group", "--env", "A"], "--env A has no value"],
  [["sweep", "--function-name", "sym", "--env", "A=b"], "Leave both out with --function-name"],
] as const)("%s is a usage error", ([args, sentence]) => {
  expect(() => readLeasesOptions([...args])).toThrow(sentence);
});

test("--help lists the commands and options", async () => {
  const { leases } = await openSandbox();
  const { code, stdout } = await leases("--help");
  expect(code).toBe(0);
  for (const word of [
    "list",
    "show",
    "sweep",
    "forget",
    "--table",
    "--prefix",
    "--json",
    "--handler",
    "--function-name",
  ])
    expect(stdout).toContain(word);
});
