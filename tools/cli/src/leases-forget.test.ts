// forget, in the sandbox and in AWS.
import { readFile, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { callerArn, openAccount, someLease, table } from "./account.test-support.ts";
import { ESCALATE, openSandbox, run } from "./sandbox.test-support.ts";

test("forget ends the holds on a lease in the records, keeps its runs closed, and changes no access", async () => {
  const sandbox = await openSandbox();
  const { leases, invoke } = sandbox;
  await invoke(ESCALATE);
  const key = await sandbox.key();
  const { code, stdout, stderr } = await leases("forget", key, "--yes");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "Sandbox\n" });
  expect(stdout).toBe(
    `No run holds the lease of IAM user robin.requester@example.com on IAM group prod-admins in account 123456789012 any more. Closed runs: ${run}. The record names the sandbox.\n`,
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
    `Sandbox\nAnother invocation holds the lock of the lease ${key} until ${new Date(until).toISOString()}. Try again after that time.\n`,
  );
  expect(JSON.parse((await leases("list", "--json")).stdout).leases[0].runs).toMatchObject([{ id: run }]);
  const missing = await leases("forget", "iam-group|a|b", "--yes");
  expect(missing.stderr).toContain(
    "The table sym-iam-group-leases has no lease iam-group|a|b. npm run leases",
  );
  for (const key of ["github-team|a|b", "..%2Fstate|a", "%|a"])
    expect((await leases("forget", key, "--yes")).stderr).toContain(
      `The sandbox has no lease ${key}. npm run leases`,
    );
});

test("forget records the caller's ARN in the lease, and show prints it", async () => {
  const { leases, putLease } = await openAccount();
  const names = { subject: "IAM user robin", resource: "IAM group prod-admins" };
  const key = "iam-group|123456789012|AGPA1|AIDA1";
  const held = new Map([["run-1", { state: "open", wanted: "member", expiresAt: null } as const]]);
  await putLease(table, someLease({ key, names, runs: held }));
  const forgotten = await leases("forget", key, "--prefix", "sym", "--yes");
  expect(forgotten).toEqual({
    code: 0,
    stdout: `No run holds the lease of IAM user robin on IAM group prod-admins any more. Closed runs: run-1. The record names ${callerArn}.\n`,
    stderr: "Account 123456789012, region us-east-1, tables sym-…-leases\n",
  });
  const shown = await leases("show", key, "--table", table);
  expect(shown.stdout.replace(/\s+/g, " ")).toMatch(
    new RegExp(` forgot \\d{4}-\\S+ \\S+ UTC by ${callerArn} lock none`),
  );
  const { leases: left } = JSON.parse((await leases("list", "--table", table, "--json")).stdout);
  expect(left).toMatchObject([{ key, runs: [], forgotten: { by: callerArn, at: expect.any(Number) } }]);
  expect((await leases("forget", "iam-grup|a", "--prefix", "sym", "--yes")).stderr).toContain(
    "No table sym-iam-grup-leases exists for the key iam-grup|a. Replace --prefix by --table",
  );
  expect((await leases("forget", key, "--table", "none", "--yes")).stderr).toContain(
    "The lease in the table none was not forgotten. No table none exists",
  );
});

test("a broken record is listed beside the others and shown, and forget deletes it and closes its runs", async () => {
  const { leases, put, items } = await openAccount();
  const inTable = ["--table", table] as const;
  await put(table, { pk: { S: "lease#iam-group|a|b" }, record: { S: "{}" } });
  const access = { host: "h", resource: "r", subject: "s", names: { resource: "R", subject: "S" } };
  const about = { lease_key: { S: "iam-group|a|b" }, access: { S: JSON.stringify(access) } };
  await put(table, { pk: { S: "run#run-1" }, host: { S: "h" }, wish: { S: "w" }, ...about });
  await put(table, { pk: { S: "run#run-2" }, ...about, access: { S: "{}" } });

  const { code, stdout } = await leases("list", ...inTable);
  expect(code).toBe(0);
  expect(stdout).toContain("Leases: 0, holds on them: 0. Runs: 1, closed: 0.\n");
  expect(stdout).toMatch(/^broken {3}The record lease#iam-group\|a\|b in the table of leases is invalid/m);
  expect(stdout).toContain("table    sym-iam-group-leases\nkey  'iam-group|a|b'\n");
  expect(stdout).toContain("table    sym-iam-group-leases\nrun      run-2\n");
  expect((await leases("show", "iam-group|a|b", ...inTable)).stdout).toMatch(
    /^broken lease#iam-group\|a\|b\n {2}function sym-iam-group\n {2}table .*\n {2}problem [^{]*\n {2}item {5}\{ "pk"/,
  );

  expect(await leases("forget", "run-2", ...inTable, "--yes")).toMatchObject({
    code: 0,
    stdout: `Deleted the broken record of the run run-2, for ${callerArn}. The run stays closed.\n`,
  });
  expect(await leases("forget", "iam-group|a|b", ...inTable, "--yes")).toMatchObject({
    code: 0,
    stdout: `Deleted the broken record of the lease iam-group|a|b, for ${callerArn}. Closed runs: run-1.\n`,
  });
  const left = await items();
  expect(left.map(({ pk, closed }) => [pk?.S, closed !== undefined]).sort()).toEqual([
    ["run#run-1", true],
    ["run#run-2", true],
  ]);
  expect((await leases("forget", "run-2", ...inTable, "--yes")).stderr).toContain(
    "The table sym-iam-group-leases has no lease run-2.",
  );
});

test("a record of a newer version is listed with the remedy, and forget leaves the record", async () => {
  const { leases, put, items } = await openAccount();
  const newer = [
    { pk: { S: "lease#iam-group|a|b" }, record_format: { N: "2" }, grants: { S: "{}" } },
    { pk: { S: "run#run-1" }, record_format: { N: "2" }, grant: { S: "iam-group|a|b" } },
  ];
  for (const item of newer) await put(table, item);
  expect((await leases("list", "--table", table)).stdout.replace(/\s+/g, " ")).toContain(
    "The record lease#iam-group|a|b in the table of leases has the format 2 of a newer version, so this function changes nothing; deploy the newer version again",
  );
  for (const named of ["iam-group|a|b", "run-1"])
    expect(await leases("forget", named, "--table", table, "--yes")).toMatchObject({
      ...{ code: 2, stdout: "", stderr: expect.stringContaining("has the format 2 of a newer version") },
    });
  expect(await items()).toEqual(expect.arrayContaining(newer));
});
