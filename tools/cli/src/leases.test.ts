// list, show and sweep, in the sandbox.
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { runScript } from "@sym/command-line/front-door.test-support";
import { startLeasesTable } from "@sym/local-lambda/leases-table";
import { passTime } from "@sym/local-lambda/table-time";
import { expect, test } from "vitest";
import { ESCALATE, openSandbox, run } from "./sandbox.test-support.ts";

test("list shows the subject, resource, run, state, end, standing state, table and key of each lease", async () => {
  const sandbox = await openSandbox();
  const { leases, invoke } = sandbox;
  expect(await leases("list")).toEqual({
    code: 0,
    stdout: "Leases: 0, holds on them: 0. Runs: 0, closed: 0.\n",
    stderr: "Sandbox\n",
  });
  await invoke(ESCALATE, "--duration", "3600");
  const { code, stdout, stderr } = await leases("list");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "Sandbox\n" });
  expect(stdout.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/, "<end>")).toBe(`\
who      IAM user robin.requester@example.com
what     IAM group prod-admins in account 123456789012
run      ${run}
         open, member, until <end>
before   absent
table    sym-iam-group-leases (sandbox)
key  '${await sandbox.key()}'

Leases: 1, holds on them: 1. Runs: 1, closed: 0.
`);

  await invoke("test-payloads/deescalate.json");
  const after = await leases("--", "list");
  expect(after.stdout).toMatch(/^run {6}no run$/m);
  expect(after.stdout).toContain("Leases: 1, holds on them: 0. Runs: 1, closed: 1.");
});

test("show prints all fields of a run and of a lease, as text and as JSON", async () => {
  const sandbox = await openSandbox();
  const { leases, invoke } = sandbox;
  await invoke(ESCALATE, "--member");
  const key = await sandbox.key();
  expect(key).toMatch(/^iam-group\|123456789012\|AGPA\w+\|AIDA\w+$/);
  const byRun = await leases("show", run);
  expect(byRun).toMatchObject({ code: 0, stderr: "Sandbox\n" });
  for (const line of [
    `lease ${key}\n  function iam-group\n  table    sym-iam-group-leases (sandbox)\n`,
    "  before   member\n  set      nothing\n",
    `  run      ${run}: open, wants member, until\n           2`,
    "  lock     none",
    "  closed   not\n  due      not\n  lease    iam-group|123456789012|",
  ])
    expect(byRun.stdout).toContain(line);
  expect(widest(byRun.stdout)).toBeLessThanOrEqual(80);
  expect((await leases("show", key)).stdout).toBe(byRun.stdout);
  const { leases: found, runs } = JSON.parse((await leases("show", key, "--json")).stdout);
  expect(found).toMatchObject([
    {
      functionName: "iam-group",
      table: "sym-iam-group-leases (sandbox)",
      key,
      version: 2,
      standing: "member",
      runs: [{ id: run, wanted: "member" }],
    },
  ]);
  const about = { opened: { key, access: expect.anything() }, wish: expect.any(String) };
  const place = { functionName: "iam-group", table: "sym-iam-group-leases (sandbox)" };
  expect(runs).toEqual([{ ...place, id: run, ...about, closedAt: null, dueAt: null }]);
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
    /\nfailed {3}once, \d{4}-\S+ \S+ UTC; next try \d{4}-\S+\n? +\S+ UTC\.\n +unavailable: .*iam:/,
  );
  const opened = await startLeasesTable(table);
  await passTime(opened, 3_600_000);
  await opened.close();
  const swept = await leases("sweep", "--handler", "iam-group", ...down);
  expect(swept.code).toBe(1);
  expect((await leases("list")).stdout).toMatch(/\nfailed {3}2 times since \d{4}-.* next try/);
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
  expect(swept).toMatchObject({ code: 0, stderr: "Sandbox\n" });
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
    stderr: "Sandbox\n",
  });
  const crashed = await sweep('exports.handler = async () => { throw new Error("down"); };');
  expect(crashed).toEqual({ code: 1, stdout: `${note}Error: down\n`, stderr: "Sandbox\n" });
});

test("show and forget take a key as list prints it, over several lines", async () => {
  const sandbox = await openSandbox();
  const { leases, environment } = sandbox;
  await runScript(
    "invoke",
    ["identity-center-group", ESCALATE, "--setting", "identity_store_id=d-1234567890"],
    {
      environment,
    },
  );
  const { stdout } = await leases("list");
  expect(widest(stdout)).toBeLessThanOrEqual(80);
  const [, copied = ""] = /^key {2}'([^']+)'$/m.exec(stdout) ?? [];
  expect(copied).toContain("\n");
  expect((await leases("show", copied)).stdout).toContain(
    "who      Identity Center user robin.requester@example.com",
  );
  expect(await leases("forget", copied, "--yes")).toMatchObject({ code: 0 });
});

function widest(text: string): number {
  return Math.max(...text.split("\n").map((line) => line.length));
}
