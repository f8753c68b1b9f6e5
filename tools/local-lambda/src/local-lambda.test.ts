import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { openSandbox } from "@sym/stand-ins/aws/clients.test-support";
import { expect, test, vi } from "vitest";
import { isRunning, openLambda, writeBundle } from "./bundle.test-support.ts";
import { startLocalLambda } from "./local-lambda.ts";

const ECHO = "exports.handler = async (event) => event;";

test("a handler gets the event and its result is the payload", async () => {
  const lambda = await openLambda(ECHO);
  const { payload, requestId, functionError } = await lambda.invoke({ name: "Róbin 🤖" });
  expect(payload).toEqual({ name: "Róbin 🤖" });
  expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(functionError).toBeUndefined();
});

test("an undefined result is null", async () => {
  const lambda = await openLambda("exports.handler = async () => {};");
  expect((await lambda.invoke({})).payload).toBeNull();
});

test("the context is that of the named function", async () => {
  const source = `exports.handler = async (_, context) => ({
    ...context, remaining: context.getRemainingTimeInMillis() > 0
  });`;
  const functionArn = "arn:aws:lambda:eu-west-1:123456789012:function:iam-group";
  const lambda = await openLambda(source, { functionArn });
  const { payload, requestId } = await lambda.invoke({});
  expect(payload).toEqual({
    awsRequestId: requestId,
    invokedFunctionArn: functionArn,
    functionName: "iam-group",
    functionVersion: "$LATEST",
    memoryLimitInMB: "128",
    logGroupName: "/aws/lambda/iam-group",
    logStreamName: expect.stringMatching(/\[\$LATEST\][0-9a-f]{32}$/),
    remaining: true,
  });
});

test("the function's clock is as far ahead as the given clock was when the event began", async () => {
  const source = `const { now } = Date;
    exports.handler = async (_, context) => ({
      ages: [now(), Date.now(), new Date().getTime(), Date.parse(Date())].map((time) => Math.floor(time / 3_600_000)),
      fixed: new Date(0) instanceof Date && new Date(0).toJSON(),
      remaining: context.getRemainingTimeInMillis() > 0 && context.getRemainingTimeInMillis() <= 30_000,
    });`;
  const hours = (time: number) => Math.floor(time / 3_600_000);
  let time = Date.UTC(2030, 0, 1, 12, 30);
  const lambda = await openLambda(source, { now: () => time });
  const fixed = new Date(0).toJSON();
  const early = hours(time);
  expect((await lambda.invoke({})).payload).toEqual({ ages: Array(4).fill(early), fixed, remaining: true });
  time += 5 * 3_600_000;
  expect((await lambda.invoke({})).payload).toEqual({
    ages: Array(4).fill(early + 5),
    fixed,
    remaining: true,
  });
});

test("a clock that stands still shows the time of the event's begin, until the next event", async () => {
  const source = `exports.handler = async (_, context) => {
    const [before, started] = [Date.now(), performance.now()];
    while (performance.now() < started + 5);
    return [before, Date.now(), context.getRemainingTimeInMillis()];
  };`;
  let time = Date.UTC(2030, 0, 1, 12, 30);
  const lambda = await openLambda(source, { now: () => time, standsStill: true });
  expect((await lambda.invoke({})).payload).toEqual([time, time, 30_000]);
  time += 60_000;
  expect((await lambda.invoke({})).payload).toEqual([time, time, 30_000]);
});

test("the environment has Lambda's variables and the function's, and none of the parent's", async () => {
  vi.stubEnv("PARENT_SECRET", "hunter2");
  const lambda = await openLambda("exports.handler = async () => process.env;", {
    environment: { GROUP_NAME: "prod-admins" },
  });
  const { payload } = await lambda.invoke({});
  vi.unstubAllEnvs();
  expect(payload).toMatchObject({ GROUP_NAME: "prod-admins", AWS_REGION: "us-east-1", TZ: ":UTC" });
  expect(payload).not.toHaveProperty("PARENT_SECRET");
});

test("an idle environment is used again and keeps its module state", async () => {
  const lambda = await openLambda("let count = 0; exports.handler = async () => ++count;");
  const first = await lambda.invoke({});
  const second = await lambda.invoke({});
  expect([first.payload, first.coldStart]).toEqual([1, true]);
  expect([second.payload, second.coldStart]).toEqual([2, false]);
  expect(second.requestId).not.toBe(first.requestId);
  expect(lambda.environments()).toEqual([{ pid: expect.any(Number), busy: false }]);
});

test("an event can be delivered twice with the same request id", async () => {
  const lambda = await openLambda("exports.handler = async (_, context) => context.awsRequestId;");
  const deliveries = await Promise.all([1, 2].map(() => lambda.invoke({}, { requestId: "request-1" })));
  expect(deliveries.map(({ payload, requestId }) => [payload, requestId])).toEqual([
    ["request-1", "request-1"],
    ["request-1", "request-1"],
  ]);
});

test("concurrent events have an environment each, and these environments are reused", async () => {
  const lambda = await openLambda("exports.handler = async () => process.pid;");
  const first = await Promise.all([lambda.invoke({}), lambda.invoke({})]);
  const second = await Promise.all([lambda.invoke({}), lambda.invoke({})]);
  const pids = (invocations: typeof first) => invocations.map((one) => one.payload).sort();
  expect(new Set(pids(first)).size).toBe(2);
  expect(pids(second)).toEqual(pids(first));
  expect(second.map((one) => one.coldStart)).toEqual([false, false]);
});

test("an environment is busy while it handles an event", async () => {
  const lambda = await openLambda(ECHO);
  await lambda.invoke({});
  const invocation = lambda.invoke({});
  expect(lambda.environments()).toMatchObject([{ busy: true }]);
  await invocation;
  expect(lambda.environments()).toMatchObject([{ busy: false }]);
});

test("logs are the lines of one invocation; the first invocation also has the lines of the start", async () => {
  const lambda = await openLambda(`console.log("loading");
    exports.handler = async ({ out, error }) => {
      if (error) console.error(error);
      process.stdout.write(out);
    };`);
  const first = await lambda.invoke({ out: "one\ntwo\n" });
  const second = await lambda.invoke({ out: "no line end", error: "to stderr" });
  const third = await lambda.invoke({ out: "" });
  expect(first.logs).toEqual(["loading", "one", "two"]);
  expect(second.logs.toSorted()).toEqual(["no line end", "to stderr"]);
  expect(third.logs).toEqual([]);
});

test("an aborted caller stops waiting, and the function runs on", async () => {
  const lambda = await openLambda("let count = 0; exports.handler = async () => ++count;");
  const controller = new AbortController();
  const invocation = lambda.invoke({}, { signal: controller.signal });
  controller.abort(new Error("enough"));
  await expect(invocation).rejects.toThrow("enough");
  await expect.poll(() => lambda.environments()).toMatchObject([{ busy: false }]);
  expect((await lambda.invoke({})).payload).toBe(2);
});

test("a bundle may be a .cjs file, and any other file is refused at once", async () => {
  const directory = await writeBundle(ECHO);
  const lambda = await openLambda("", { bundle: path.join(directory, "index.cjs") });
  expect((await lambda.invoke(1)).payload).toBe(1);
  const zip = path.join(directory, "function.zip");
  await writeFile(zip, "");
  expect(() => startLocalLambda({ bundle: zip })).toThrow("is not a bundle");
});

test("close ends idle and busy environments and refuses further events", async () => {
  const lambda = await openLambda(`exports.handler = async ({ forever }) => {
    if (forever) for (;;);
  };`);
  const endless = lambda.invoke({ forever: true });
  await lambda.invoke({});
  await expect.poll(() => lambda.environments().length).toBe(2);
  const pids = lambda.environments().map((environment) => environment.pid);
  await lambda.close();
  expect(pids.filter(isRunning)).toEqual([]);
  expect((await endless).payload).toMatchObject({ errorType: "Runtime.ExitError" });
  await expect(lambda.invoke({})).rejects.toThrow("closed");
});

test("close also ends an environment that is still being started", async () => {
  const lambda = await openLambda(ECHO);
  const invocation = lambda.invoke({});
  await lambda.close();
  expect((await invocation).functionError).toBe("Unhandled");
  expect(lambda.environments()).toEqual([]);
});

test("an SDK client in the bundle reaches the sandbox through its environment", async () => {
  const { sandbox } = await openSandbox();
  sandbox.iam.createUser("robin");
  sandbox.iam.createGroup("prod-admins");
  const sdk = createRequire(import.meta.url).resolve("@aws-sdk/client-iam");
  const source = `const { IAMClient, AddUserToGroupCommand } = require(${JSON.stringify(sdk)});
    const iam = new IAMClient();
    exports.handler = (event) => iam.send(new AddUserToGroupCommand(event));`;
  const lambda = await openLambda(source, { environment: sandbox.env });
  await lambda.invoke({ UserName: "robin", GroupName: "prod-admins" });
  expect(sandbox.iam.members("prod-admins")).toEqual(["robin"]);
});
