import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { runScript } from "@sym/command-line/front-door.test-support";
import { startSandbox } from "@sym/stand-ins/sandbox";
import { expect, onTestFinished, test } from "vitest";

const ESCALATE = "test-payloads/escalate.json";
const robin = "robin.requester@example.com";

/** `--real` against a sandbox in the place of AWS, to which only the caller's environment leads. */
async function openReal() {
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  sandbox.iam.createUser(robin);
  sandbox.iam.createGroup("prod-admins");
  const run = (...args: string[]) =>
    runScript("invoke", ["iam-group", ESCALATE, "--real", ...args], { environment: sandbox.env });
  return { sandbox, run };
}

/** Lambda's API with one function, whose answer quotes the ARN of the received event. */
async function openLambdaApi(functionArn: string, functionError?: string) {
  const server = createServer(async (request, response) => {
    const body = await text(request);
    if (request.url?.endsWith("/configuration"))
      return response.end(JSON.stringify({ FunctionArn: functionArn }));
    const logs = Buffer.from("START\none line\n").toString("base64");
    const headers = { ...(request.headers["x-amz-log-type"] === "Tail" && { "x-amz-log-result": logs }) };
    if (functionError) response.setHeader("x-amz-function-error", functionError);
    const sent = JSON.parse(body);
    const answer = { body: { message: sent.fields.target.settings.arn, outcome: "granted" }, errors: [] };
    return response.writeHead(200, headers).end(JSON.stringify(answer));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const environment = {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
    AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  };
  return (...args: string[]) => runScript("invoke", ["iam-group", ESCALATE, ...args], { environment });
}

test("--real names the account to change, and changes nothing without --yes", async () => {
  const { sandbox, run } = await openReal();
  const { code, stdout, stderr } = await run();
  expect(code).toBe(2);
  expect(stdout).toMatch(/^--real changes access in AWS account 123456789012, as arn:aws:sts::.+\.\n$/);
  expect(stderr).toBe("Nothing was changed. Add --yes to change real access.\n");
  expect(sandbox.iam.members("prod-admins")).toEqual([]);
});

test("--real --yes changes access with the caller's own credentials", async () => {
  const { sandbox, run } = await openReal();
  const { code, stdout } = await run("--yes", "--env", "LEASES=off", "--json");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    before: { [`IAM user ${robin}`]: "no groups" },
    answer: { body: { outcome: "granted" } },
    after: { [`IAM user ${robin}`]: "prod-admins" },
  });
  expect(sandbox.iam.members("prod-admins")).toEqual([robin]);
});

test("--real passes the credentials of a profile to the bundle, which reads no profiles", async () => {
  const { sandbox } = await openReal();
  const { AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "", ...others } = sandbox.env;
  const folder = mkdtempSync(join(tmpdir(), "sym-profile-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const profile = ["[mine]", `aws_access_key_id = ${AWS_ACCESS_KEY_ID}`];
  const credentials = [...profile, `aws_secret_access_key = ${AWS_SECRET_ACCESS_KEY}`, ""].join("\n");
  writeFileSync(join(folder, "credentials"), credentials);
  const environment = {
    ...others,
    AWS_PROFILE: "mine",
    AWS_SHARED_CREDENTIALS_FILE: join(folder, "credentials"),
  };
  const args = ["iam-group", ESCALATE, "--real", "--yes", "--env", "LEASES=off"];
  const { code, stderr } = await runScript("invoke", args, { environment });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(sandbox.iam.members("prod-admins")).toEqual([robin]);
});

test("--real reports a state that cannot be read, and a state that only a role can read", async () => {
  const { sandbox, run } = await openReal();
  sandbox.iam.deleteUser(robin);
  const missing = await run("--yes", "--env", "LEASES=off", "--json");
  expect(missing.code).toBe(1);
  expect(JSON.parse(missing.stdout).before).toEqual({
    [`IAM user ${robin}`]: "could not be read (NoSuchEntityException)",
  });
  const role = "arn:aws:iam::210987654321:role/group-writer";
  const other = await run("--yes", "--env", "LEASES=off", "--json", "--setting", `role_arn=${role}`);
  expect(other.stderr).toContain(`--real changes access in AWS account 210987654321 through ${role}, as `);
  expect(JSON.parse(other.stdout).before).toEqual({
    [`IAM user ${robin}`]: `not read, because only ${role} can`,
  });
});

test("--real without working credentials is a usage error", async () => {
  const { sandbox } = await openReal();
  const environment = { ...sandbox.env, AWS_ACCESS_KEY_ID: "AKIAUNKNOWN" };
  const { code, stderr } = await runScript("invoke", ["iam-group", ESCALATE, "--real", "--yes"], {
    environment,
  });
  expect(code).toBe(2);
  expect(stderr).toContain(
    "--real needs working AWS credentials. AWS does not accept your credentials (InvalidClientTokenId",
  );
});

test("--function-name calls the deployed function with its own ARN in the payload", async () => {
  const arn = "arn:aws:lambda:eu-west-1:123456789012:function:sym-iam-group";
  const invoke = await openLambdaApi(arn);
  const byName = await invoke("--function-name", "sym-iam-group", "--json", "--logs");
  expect(byName.stderr).toContain(`This calls ${arn}`);
  expect(JSON.parse(byName.stdout)).toEqual({
    handler: "iam-group",
    before: null,
    answer: { body: { message: arn, outcome: "granted" }, errors: [] },
    after: null,
    logs: ["START", "one line"],
  });
  const byArn = await invoke("--function-name", `${arn}:live`);
  expect(byArn).toMatchObject({ code: 0, stdout: expect.stringContaining(`${arn}:live`) });
});

test("--function-name reports a function that fails, and a function that cannot be called", async () => {
  const invoke = await openLambdaApi("arn:aws:lambda:eu-west-1:123456789012:function:sym", "Unhandled");
  expect((await invoke("--function-name", "sym")).code).toBe(1);
  const { env, close } = await startSandbox();
  const refused = await runScript("invoke", ["iam-group", ESCALATE, "--function-name", "sym"], {
    environment: { ...env, AWS_MAX_ATTEMPTS: "1" },
  });
  await close();
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("AWS Lambda cannot call the function sym. AWS answered ");
});
