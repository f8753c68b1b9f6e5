import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { text } from "node:stream/consumers";
import { type AttributeValue, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { runScript, temporaryFolder } from "@sym/command-line/front-door.test-support";
import { startLeasesTable } from "@sym/local-lambda/leases-table";
import { passTime } from "@sym/local-lambda/table-time";
import { expect, onTestFinished, test } from "vitest";
import { readLeasesOptions } from "./leases/options.ts";

const ESCALATE = "test-payloads/escalate.json";
const run = "11111111-1111-4111-8111-111111111111";
const key = "iam-group|123456789012%2Fprod-admins|123456789012%2Frobin.requester%40example.com";

/** Commands that share a sandbox of their own. */
async function openSandbox() {
  const folder = await temporaryFolder();
  const environment = { SANDBOX_STATE: path.join(folder, "state.json") };
  return {
    folder,
    leases: (...args: string[]) => runScript("leases", args, { environment }),
    invoke: (...args: string[]) => runScript("invoke", ["iam-group", ...args], { environment }),
  };
}

test("list shows who holds what until when, and what was there before", async () => {
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
  expect(head).toMatch(/^who +what +run +state +until +before +locked until +due$/);
  expect(hold).toMatch(
    /^IAM user robin\.requester@example\.com +IAM group prod-admins .* 1{8}-\S+ +open +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC +absent +\d{4}-.* UTC$/,
  );
  expect(stdout).toContain("Leases: 1, holds on them: 1. Runs: 1, closed: 0.");

  await invoke("test-payloads/deescalate.json");
  const after = await leases("--", "list");
  expect(after.stdout).toMatch(/prod-admins in account 123456789012 +nobody +absent$/m);
  expect(after.stdout).toContain("Leases: 1, holds on them: 0. Runs: 1, closed: 1.");
});

test("show has everything of a run, and of a lease, as text and as JSON", async () => {
  const { leases, invoke } = await openSandbox();
  await invoke(ESCALATE, "--member");
  const byRun = await leases("show", run);
  expect(byRun).toMatchObject({ code: 0, stderr: "" });
  for (const line of [
    `lease ${key}`,
    "  before   member (kept)",
    `  run      ${run}: open, until `,
    "  lock     none",
  ])
    expect(byRun.stdout).toContain(line);
  expect(byRun.stdout).toContain(`run ${run}\n  closed   not\n  due      not\n  access   {"subject":`);
  expect((await leases("show", key)).stdout).toBe(byRun.stdout);
  const { leases: found, runs } = JSON.parse((await leases("show", key, "--json")).stdout);
  expect(found).toMatchObject([{ key, version: 2, standing: { state: "member", sufficient: true } }]);
  expect(runs).toEqual([{ id: run, access: expect.anything(), closedAt: null, dueAt: null }]);
});

test("sweep takes back what nobody ended", async () => {
  const { leases, invoke, folder } = await openSandbox();
  const noGrace = ["--env", "SWEEP_GRACE_SECONDS=0"];
  await invoke(ESCALATE, "--duration", "60", ...noGrace);
  const table = await startLeasesTable({ file: path.join(folder, "leases.json") });
  await passTime(table, 61_000);
  await table.close();
  const swept = await leases("sweep", "--handler", "iam-group", ...noGrace, "--json", "--logs");
  expect(swept).toMatchObject({ code: 0, stderr: "" });
  const { answer, logs } = JSON.parse(swept.stdout);
  expect(answer).toMatchObject({ body: { due: 1, finished: 1, orphans: 1, failed: 0 }, errors: [] });
  expect(logs.join("\n")).toContain(run);
  const text = await leases("sweep", "--handler", "iam-group", "--logs");
  expect(text.stdout).toMatch(/^Swept 0 due: 0 finished, 0 orphaned, 0 failed\.\n\{"_aws":/);
  const { leases: left, runs } = JSON.parse((await leases("list", "--json")).stdout);
  expect(left).toMatchObject([{ runs: {}, lock: null, dueAt: null }]);
  expect(runs).toMatchObject([{ id: run, closedAt: expect.any(Number), dueAt: null }]);
  expect((await invoke(ESCALATE)).stdout).toContain("before   IAM group prod-admins: no members");
});

test("forget ends the holds on a lease in the records, keeps its runs closed, and touches nobody's access", async () => {
  const { leases, invoke } = await openSandbox();
  await invoke(ESCALATE);
  const { code, stdout, stderr } = await leases("forget", key, "--yes");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toBe(
    `Nobody holds the lease of IAM user robin.requester@example.com on IAM group prod-admins in account 123456789012 any more; runs closed: ${run}.\n`,
  );
  const { leases: left, runs } = JSON.parse((await leases("list", "--json")).stdout);
  expect(left).toMatchObject([{ key, runs: {}, standing: null, lock: null, dueAt: null }]);
  expect(runs).toMatchObject([{ id: run, closedAt: expect.any(Number), dueAt: null }]);

  const late = await invoke(ESCALATE);
  expect(late.stdout).toContain("This request has ended already");
  expect(late.stdout).not.toContain("<- changed");
  // What somebody has from now on is theirs: the next request finds it there before.
  expect((await invoke("test-payloads/overlap-escalate.json")).stdout).toContain("already-had-access");
});

test("forget leaves a lease alone that is being worked on, and one that is not there", async () => {
  const { leases, invoke, folder } = await openSandbox();
  await invoke(ESCALATE);
  const file = path.join(folder, "leases.json");
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
    `The lease ${key} is being worked on until ${new Date(until).toISOString()}: try again then.\n`,
  );
  expect(JSON.parse((await leases("list", "--json")).stdout).leases[0].runs).toHaveProperty(run);
  const missing = await leases("forget", "iam-group|a|b", "--yes");
  expect(missing.stderr).toBe("There is no lease iam-group|a|b in the table sym-leases.\n");
});

test("a sweep that has errors ends with exit code 1", async () => {
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

test("--table reads a table in AWS with the caller's own credentials", async () => {
  const { leases: _, ...sandbox } = await openSandbox();
  const dynamoDb = await startLeasesTable({
    table: "their-leases",
    file: path.join(sandbox.folder, "leases.json"),
  });
  onTestFinished(() => dynamoDb.close());
  const credentials = { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };
  const environment = { ...credentials, ...dynamoDb.env, AWS_MAX_ATTEMPTS: "1" };
  const leases = (...args: string[]) => runScript("leases", args, { environment });
  const put = (item: Record<string, AttributeValue>) =>
    dynamoDb.client.send(new PutItemCommand({ TableName: "their-leases", Item: item }));

  // Without an index partition, so never opened and not due.
  await put({ pk: { S: "run#run-0" }, closed: { N: "1" }, due_at: { N: "60000" } });
  await put({ pk: { S: "run#run-1" }, closed: { N: "1" }, due: { S: "due" }, due_at: { N: "60000" } });
  const { code, stdout } = await leases("list", "--table", "their-leases");
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout:
      "Leases: 0, holds on them: 0. Runs: 2, closed: 2.\nClosed run run-1 is due 1970-01-01 00:01:00 UTC (over).\n",
  });
  expect((await leases("show", "run-1", "--table", "their-leases")).stdout).toContain("it was closed before");

  await put({ pk: { S: "run#run-2" }, schema: { N: "2" } });
  const newer = await leases("list", "--table", "their-leases");
  expect(newer).toMatchObject({ code: 2, stdout: "" });
  expect(newer.stderr).toMatch(/^The record of run#run-2 was written by a newer version.*\.\n$/);
  const missing = await leases("list", "--table", "none");
  expect(missing.code).toBe(2);
  expect(missing.stderr).toMatch(/^The table none could not be read \(ResourceNotFoundException: .*\)\.\n$/);
});

test("--function-name has a function in AWS sweep", async () => {
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
  // What invoking adds does no harm: only an event with a run is taken for one of Sym's.
  expect(sent).toEqual([{ event: { type: "sweep" }, fields: expect.anything() }]);
});

test.for([
  [[], "Say what to do: npm run leases -- list, show <run id or lease key>, sweep, or forget <lease key>."],
  [["list", "--now"], "There is no option --now"],
  [["show", "nothing"], "There is no lease or run nothing in the sandbox."],
  [["sweep", "--handler", "iam-grup"], 'There is no handler "iam-grup"'],
] as const)("%s is a mistake, told in one sentence", async ([args, sentence]) => {
  const { leases } = await openSandbox();
  const { code, stdout, stderr } = await leases(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(sentence);
  expect(stderr.split("\n")).toHaveLength(2);
});

test.for([
  [["lists"], "Say what to do"],
  [["list", "prod"], "prod is too much"],
  [["show"], "Say what to show"],
  [["show", "a", "b"], "b is too much"],
  [["list", "--handler", "iam-group"], "are for sweep, not list"],
  [["show", "a", "--logs"], "are for sweep, not show"],
  [["forget", "a"], "Say which lease to forget, and that you have taken care"],
  [["forget", "--yes"], "Say which lease to forget"],
  [["forget", "a", "b", "--yes"], "b is too much"],
  [["list", "--yes"], "--yes is for forget, not list"],
  [["forget", "a", "--yes", "--logs"], "are for sweep, not forget"],
  [["sweep"], "Say who sweeps"],
  [["sweep", "--handler", "iam-group", "--function-name", "sym"], "Say who sweeps"],
  [["sweep", "--handler", "iam-group", "--table", "sym"], "--table is for list, show and forget"],
  [["sweep", "--handler", "iam-group", "--env", "A"], "--env A has no value"],
  [["sweep", "--function-name", "sym", "--env", "A=b"], "leave them out with --function-name"],
] as const)("%s is a mistake on the command line", ([args, sentence]) => {
  expect(() => readLeasesOptions([...args])).toThrow(sentence);
});

test("--help tells all of it", async () => {
  const { leases } = await openSandbox();
  const { code, stdout } = await leases("--help");
  expect(code).toBe(0);
  for (const word of ["list", "show", "sweep", "forget", "--table", "--json", "--handler", "--function-name"])
    expect(stdout).toContain(word);
});
