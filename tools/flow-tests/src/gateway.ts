// Stands before moto, and adds what moto lacks: functions that run, and answers that Terraform needs.
import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { type LocalLambda, startLocalLambda } from "@sym/local-lambda/local-lambda";
import { pass } from "@sym/stand-ins/in-between";
import { type HttpReply, type HttpRequest, serve } from "@sym/stand-ins/kernel/serve";
import { type Moto, startMoto } from "@sym/stand-ins/moto";
import { clockOfMoto } from "./clock.ts";

/** A call of a function to AWS. `call`: AWS's action, or the method and the path. */
type Call = { functionName: string; call: string };

/**
 * What happens to a call. `killed-before`, `killed-after`: the function is killed before or after the call. `failed`: AWS answers
 * with an error. `lost`: the call has its effect, and the answer is lost.
 */
export type Fate = "passed" | "killed-before" | "killed-after" | "failed" | "lost";

export type GatewayOptions = {
  python: string;
  /** The folder of a function's bundle, by the function's name. */
  bundleOf(functionName: string): string;
  /** Decides about each call of a function. */
  fateOf(call: Call): Fate;
  /** Whether the role of a function allows a call. */
  allows(functionName: string, request: HttpRequest): boolean;
  /** The address of Slack, for the functions that call Slack. */
  slackUrl: string;
};

export type Gateway = Awaited<ReturnType<typeof startGateway>>;

const functionsPath = "/2015-03-31/functions/";

/** Starts moto and the server before it. Both, and the functions, have one clock, which `advance` moves. */
export async function startGateway({ python, bundleOf, fateOf, allows, slackUrl }: GatewayOptions) {
  let moto: Moto | undefined;
  let ahead = 0;
  let invocations = 0;
  /** moto leaves an execution that waits for a token running. Here it is aborted, and runs no further step. */
  const stopped = new Set<string>();
  const lambdas = new Map<string, Promise<LocalLambda>>();
  const logs: string[] = [];
  const closings: (() => Promise<void>)[] = [];
  const now = () => Date.now() + ahead;
  const keys = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };

  /** The calls of each function come by a server of its own, so that a call names its function. */
  async function startFunction(name: string): Promise<LocalLambda> {
    const client = new LambdaClient({
      endpoint: moto?.url ?? "",
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
    const command = new GetFunctionConfigurationCommand({ FunctionName: name });
    const { FunctionArn = "", Handler = "", Timeout = 3, Environment } = await client.send(command);
    const own = await serve((request) => passFrom(name, request));
    closings.push(own.close);
    const lambda = startLocalLambda({
      bundle: bundleOf(name),
      exported: Handler.replace("index.", ""),
      functionArn: FunctionArn,
      timeoutMilliseconds: Timeout * 1_000,
      environment: {
        ...Environment?.Variables,
        ...keys,
        ...{ AWS_ENDPOINT_URL: own.url, SLACK_API_URL: `${slackUrl}/api/` },
      },
      now,
    });
    closings.push(lambda.close);
    return lambda;
  }

  async function passFrom(functionName: string, request: HttpRequest): Promise<HttpReply> {
    if (!allows(functionName, request)) return denied;
    const fate = fateOf({ functionName, call: nameOf(request) });
    if (fate === "killed-before") await kill(functionName);
    if (fate === "failed") return failed;
    const reply = await answer(request);
    if (fate === "killed-after") await kill(functionName);
    return fate === "lost" ? failed : reply;
  }

  async function kill(functionName: string): Promise<void> {
    const lambda = await lambdas.get(functionName);
    for (const { pid, busy } of lambda?.environments() ?? []) if (busy) lambda?.kill(pid);
  }

  async function invoke(name: string, event: unknown): Promise<HttpReply> {
    invocations += 1;
    try {
      const starting = lambdas.get(name) ?? startFunction(name);
      lambdas.set(name, starting);
      const { payload, functionError, requestId, logs: lines } = await (await starting).invoke(event);
      logs.push(...lines);
      const headers = {
        "content-type": "application/json",
        "x-amzn-requestid": requestId,
        ...(functionError !== undefined && { "x-amz-function-error": functionError }),
      };
      return { status: 200, headers, body: JSON.stringify(payload) };
    } finally {
      invocations -= 1;
    }
  }

  async function answer(request: HttpRequest): Promise<HttpReply> {
    const [arn = "", action] = request.url.pathname.replace(functionsPath, "").split("/");
    if (action === "invocations" && request.url.pathname.startsWith(functionsPath)) {
      const event = JSON.parse(request.body);
      if (stopped.has(event.request)) return answered({ next: "over", seconds: 1 });
      return await invoke(nameIn(decodeURIComponent(arn)), event);
    }
    const call = nameOf(request);
    if (missingInMoto[call] !== undefined) return answered(missingInMoto[call]);
    const reply = await pass(moto?.url ?? "", request);
    const [, execution = ""] = /:(flow-[\da-f-]{36})"/.exec(request.body) ?? [];
    if (call === "StopExecution" && reply.status === 200) stopped.add(execution);
    if (call === "DescribeExecution" && stopped.has(execution))
      return answered({ ...JSON.parse(reply.body ?? "{}"), status: "ABORTED" });
    return { ...reply, headers: { "x-amzn-requestid": "moto", ...reply.headers } };
  }

  const { url, close } = await serve(answer);
  moto = await startMoto(python, { environment: { MOTO_PORT: new URL(url).port }, wrapped: clockOfMoto });
  const config = JSON.stringify({ stepfunctions: { execute_state_machine: true } });
  await fetch(`${moto.url}/moto-api/config`, { method: "POST", body: config });

  return {
    url,
    environment: { ...keys, AWS_ENDPOINT_URL: url, AWS_REGION: "us-east-1" },
    now,
    /** The printed lines of all functions. */
    logs,
    isIdle: () => invocations === 0,
    invoke: async (name: string, event: unknown) => JSON.parse((await invoke(name, event)).body ?? "null"),
    /** As after a deployment: the next invocation of each function starts a new process. */
    async restartFunctions(): Promise<void> {
      const old = [...lambdas.values()];
      lambdas.clear();
      for (const lambda of old) await (await lambda).close();
    },
    /** Lets time pass for everything behind this server. */
    async advance(milliseconds: number): Promise<void> {
      ahead += milliseconds;
      await fetch(`${moto?.url}/clock?ahead=${ahead / 1_000}`);
    },
    async close(): Promise<void> {
      await moto?.close();
      await Promise.all(closings.map((one) => one()));
      await close();
    },
  };
}

function answered(body: unknown): HttpReply {
  const headers = { "content-type": "application/json", "x-amzn-requestid": "gateway" };
  return { status: 200, headers, body: JSON.stringify(body) };
}

const denied: HttpReply = {
  status: 403,
  headers: { "content-type": "application/x-amz-json-1.0", "x-amzn-requestid": "gateway" },
  body: JSON.stringify({
    __type: "AccessDeniedException",
    message: "The role's policy does not allow the call",
  }),
};
const failed: HttpReply = { status: 500, headers: { "x-amzn-requestid": "gateway" }, body: "{}" };

/** Calls of Terraform's AWS provider that moto answers with an error. */
const missingInMoto: Record<string, unknown> = {
  ValidateStateMachineDefinition: { result: "OK", diagnostics: [] },
  ListStateMachineVersions: { stateMachineVersions: [] },
};

function nameOf({ method, url, headers, body }: HttpRequest): string {
  const target = headers["x-amz-target"];
  if (target) return String(target).split(".").at(-1) ?? "";
  const [, action] = /(?:^|&)Action=(\w+)/.exec(body) ?? [];
  return action ?? `${method} ${url.pathname}`;
}

/** The name of a function in its name or ARN. */
function nameIn(text: string): string {
  return text.startsWith("arn:") ? (text.split(":")[6] ?? "") : text;
}
