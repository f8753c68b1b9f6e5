import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { runScript, temporaryFolder } from "@sym/command-line/front-door.test-support";
import { testPayload } from "@sym/test-payloads/payloads";
import { expect, test } from "vitest";

const ESCALATE = "test-payloads/escalate.json";
const DEESCALATE = "test-payloads/deescalate.json";
const robin = "robin.requester@example.com";

/** Runs `invoke` several times against one sandbox. */
async function openInvoke() {
  const SANDBOX_STATE = path.join(await temporaryFolder(), "new", "state.json");
  return (args: string[], stdin = "") => runScript("invoke", args, { environment: { SANDBOX_STATE }, stdin });
}

test("an escalate and a deescalate show IAM before and after", async () => {
  const invoke = await openInvoke();
  const escalated = await invoke(["iam-group", ESCALATE]);
  expect(escalated).toMatchObject({ code: 0, stderr: "" });
  expect(escalated.stdout).toContain(`New in the sandbox: IAM user ${robin}, IAM group prod-admins.`);
  expect(escalated.stdout).toContain("before   IAM group prod-admins: no members");
  expect(escalated.stdout).toContain("answer   granted");
  expect(escalated.stdout).toContain(`after    IAM group prod-admins: ${robin}  <- changed`);
  const deescalated = await invoke(["iam-group", DEESCALATE]);
  expect(deescalated).toMatchObject({ code: 0, stderr: "" });
  expect(deescalated.stdout).not.toContain("New in the sandbox");
  expect(deescalated.stdout).toContain(`before   IAM group prod-admins: ${robin}`);
  expect(deescalated.stdout).toContain("answer   revoked");
  expect(deescalated.stdout).toContain("after    IAM group prod-admins: no members  <- changed");
});

test("--json prints one document on stdout, with --logs including the log lines", async () => {
  const invoke = await openInvoke();
  const plain = await invoke(["iam-group", ESCALATE, "--json"]);
  expect(plain.stderr).toContain("New in the sandbox");
  expect(JSON.parse(plain.stdout)).toEqual({
    handler: "iam-group",
    before: { "IAM group prod-admins": "no members", [`IAM user ${robin}`]: "no groups" },
    answer: { body: expect.objectContaining({ outcome: "granted" }), errors: [] },
    after: { "IAM group prod-admins": robin, [`IAM user ${robin}`]: "prod-admins" },
  });
  const { logs } = JSON.parse((await invoke(["iam-group", ESCALATE, "--json", "--logs"])).stdout);
  expect(logs.map(JSON.parse)).toContainEqual(expect.objectContaining({ step: "event", outcome: "granted" }));
});

test("options change the payload and the scene, also for a payload from stdin", async () => {
  const invoke = await openInvoke();
  const change = ["--user", "robin", "--group", "readers", "--duration", "60", "--setting", "color=blue"];
  const { stdout } = await invoke(
    ["--", "iam-group", "-", "--member", "--json", "--env", "LEASES=off", ...change],
    JSON.stringify(testPayload("deescalate.json")),
  );
  expect(JSON.parse(stdout)).toMatchObject({
    before: { "IAM group readers": "robin", "IAM user robin": "readers" },
    answer: { body: { outcome: "revoked", subject: "IAM user robin" } },
    after: { "IAM group readers": "no members" },
  });
});

test("--env reaches the function, and the sandbox seeds the requester by the same identity rule", async () => {
  const invoke = await openInvoke();
  const local = ["--env", "IDENTITY_RULE=local-part", "--env", "IDENTITY_DOMAINS=example.com"];
  const byRule = await invoke(["iam-group", ESCALATE, "--json", ...local]);
  expect(JSON.parse(byRule.stdout).after).toMatchObject({ "IAM group prod-admins": "robin.requester" });
  const map = ["--env", "IDENTITY_RULE=map", "--env", `IDENTITY_MAP={"${robin}":"rr"}`];
  const byMap = await invoke(["iam-group", ESCALATE, "--json", "--reset", ...map]);
  expect(JSON.parse(byMap.stdout).after).toMatchObject({ "IAM group prod-admins": "rr" });
});

test("a target in another account is seeded and shown in that account", async () => {
  const invoke = await openInvoke();
  const role = "role_arn=arn:aws:iam::210987654321:role/group-writer";
  const { stdout } = await invoke(["iam-group", ESCALATE, "--json", "--setting", role]);
  const { answer, after } = JSON.parse(stdout);
  expect(answer.body.resource).toBe("IAM group prod-admins in account 210987654321");
  expect(after).toMatchObject({ "IAM group prod-admins": robin });
});

test("--reset forgets the state of earlier runs", async () => {
  const invoke = await openInvoke();
  await invoke(["iam-group", ESCALATE]);
  const { stdout } = await invoke(["iam-group", ESCALATE, "--reset", "--json"]);
  expect(JSON.parse(stdout).answer.body.outcome).toBe("granted");
});

test("an answer with errors is exit code 1", async () => {
  const invoke = await openInvoke();
  const { code, stdout } = await invoke(["iam-group", "test-payloads/refused/username-cyrillic.json"]);
  expect(code).toBe(1);
  expect(stdout).toContain("New in the sandbox: not IAM user r");
  expect(stdout).toContain("answer   refused");
  expect(stdout).toContain("errors   Payload refused: run.actors.request.username is");
});

test("an unreadable payload is answered, too", async () => {
  const invoke = await openInvoke();
  const { code, stdout } = await invoke(["iam-group", "-"], "[]");
  expect(code).toBe(1);
  expect(stdout).toContain("a payload without an event type for an unnamed requester");
  expect(stdout).toContain("answer   refused");
});

test("a function that fails or answers nonsense is exit code 1", async () => {
  const invoke = await openInvoke();
  const handlers = await temporaryFolder();
  const dist = path.join(handlers, "broken", "dist");
  await mkdir(dist, { recursive: true });
  const source = "exports.handler = async ({ hang }) => { if (hang) for (;;); return 'fine'; };";
  await writeFile(path.join(dist, "index.cjs"), source);
  const nonsense = await invoke(["broken", ESCALATE, "--handlers", handlers]);
  expect(nonsense.code).toBe(1);
  expect(nonsense.stdout).toContain("handlers/broken/sandbox/system.ts does not exist");
  expect(nonsense.stdout).toContain('"fine"');
  const slow = ["broken", "-", "--handlers", handlers, "--timeout", "0.3"];
  const hung = await invoke(slow, '{"hang":true}');
  expect(hung.code).toBe(1);
  expect(hung.stdout).toContain("failed   Sandbox.Timedout");
  const { answer, functionError } = JSON.parse((await invoke([...slow, "--json"], '{"hang":true}')).stdout);
  expect([answer, functionError]).toEqual([null, expect.stringContaining("Task timed out after 0.30")]);
});

test("every usage error is one sentence and exit code 2", async () => {
  const invoke = await openInvoke();
  const unbuilt = await temporaryFolder();
  await mkdir(path.join(unbuilt, "iam-group"));
  const mistakes: [args: string[], sentence: string][] = [
    [[], "Name a handler and a payload"],
    [["iam-grup", ESCALATE], 'No handler "iam-grup" exists'],
    [["iam-group", "nowhere.json"], "nowhere.json does not exist."],
    [["iam-group", "test-payloads"], "The file test-payloads cannot be read (EISDIR)"],
    [["iam-group", "test-payloads/README.md"], "test-payloads/README.md is not JSON: Unexpected"],
    [["iam-group", ESCALATE, "--handlers", unbuilt], "The handler iam-group is not built"],
    [["iam-group", ESCALATE, "--handlers", "nowhere"], "The folder nowhere does not exist"],
    [["iam-group", ESCALATE, "--verbose"], "Unknown option --verbose: see npm run invoke -- --help."],
    [["iam-group", ESCALATE, "--user"], "The option --user needs a value"],
    [["iam-group", ESCALATE, "--json=1"], "The option --json takes no value"],
    [["iam-group", ESCALATE, "--setting", "color"], "--setting color has no value"],
    [["iam-group", ESCALATE, "--timeout", "soon"], "--timeout soon is not a number of seconds"],
    [["iam-group", ESCALATE, "--timeout", "1e7"], "--timeout 1e7 is not a number of seconds up to 2147483."],
    [["iam-group", ESCALATE, "--function-name", ""], "The option --function-name needs a value: see npm run"],
    [["iam-group", ESCALATE, "--function-name", "arn:"], "arn: is no name and no ARN of a function. Write "],
    [["iam-group", "-", "--user", "robin"], "The text from stdin is not a JSON object"],
    [["iam-group", ESCALATE, "--real", "--function-name", "sym"], "exclude each other"],
    [["iam-group", ESCALATE, "--real", "--member"], "--member and --reset are for the sandbox"],
    [["iam-group", ESCALATE, "--function-name", "sym", "--timeout", "3"], "are for the local Lambda"],
  ];
  const results = await Promise.all(mistakes.map(([args]) => invoke(args, "[]")));
  for (const [index, [, sentence]] of mistakes.entries()) {
    expect(results[index]).toMatchObject({ code: 2, stdout: "" });
    expect(results[index]?.stderr).toContain(sentence);
    expect(results[index]?.stderr).toMatch(/^.+\.\n$/);
  }
});

test("a damaged state is a usage error, which --reset repairs", async () => {
  const file = path.join(await temporaryFolder(), "state.json");
  const environment = { SANDBOX_STATE: file };
  for (const damage of ["not JSON", "{}"]) {
    await writeFile(file, damage);
    const { code, stderr } = await runScript("invoke", ["iam-group", ESCALATE], { environment });
    expect(code).toBe(2);
    expect(stderr).toBe(
      `${file} does not hold the state of a sandbox. Add --reset to start with an empty sandbox.\n`,
    );
  }
  const { code } = await runScript("invoke", ["iam-group", ESCALATE, "--reset"], { environment });
  expect(code).toBe(0);
  expect(JSON.parse(await readFile(file, "utf8"))).toHaveProperty("iam");
});

test("--help prints the usage", async () => {
  const invoke = await openInvoke();
  const { code, stdout } = await invoke(["--help"]);
  expect(code).toBe(0);
  expect(stdout).toContain("npm run invoke -- <handler> <payload> [options]");
});
