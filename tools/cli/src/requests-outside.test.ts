// The command lines of request and requests, and the failures between the commands and the API.
import { runScript, temporaryFolder } from "@sym/command-line/front-door.test-support";
import { type HttpReply, serve } from "@sym/stand-ins/kernel/serve";
import { expect, onTestFinished, test } from "vitest";
import { environmentOf, openFlow, standard } from "./flow.test-support.ts";
import { readRequestOptions, readRequestsOptions } from "./requests/options.ts";

const id = "flow-11111111-1111-4111-8111-111111111111";
const api = "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com";

test.for([
  [[], "Choose a command: npm run requests -- list, show <id>"],
  [["lists"], "Choose a command"],
  [["list", "a"], "Unexpected argument a"],
  [["targets", "a"], "Unexpected argument a"],
  [["show"], "Name the request: npm run requests -- show <id>. The command list shows the ids."],
  [["approve", "a", "b"], "Unexpected argument b"],
  [
    ["show", "../targets?x"],
    "../targets?x is not the id of a request. npm run requests -- list shows the ids.",
  ],
  [["show", id, "--person", "b"], "--person is for list, not show"],
  [["end", id, "--open"], "--open is for list, not end"],
  [["list", "--api", "ftp://example.com"], "ftp://example.com is not the address of the flow's API"],
  [["list", "--api", "http://example.com"], "http://example.com is not the address"],
  [["list", "--api", "example.com"], "example.com is not the address"],
  [["list", "--api", `${api}/?a=b`], "is not the address"],
  [
    ["list", "--api", "https://flow.example.com"],
    "The region of https://flow.example.com is not known. Set --region",
  ],
  [
    ["list", "--api", api, "--region", "us-east-1"],
    "--region us-east-1 is not the region eu-central-1 of the address",
  ],
  [["list", "--api", api, "--timeout", "never"], "--timeout never is not a number of seconds"],
  [["list"], "The address of the flow's API is missing. Set SYM_FLOW_API or --api"],
] as const)("requests %s is a usage error", ([args, sentence]) => {
  expect(() => readRequestsOptions([...args], {})).toThrow(sentence);
});

test.for([
  [[], "Name a target and a duration, such as npm run request -- prod-admins --for 30m"],
  [["prod-admins"], "Name a target and a duration"],
  [["prod-admins", "more", "--for", "30m"], "Name a target and a duration"],
  [["prod-admins", "--for", "30m", "--people", "a"], "Unknown option --people"],
] as const)("request %s is a usage error", ([args, sentence]) => {
  expect(() => readRequestOptions([...args], { SYM_FLOW_API: api })).toThrow(sentence);
});

test("the region is the address's own, or else as in AWS's tools", () => {
  const place = (args: string[], env: NodeJS.ProcessEnv) =>
    readRequestsOptions(["list", ...args], env)?.place;
  expect(place(["--api", `${api}/prod/`], { AWS_REGION: "us-east-1" })).toMatchObject({
    address: `${api}/prod`,
    region: "eu-central-1",
  });
  const own = { SYM_FLOW_API: "https://flow.example.com" };
  expect(place([], { ...own, AWS_DEFAULT_REGION: "eu-west-1" })).toMatchObject({ region: "eu-west-1" });
  expect(place(["--region", "eu-west-2"], { ...own, AWS_REGION: "eu-west-1" })).toMatchObject({
    region: "eu-west-2",
  });
});

/** The last line on stderr of a command that could not be carried out. */
async function failure(environment: Record<string, string>, args = ["list"], script = "requests" as const) {
  const run = args[0] === "prod-admins" ? "request" : script;
  const HOME = await temporaryFolder();
  const all = { HOME, AWS_EC2_METADATA_DISABLED: "true", ...environment };
  const { code, stdout, stderr } = await runScript(run, args, { environment: all });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  return stderr.trim();
}

test("each refusal of API Gateway names the remedy", async () => {
  const { url, flow } = await openFlow();
  const by = (name: string, changes: Record<string, string> = {}) => ({
    ...environmentOf(name, url),
    ...changes,
  });
  const refused = `API Gateway at ${url} refused the call`;
  expect(await failure(by("outsider"), standard)).toBe(
    `${refused}. Your role lacks a permission. Allow execute-api:Invoke on the API, or set AWS_PROFILE to a role that may do this.`,
  );
  expect(await failure(by("late"))).toBe(
    `${refused}. Your AWS credentials have expired. Log in again, such as with aws sso login.`,
  );
  expect(await failure(by("nobody"))).toMatch(
    /refused the call \(The security token included in the request is invalid\)\. Correct AWS_PROFILE or the AWS_ variables/,
  );
  expect(await failure(by("robin", { AWS_SECRET_ACCESS_KEY: "wrong" }))).toContain(
    "(The request signature we calculated",
  );
  expect(await failure(by("sam", { AWS_SESSION_TOKEN: "wrong" }))).toContain(
    "The security token included in the request",
  );
  expect(await failure(by("robin", { AWS_REGION: "eu-west-1" }))).toMatch(
    /scoped to a valid region.* check the region eu-west-1\.$/,
  );
  expect(await failure(by("robin", { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" }))).toBe(
    `Nothing was sent to ${url}. AWS credentials are missing. Set AWS_PROFILE after aws sso login, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`,
  );
  expect(flow.executions.started.size).toBe(0);
});

/** A server in the place of the API. */
async function answering(
  reply: HttpReply | { status: 0; errorCode: "timeout" | "reset"; connection: "open" | "broken" },
) {
  const server = await serve(() => reply);
  onTestFinished(() => server.close());
  return environmentOf("robin", server.url);
}

const mayBe =
  "The flow may or may not have recorded this. Look with npm run requests -- list before you run the command again.";

test("a call without an answer may have been recorded, unless it only reads", async () => {
  const silent = await answering({ status: 0, errorCode: "timeout", connection: "open" });
  expect(await failure(silent, [...standard, "--timeout", "0.2"])).toBe(
    `The API at ${silent["SYM_FLOW_API"]} did not answer within 0.2 seconds. ${mayBe}`,
  );
  expect(await failure(silent, ["list", "--timeout", "0.2"])).toMatch(
    /did not answer within 0\.2 seconds\. The call only reads; try again in a minute\.$/,
  );
  const broken = await answering({ status: 0, errorCode: "reset", connection: "broken" });
  expect(await failure(broken, ["end", id])).toMatch(
    /^The connection to .* broke.*\. The flow may or may not/,
  );
  const failing = await answering({ status: 503, body: '{"message":"Service Unavailable"}' });
  expect(await failure(failing, standard)).toBe(
    `The API at ${failing["SYM_FLOW_API"]} failed (status 503). ${mayBe}`,
  );
});

test("a wrong address, a page and throttling name the remedy", async () => {
  const closed = await serve(() => ({ status: 200 }));
  await closed.close();
  expect(await failure(environmentOf("robin", closed.url), standard)).toBe(
    `The API at ${closed.url} is unreachable (ECONNREFUSED). Correct --api or SYM_FLOW_API, or check the network.`,
  );
  const page = await answering({
    status: 200,
    headers: { "content-type": "text/html" },
    body: "<p>Sign in</p>",
  });
  expect(await failure(page)).toMatch(
    /is not from the flow's API \(status 200\)\. Correct --api or SYM_FLOW_API\.$/,
  );
  const moved = await answering({ status: 302, headers: { location: "http://127.0.0.1:9" } });
  expect(await failure(moved)).toContain("is not from the flow's API (status 302)");
  const missing = await answering({ status: 404, body: '{"message":"Not Found"}' });
  expect(await failure(missing)).toMatch(
    /has no such call\. Correct --api or SYM_FLOW_API: .* with its stage/,
  );
  const busy = await answering({ status: 429, body: '{"message":"Too Many Requests"}' });
  expect(await failure(busy)).toContain(
    "AWS throttles these calls (TooManyRequestsException). Run the command again",
  );
});

test("a failure while --wait waits says that the request is recorded", async () => {
  const asked = { request: { id, status: "asked", meaning: "It waits." } };
  const server = await serve(({ method }) =>
    method === "POST"
      ? { status: 201, body: JSON.stringify(asked) }
      : { status: 404, body: '{"message":"Not Found"}' },
  );
  onTestFinished(() => server.close());
  expect(await failure(environmentOf("robin", server.url), [...standard, "--wait"])).toMatch(
    new RegExp(
      `Request ${id} is recorded, but was not found again\\. npm run requests -- show ${id} looks again\\.$`,
    ),
  );
});

test("show tells which message was not told, and why", async () => {
  let ahead = 0;
  const { ask, invoke, requests, sandbox } = await openFlow({ now: () => Date.now() + ahead });
  const id = await ask();
  await invoke("plan", { request: id });
  sandbox.faults.inject({ service: "sns", action: "Publish", kind: "access-denied", times: 1_000 });
  await invoke("ask", { request: id, token: "token" });
  const { stdout } = await requests("kim", "show", id);
  expect(stdout).toMatch(
    /^message {2}asked, to approvers, not told yet\n {9}This function is not allowed to call sns:Publish on topic\s+\S+;.*\n/m,
  );
  sandbox.faults.clear();
  ahead = 5 * 60_000;
  await invoke("watchman", {});
  expect((await requests("kim", "show", id)).stdout).toMatch(/^message {2}asked, to approvers, told /m);
});
