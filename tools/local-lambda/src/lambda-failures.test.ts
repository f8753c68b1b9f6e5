import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Socket } from "node:net";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { isRunning, openLambda, writeBundle } from "./bundle.test-support.ts";

/** A bundle whose handler depends on the event's `does`, so that further events show the effects of a failure. */
function handlers(cases: Record<string, string>) {
  const functions = Object.entries(cases).map(([name, body]) => `${name}: async () => { ${body} }`);
  return `const does = { nothing: async () => process.pid, ${functions.join(", ")} };
    exports.handler = (event) => does[event.does]();`;
}

async function failWith(body: string, options: { timeoutMilliseconds?: number } = {}) {
  const lambda = await openLambda(handlers({ it: body }), options);
  const { payload: pid } = await lambda.invoke({ does: "nothing" });
  const failure = await lambda.invoke({ does: "it" });
  const next = await lambda.invoke({ does: "nothing" });
  return { failure, next, survived: next.payload === pid };
}

test("a thrown error is described and logged, and the environment survives", async () => {
  const { failure, survived } = await failWith('throw new TypeError("no such group")');
  expect(failure).toMatchObject({
    functionError: "Unhandled",
    payload: { errorType: "TypeError", errorMessage: "no such group" },
    logs: [expect.stringContaining("no such group")],
  });
  expect(failure.payload).toHaveProperty("trace.0", "TypeError: no such group");
  expect(survived).toBe(true);
});

test("a thrown string is described by its type", async () => {
  const { failure } = await failWith('throw "no"');
  expect(failure.payload).toEqual({ errorType: "string", errorMessage: "no", trace: [] });
});

test("a result that is not JSON is a JSONStringifyError", async () => {
  const { failure, survived } = await failWith("return 1n");
  expect(failure).toMatchObject({
    functionError: "Unhandled",
    payload: { errorType: "Runtime.JSONStringifyError" },
  });
  expect(survived).toBe(true);
});

test("a result of more than 6 MB is refused", async () => {
  const { failure, survived } = await failWith('return "x".repeat(6_291_555)');
  expect(failure.functionError).toBe("Unhandled");
  expect(failure.payload).toMatchObject({ errorType: "Function.ResponseSizeTooLarge" });
  expect(survived).toBe(true);
});

test("an unhandled rejection ends the process, and the next event starts a new process", async () => {
  const body = 'Promise.reject(new Error("forgotten")); await new Promise((r) => setTimeout(r, 1000))';
  const { failure, next } = await failWith(body);
  expect(failure).toMatchObject({ functionError: "Unhandled", payload: { errorType: "Runtime.ExitError" } });
  expect(failure.payload).toMatchObject({ errorMessage: expect.stringContaining("exit status 1") });
  expect(failure.logs.join("\n")).toContain("forgotten");
  expect(next.coldStart).toBe(true);
});

test("a promise that never settles ends the process without a reason", async () => {
  const { failure } = await failWith("await new Promise(() => {})");
  expect(failure.payload).toMatchObject({
    errorType: "Runtime.ExitError",
    errorMessage: `RequestId: ${failure.requestId} Error: Runtime exited without providing a reason`,
  });
});

test("a function past its time is killed, even in a busy loop", async () => {
  const body = 'console.log("looping"); for (;;);';
  const { failure, next } = await failWith(body, { timeoutMilliseconds: 500 });
  expect(failure).toMatchObject({
    functionError: "Unhandled",
    payload: {
      errorType: "Sandbox.Timedout",
      errorMessage: `RequestId: ${failure.requestId} Error: Task timed out after 0.50 seconds`,
    },
    logs: ["looping"],
  });
  expect(next.coldStart).toBe(true);
});

test("an endless loop after the answer does not change the answer", async () => {
  // The loop starts after the Runtime API has confirmed the answer.
  const body = `const { subscribe } = require("node:diagnostics_channel");
    subscribe("http.client.response.finish", () => { for (;;); });
    return "answered";`;
  const { failure } = await failWith(body, { timeoutMilliseconds: 500 });
  expect(failure).toMatchObject({ payload: "answered" });
});

test("a bundle that cannot load fails each event once, with one start for each", async () => {
  const lambda = await openLambda('console.log("loading"); throw new Error("GROUP_NAME is not set");');
  for (const _ of [1, 2]) {
    const { payload, functionError, logs } = await lambda.invoke({});
    expect(functionError).toBe("Unhandled");
    expect(payload).toMatchObject({ errorType: "Error", errorMessage: "GROUP_NAME is not set" });
    expect(logs.filter((line) => line === "loading")).toHaveLength(1);
    expect(lambda.environments()).toEqual([]);
  }
});

test("an invalid bundle gives the runtime's error type", async () => {
  const wrong = {
    "Runtime.HandlerNotFound": "exports.other = 1;",
    "Runtime.CallbackHandlerDeprecated": "exports.handler = (event, context, callback) => callback();",
    "Runtime.ImportModuleError": 'require("not-bundled");',
    "Runtime.UserCodeSyntaxError": "exports.handler = (",
  };
  for (const [errorType, source] of Object.entries(wrong)) {
    const lambda = await openLambda(source);
    expect((await lambda.invoke({})).payload).toMatchObject({ errorType });
  }
});

test("a bundle that takes too long to load is killed", async () => {
  const lambda = await openLambda("for (;;);", { initTimeoutMilliseconds: 200 });
  const { payload } = await lambda.invoke({});
  expect(payload).toMatchObject({ errorType: "Sandbox.Timedout" });
  expect(lambda.environments()).toEqual([]);
});

test("a killed environment fails its event and is not used again", async () => {
  const lambda = await openLambda(handlers({ wait: "await new Promise((r) => setTimeout(r, 60_000))" }));
  const first = await lambda.invoke({ does: "nothing" });
  const invocation = lambda.invoke({ does: "wait" });
  const [{ pid } = { pid: 0 }] = lambda.environments();
  lambda.kill(pid);
  expect((await invocation).payload).toMatchObject({
    errorType: "Runtime.ExitError",
    errorMessage: expect.stringContaining("signal: killed"),
  });
  expect(first.payload).toBe(pid);
  const second = await lambda.invoke({ does: "nothing" });
  lambda.kill(second.payload as number);
  expect((await lambda.invoke({ does: "nothing" })).coldStart).toBe(true);
  expect(isRunning(pid)).toBe(false);
  expect(() => lambda.kill(pid)).toThrow("has the pid");
});

test("a missing Node binary rejects the invocation", async () => {
  const lambda = await openLambda("exports.handler = async () => 1;", { node: "/nowhere/node" });
  await expect(lambda.invoke({})).rejects.toThrow("ENOENT");
});

test("idle and busy environments end when the process that started them crashes", async () => {
  const handlerSockets: Socket[] = [];
  const server = createServer((socket) => handlerSockets.push(socket.resume().on("error", () => {})));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const bundle = await writeBundle(`exports.handler = async ({ wait }) => {
    const socket = require("node:net").connect(${port}, "127.0.0.1");
    await new Promise((connected) => socket.once("connect", connected));
    if (wait) await new Promise(() => {});
  };`);
  const script = path.join(bundle, "parent.mjs");
  await writeFile(
    script,
    `import { startLocalLambda } from ${JSON.stringify(new URL("./local-lambda.ts", import.meta.url).href)};
    const lambda = startLocalLambda({ bundle: ${JSON.stringify(bundle)} });
    lambda.invoke({ wait: true });
    await lambda.invoke({ wait: false });
    console.log("one is idle");`,
  );
  const parent = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
  await once(parent.stdout, "data");
  await expect.poll(() => handlerSockets.length).toBe(2);
  const ends = handlerSockets.map((socket) => once(socket, "close"));
  parent.kill("SIGKILL");
  await Promise.all(ends);
});
