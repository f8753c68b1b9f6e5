import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { runScript, temporaryFolder } from "@sym/command-line/front-door.test-support";
import { serve } from "@sym/stand-ins/kernel/serve";
import { expect, onTestFinished, test } from "vitest";
import type { Row } from "./doctor/row.ts";

const credentials = { AWS_REGION: "eu-west-1", AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };

test("help fits 80 columns and has an example", async () => {
  const { code, stdout } = await runScript("doctor", ["--help"]);
  expect(code).toBe(0);
  expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(stdout).toContain("npm run doctor -- --prefix sym --region eu-west-1\n");
});

test.each([
  [[], /^Choose one: --prefix sym .*, --function-name sym-iam-group .*, or --sandbox iam-group /],
  [["--prefix", "sym", "--sandbox", "iam-group"], /^Choose one: /],
  [["sym-iam-group"], /^sym-iam-group is no option\. Name a function by --function-name sym-iam-group\.$/],
  [["--sandbox", "iam-group", "--region", "eu-west-1"], /^--region is for functions in AWS\. /],
  [["--prefix", "sym", "--env", "A=b"], /^--env and --handlers are for the local bundle\. /],
  [["--prefix", "sym", "--target", "admins,prod"], /^--target admins,prod is no target\. Write a name /],
  [["--sandbox", "iam-groups"], /^No handler "iam-groups" exists in .*\. Choose from: .*iam-group/],
  [
    ["--function-name", "sym-iam-group"],
    /No AWS region is set\. Set AWS_REGION .* doctor, .* also take --region /,
  ],
  [
    [
      "--function-name",
      "arn:aws:lambda:eu-west-1:123456789012:function:sym-iam-group",
      "--region",
      "us-east-1",
    ],
    /^The command line names several regions \(us-east-1, eu-west-1\)\. Run the command once for each region\.$/,
  ],
])("the command line %j is refused with the correction", async (args, sentence) => {
  const { code, stdout, stderr } = await runScript("doctor", args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr.trimEnd()).toMatch(sentence);
});

test("--sandbox runs the check of the local bundle", async () => {
  const folder = await temporaryFolder();
  const environment = { SANDBOX_STATE: path.join(folder, "state.json") };
  const doctor = (...args: string[]) =>
    runScript("doctor", ["--sandbox", "iam-group", ...args], { environment });
  const good = await doctor();
  expect(good).toMatchObject({ code: 0, stderr: "" });
  expect(readdirSync(folder)).toEqual([]); // Nothing is changed, not even the sandbox's files.
  expect(good.stdout).toMatch(
    /^Account 123456789012, region us-east-1\nCaller {2}the sandbox\n\niam-group\n/,
  );
  expect(good.stdout).toMatch(/^ok +environment: The function's environment is valid$/m);

  const bad = await doctor("--env", "IDENTITY_RULE=mail", "--json");
  expect(bad).toMatchObject({ code: 1, stderr: "" });
  expect(JSON.parse(bad.stdout)).toEqual({
    account: "123456789012",
    region: "us-east-1",
    functions: [
      {
        name: "iam-group",
        checks: [
          { check: "version", level: "ok", message: expect.stringMatching(/^\d+\.\d+\.\d+\+[0-9a-f]{12}$/) },
          {
            check: "environment",
            level: "error",
            message:
              'This function is misconfigured: IDENTITY_RULE is "mail", but must be email, local-part or map',
          },
        ],
      },
    ],
  });
});

test("what the caller may not see is not checked, and each row names the permission", async () => {
  const environment = { ...credentials, AWS_ENDPOINT_URL: await startDenyingAws() };
  const doctor = (...args: string[]) => runScript("doctor", args, { environment });
  const { code, stdout, stderr } = await doctor("--function-name", "sym-iam-group", "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const { account, region, functions } = JSON.parse(stdout);
  expect({ account, region }).toEqual({ account: "123456789012", region: "eu-west-1" });
  const checks: Row[] = functions[0].checks;
  expect(new Set(checks.map(({ level }) => level))).toEqual(new Set(["not-checked"]));
  const lacking = checks.flatMap(
    ({ message }) => /your credentials lack the permission (.*)\.$/.exec(message)?.[1] ?? [],
  );
  expect(lacking).toEqual([
    "lambda:GetFunctionConfiguration",
    "lambda:GetFunctionConcurrency",
    "lambda:GetFunctionEventInvokeConfig",
    "logs:DescribeLogGroups",
    "lambda:InvokeFunction",
    "scheduler:GetSchedule",
    "cloudwatch:GetMetricStatistics",
    "cloudwatch:DescribeAlarms",
    "iam:ListRoles",
  ]);
  const text = (await doctor("--function-name", "sym-iam-group")).stdout;
  expect(text).toMatch(/^Account 123456789012, region eu-west-1\n/);
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);

  const all = await doctor("--prefix", "sym");
  expect(all).toMatchObject({ code: 2, stdout: "" });
  expect(all.stderr).toMatch(
    /^The functions were not listed\. .*lambda:ListFunctions, or name each function/,
  );
});

test("credentials that expire during the look-ups lack no permission", async () => {
  const environment = { ...credentials, AWS_ENDPOINT_URL: await startDenyingAws("ExpiredTokenException") };
  const { stdout } = await runScript("doctor", ["--function-name", "sym-iam-group", "--json"], {
    environment,
  });
  const checks: Row[] = JSON.parse(stdout).functions[0].checks;
  expect(checks.find(({ check }) => check === "function")).toEqual({
    ...{ check: "function", level: "not-checked" },
    message: "Not seen: Your AWS credentials have expired. Log in again, such as with aws sso login.",
  });
});

test("the policy that lets the connector invoke the function may be on a later page", async () => {
  const allow = { Effect: "Allow", Action: "lambda:InvokeFunction", Resource: "*" };
  const document = (Statement: object) =>
    `<PolicyDocument>${encodeURIComponent(JSON.stringify({ Version: "2012-10-17", Statement }))}</PolicyDocument>`;
  const names = (name: string, more: string) =>
    `<PolicyNames><member>${name}</member></PolicyNames><IsTruncated>${more !== ""}</IsTruncated>${more}`;
  const answers: [form: RegExp, action: string, result: string][] = [
    [/Action=ListRoles/, "ListRoles", "<Roles><member><RoleName>SymLambdaProd</RoleName></member></Roles>"],
    [/Action=ListRolePolicies.*Marker=/, "ListRolePolicies", names("second", "")],
    [/Action=ListRolePolicies/, "ListRolePolicies", names("first", "<Marker>m</Marker>")],
    [/Action=ListAttachedRolePolicies/, "ListAttachedRolePolicies", "<AttachedPolicies/>"],
    [
      /Action=GetRolePolicy.*PolicyName=first/,
      "GetRolePolicy",
      document({ ...allow, Action: "s3:ListBucket" }),
    ],
    [/Action=GetRolePolicy/, "GetRolePolicy", document(allow)],
  ];
  const url = await startDenyingAws("AccessDeniedException", (form) => {
    const [, action, result] = answers.find(([known]) => known.test(form)) ?? [];
    return action && `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`;
  });
  const environment = { ...credentials, AWS_ENDPOINT_URL: url };
  const { stdout } = await runScript("doctor", ["--function-name", "sym-iam-group", "--json"], {
    environment,
  });
  const checks: Row[] = JSON.parse(stdout).functions[0].checks;
  expect(checks.find(({ check }) => check === "connector")).toEqual({
    ...{ check: "connector", level: "ok", message: "SymLambdaProd may invoke the function" },
  });
});

test("--prefix takes the flow of the deployment, and not that of a longer prefix", async () => {
  const names = ["sym-flow-api", "sym-flow-flow-api", "sym-staging-flow-api", "sym-flow-apis"];
  const url = await startDenyingAws("AccessDeniedException", undefined, names);
  const environment = { ...credentials, AWS_ENDPOINT_URL: url };
  const { stdout } = await runScript("doctor", ["--prefix", "sym", "--json"], { environment });
  expect(JSON.parse(stdout).functions.map(({ name }: { name: string }) => name)).toEqual(["sym-flow-api"]);
});

test("a target of a handler is refused, if only functions of the flow are checked", async () => {
  const environment = { ...credentials, AWS_ENDPOINT_URL: await startDenyingAws() };
  const args = ["--function-name", "sym-flow-api", "--target", "admins,group_name=prod-admins"];
  const { code, stderr } = await runScript("doctor", args, { environment });
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringMatching(
      /^--target admins is a target of a handler, but only functions of the flow /,
    ),
  });
});

test("missing credentials are a usage error", async () => {
  const { code, stderr } = await runScript("doctor", ["--function-name", "sym-iam-group"], {
    environment: { AWS_REGION: "eu-west-1", AWS_EC2_METADATA_DISABLED: "true" },
  });
  expect(code).toBe(2);
  expect(stderr).toMatch(/^AWS did not identify you\. AWS credentials are missing\. Set AWS_PROFILE /);
});

test("docs/doctor.md lists the permissions that the command names", () => {
  const document = readFileSync(new URL("../../../docs/doctor.md", import.meta.url), "utf8");
  const policy = JSON.parse(/```json\n(.*?)\n```/s.exec(document)?.[1] ?? "");
  const folder = new URL("doctor/", import.meta.url);
  const source = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), "utf8"));
  // The two other actions are those of the functions' and the connectors' roles.
  const named = source.flatMap((text) => text.match(/(?<=(?:ask|askFor)\(\s*")[\w-]+:\w+/g) ?? []);
  expect([...new Set([...named, "lambda:ListFunctions"])].sort()).toEqual(policy.Statement[0].Action);
});

/**
 * AWS for a caller who may do nothing but what `allowed` answers, and list these functions, if there are any. Only
 * GetCallerIdentity needs no permission.
 */
async function startDenyingAws(
  code = "AccessDeniedException",
  allowed: (form: string) => string | undefined = () => undefined,
  functions: string[] = [],
): Promise<string> {
  const denied = JSON.stringify({ __type: code, message: "User is not authorized" });
  const deniedXml =
    "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>";
  const identity =
    "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/robin</Arn><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";
  const headers = {
    "content-type": "application/x-amz-json-1.0",
    "x-amzn-errortype": code,
  };
  const listed = { Functions: functions.map((FunctionName) => ({ FunctionName })) };
  const { url, close } = await serve(({ url: { pathname }, body }) => {
    if (functions.length > 0 && /\/functions\/?$/.test(pathname))
      return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(listed) };
    if (body.includes("Action=GetCallerIdentity")) return { status: 200, body: identity };
    const answer = allowed(String(body));
    if (answer) return { status: 200, body: answer };
    if (body.includes("Action=")) return { status: 403, body: deniedXml };
    return { status: 403, headers, body: denied };
  });
  onTestFinished(close);
  return url;
}
