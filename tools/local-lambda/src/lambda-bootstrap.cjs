// Runs inside the child process of a local Lambda, in the place of AWS's Node.js runtime.
const { existsSync } = require("node:fs");
const http = require("node:http");
const path = require("node:path");

const { env, stdin, stdout, stderr } = process;
const output = [stdout.write.bind(stdout), stderr.write.bind(stderr)];
// Must match the text in lambda-logs.ts.
const END_OF_INVOCATION = "\0end of invocation\n";

// The parent process holds the other end of stdin. If the parent ends, even by a crash, this process ends, too.
stdin.on("close", () => process.exit(1));
stdin.resume().unref();

// The parent process says with each event how far the function's clock is ahead of the real clock, or where it stands.
let ahead = 0;
let standing;
if (env.LOCAL_LAMBDA_CLOCK) replaceDate();

// An unhandled rejection ends the process with exit code 1, as in Lambda.
void main();

function replaceDate() {
  const RealDate = Date;
  const now = () => standing ?? RealDate.now() + ahead;
  globalThis.Date = new Proxy(RealDate, {
    apply: () => new RealDate(now()).toString(),
    construct: (target, given, newTarget) =>
      Reflect.construct(target, given.length > 0 ? given : [now()], newTarget),
    get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
  });
}

async function main() {
  const handler = await load();
  for (;;) {
    const { headers, body } = await call("GET", "invocation/next");
    ahead = Number(headers["local-lambda-clock-ahead-ms"]);
    if (env.LOCAL_LAMBDA_CLOCK === "stands") standing = Number(headers["local-lambda-clock-now-ms"]);
    await invoke(handler, headers, JSON.parse(body));
    for (const write of output) write(END_OF_INVOCATION);
  }
}

async function load() {
  try {
    return requireHandler();
  } catch (error) {
    console.error("Init Error", error);
    await call("POST", "init/error", JSON.stringify(describe(error)));
    return process.exit(1);
  }
}

function requireHandler() {
  const dot = env._HANDLER.lastIndexOf(".");
  const base = path.join(env.LAMBDA_TASK_ROOT, env._HANDLER.slice(0, dot));
  const file = [".js", ".mjs", ".cjs"].map((extension) => base + extension).find(existsSync);
  const handler = requireBundle(file ?? base)[env._HANDLER.slice(dot + 1)];
  if (typeof handler !== "function") {
    throw named("Runtime.HandlerNotFound", `${env._HANDLER} is undefined or not exported`);
  }
  if (handler.length > 2) {
    throw named(
      "Runtime.CallbackHandlerDeprecated",
      `${env._HANDLER} takes a callback, which the runtime does not support`,
    );
  }
  return handler;
}

function requireBundle(file) {
  try {
    return require(file);
  } catch (error) {
    if (error?.code === "MODULE_NOT_FOUND") throw named("Runtime.ImportModuleError", String(error));
    if (error instanceof SyntaxError) throw named("Runtime.UserCodeSyntaxError", String(error));
    throw error;
  }
}

async function invoke(handler, headers, event) {
  const requestId = headers["lambda-runtime-aws-request-id"];
  try {
    const result = stringify(await handler(event, createContext(requestId, headers)));
    await call("POST", `invocation/${requestId}/response`, result);
  } catch (error) {
    const description = JSON.stringify(describe(error));
    console.error("Invoke Error", description);
    await call("POST", `invocation/${requestId}/error`, description);
  }
}

function createContext(requestId, headers) {
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  return {
    awsRequestId: requestId,
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

function stringify(result) {
  try {
    return JSON.stringify(result === undefined ? null : result) ?? "null";
  } catch (error) {
    throw named("Runtime.JSONStringifyError", `The handler's result is not JSON: ${error.message}`);
  }
}

function describe(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: String(error.stack).split("\n") };
}

function named(name, message) {
  return Object.assign(new Error(message), { name });
}

/** Sends a request to the Runtime API, on its own connection. If the API is gone, ends the process. */
function call(method, route, body) {
  const url = `http://${env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/${route}`;
  return new Promise((resolve) => {
    const request = http.request(url, { method, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve({ headers: response.headers, body: text }));
      response.on("error", () => process.exit(1));
    });
    request.on("error", () => process.exit(1));
    request.end(body);
  });
}
