// end: ends runs now, by a deescalate to the function that granted the access.
import { spawn, spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { text } from "node:stream/consumers";
import { workspaceRoot } from "@sym/local-lambda/handler-bundles";
import { expect, test } from "vitest";
import { escalateOf, openAccount, table } from "./account.test-support.ts";
import { ESCALATE, openSandbox, run } from "./sandbox.test-support.ts";

const robin = "robin@example.com";
const requester = "robin.requester@example.com";

/** An account in which Robin has two runs, and another person has a run. */
async function openRuns() {
  const account = await openAccount();
  const { sandbox, send } = account;
  await send(escalateOf(robin, "run-1"));
  await send(escalateOf(robin, "run-2"));
  await send(escalateOf(requester, "run-3"));
  expect(sandbox.iam.members("prod-admins").sort()).toEqual([requester, robin]);
  return { ...account, members: () => sandbox.iam.members("prod-admins") };
}

test("end ends a run in the sandbox now, and a second end has nothing to end", async () => {
  const { leases, invoke, environment } = await openSandbox();
  await invoke(ESCALATE);
  const ended = await leases("end", run, "--yes");
  expect(ended).toMatchObject({ code: 0, stderr: "Sandbox\n" });
  expect(ended.stdout).toContain(`
ended    ${run}
         Your access to IAM group prod-admins in account 123456789012 has ended.
`);
  expect(JSON.parse((await leases("list", "--json")).stdout).leases).toMatchObject([{ runs: [] }]);
  expect(await leases("end", run, "--yes")).toMatchObject({
    code: 0,
    stdout: `${run} has already ended. Nothing is left to end.\n`,
  });
  // The caller of the end is nobody in the target system.
  expect(await readFile(environment.SANDBOX_STATE, "utf8")).not.toContain("operator");
  expect((await invoke(ESCALATE)).stdout).toContain("This request has already ended");
});

test("end without --yes and without a terminal shows the runs and ends none", async () => {
  const { leases, members } = await openRuns();
  const { code, stdout, stderr } = await leases("end", "--who", robin, "--prefix", "sym");
  expect(code).toBe(2);
  expect(stdout).toContain(`run      run-1\n         open, member, until 20`);
  expect(stdout).toContain(
    `who      IAM user ${robin}\nwhat     IAM group prod-admins in account 123456789012\n`,
  );
  expect(stdout).not.toContain("run-3");
  expect(stderr).toBe(
    "Account 123456789012, region us-east-1, tables sym-…-leases\nNothing was ended. Add --yes to end these 2 runs.\n",
  );
  expect(members()).toContain(robin);
});

test("end --who ends the runs of one person in AWS, and prints each answer", async () => {
  const { leases, members } = await openRuns();
  const who = ["--who", robin, "--what", "prod-admins", "--handler", "iam-group"];
  const { code, stdout } = await leases("end", ...who, "--prefix", "sym", "--yes", "--json");
  expect(code).toBe(0);
  const answered = (outcome: string) => ({ body: expect.objectContaining({ outcome }), errors: [] });
  const about = { functionName: "sym-iam-group", errors: [], sentence: expect.stringMatching(/^Your /) };
  expect(JSON.parse(stdout)).toEqual({
    ended: [
      { ...about, run: "run-1", answer: answered("kept-for-other-request") },
      { ...about, run: "run-2", answer: answered("revoked") },
    ],
  });
  expect(members()).toEqual([requester]);
});

test("end takes a run or a key, with --table or --function-name", async () => {
  const { leases, members } = await openRuns();
  const byRun = await leases("end", "run-3", "--function-name", "sym-iam-group", "--yes");
  expect(byRun).toMatchObject({
    code: 0,
    stderr: "Account 123456789012, region us-east-1, function sym-iam-group\n",
  });
  expect(members()).toEqual([robin]);
  const { leases: listed } = JSON.parse(
    (await leases("list", "--table", table, "--who", robin, "--json")).stdout,
  );
  const byKey = await leases("end", listed[0].key, "--table", table, "--yes");
  expect(byKey.stdout.match(/^ended /gm)).toHaveLength(2);
  expect(members()).toEqual([]);
});

test("an end that fails does not stop the others, and is exit code 1", async () => {
  const { leases, sandbox, members, passTime } = await openRuns();
  sandbox.faults.inject({ service: "iam", action: "RemoveUserFromGroup", kind: "access-denied", times: 9 });
  const ended = await leases("end", "--who", robin, "--table", table, "--yes");
  expect(ended.code).toBe(1);
  expect(ended.stdout).toMatch(/^ended {4}run-1\n/m);
  expect(ended.stdout).toMatch(
    /^failed {3}run-2\n {9}Your access to IAM group prod-admins in account 123456789012 may not\n {9}have ended: /m,
  );
  expect(members()).toContain(robin);
  expect((await leases("list", "--table", table, "--failed")).stdout).toContain(`who      IAM user ${robin}`);
  sandbox.faults.clear();
  // The lock of the failed end lasts until its function's time limit.
  await passTime(60_000);
  expect(await leases("end", "run-2", "--table", table, "--yes")).toMatchObject({ code: 0 });
  expect(members()).not.toContain(robin);
});

test("a function that cannot be called is a failed end", async () => {
  const { leases, items, put, members } = await openRuns();
  for (const item of await items()) await put("acme-iam-group-leases", item);
  const ended = await leases("end", "--who", robin, "--table", "acme-iam-group-leases", "--yes");
  expect(ended.code).toBe(1);
  expect(
    ended.stdout.match(
      /^failed {3}run-\d\n {9}AWS Lambda cannot call the function acme-iam-group\. No function/gm,
    ),
  ).toHaveLength(2);
  expect(members()).toContain(robin);
});

test("end ends a run whose escalate was cut off before a lease listed it", async () => {
  const { leases, put } = await openAccount();
  const names = { subject: `IAM user ${robin}`, resource: "IAM group prod-admins in account 123456789012" };
  const ids = { host: "123456789012", resource: "AGPA1", subject: "AIDA1" };
  const access = { ...ids, userName: robin, groupName: "prod-admins", names };
  const opened = {
    lease_key: { S: "iam-group|123456789012|AGPA1|AIDA1" },
    access: { S: JSON.stringify(access) },
  };
  await put(table, { pk: { S: "run#run-9" }, host: { S: "123456789012" }, wish: { S: "w" }, ...opened });
  const ended = await leases("end", "--who", robin, "--prefix", "sym", "--yes");
  expect(ended.stdout).toContain("run      run-9\n         opened, in no lease\n");
  expect(ended.stdout).toMatch(/^ended {4}run-9\n {9}There was nothing to revoke/m);
  expect((await leases("list", "--table", table)).stdout).toContain("Runs: 1, closed: 1.");
});

test.for([
  [["end", "run-9"], "No run or lease run-9 exists in the tables sym-…-leases. npm run leases -- list "],
  [["end", "--who", "kim@example.com"], "The records name accounts, not e-mails: IAM user "],
  [["end", "--who", "robin.requester"], `No run matches in whole words; IAM user ${requester} on IAM group`],
  [["end", "--who", robin, "--what", "other"], "No record matches --what other."],
] as const)("%s ends nothing, and says why", async ([args, sentence]) => {
  const { leases, members } = await openRuns();
  const { code, stdout, stderr } = await leases(...args, "--prefix", "sym", "--yes");
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(sentence);
  expect(members()).toHaveLength(2);
});

const python = process.env["PYTHON"] ?? "python3";
const hasPython = spawnSync(python, ["-c", "import pty"]).status === 0;
if (!hasPython)
  process.stderr.write(`${python} is not installed, so the question of leases end is not tested.\n`);

/** Runs end in a pseudo-terminal, and types the answer when the question is there. */
async function typeAnswer(answer: string, environment: Record<string, string>) {
  const program = `
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:-1])
seen = b""
asked = False
while True:
    try:
        more = os.read(terminal, 4096)
    except OSError:
        break
    if not more:
        break
    seen += more
    if not asked and b"Type yes: " in seen:
        asked = True
        os.write(terminal, sys.argv[-1].encode() + b"\\n")
sys.stdout.buffer.write(seen)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;
  const file = path.join(workspaceRoot, "tools/cli/src/leases.ts");
  const args = ["-c", program, process.execPath, file, "end", "--who", robin, "--prefix", "sym", answer];
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: process.env["HOME"] ?? "",
    NO_COLOR: "1",
    ...environment,
  };
  const child = spawn(python, args, { cwd: workspaceRoot, env, stdio: ["ignore", "pipe", "inherit"] });
  const code = new Promise<number | null>((resolve) => child.once("close", resolve));
  return { output: await text(child.stdout), code: await code };
}

test.skipIf(!hasPython)("end asks on a terminal, and ends only after yes", async () => {
  const { environment, members } = await openRuns();
  const refused = await typeAnswer("no", environment);
  expect(refused.output).toContain("End these 2 runs? Type yes: ");
  expect(refused.output).toContain("Nothing was ended.");
  expect(refused.code).toBe(1);
  expect(members()).toContain(robin);
  const agreed = await typeAnswer("yes", environment);
  expect(agreed.output).toMatch(/ended {4}run-1\r?\n/);
  expect(agreed.code).toBe(0);
  expect(members()).toEqual([requester]);
});
