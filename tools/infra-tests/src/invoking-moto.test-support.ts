import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { findBundle } from "@sym/local-lambda/handler-bundles";
import { startLocalLambda } from "@sym/local-lambda/local-lambda";
import { pass } from "@sym/stand-ins/in-between";
import { type HttpReply, type HttpRequest, serve } from "@sym/stand-ins/kernel/serve";
import type { Moto } from "@sym/stand-ins/moto";

/** `environmentOf`: variables over those of the function's configuration, by the function's name. */
type Options = { moto: Moto; environmentOf(name: string): Record<string, string> };

/** moto, except for what moto lacks: functions that run, and functions that were deployed some time ago. */
export type InvokingMoto = {
  url: string;
  /** From now on, this function gives this answer, as an older bundle would; undefined for the built bundle. */
  answerWith(name: string, answer: unknown): void;
  /** The lines in the logs of all functions. */
  logs: string[];
  close(): Promise<void>;
};

const functions = "/2015-03-31/functions/";

/**
 * moto needs Docker to run a function. This server stands before moto: a local Lambda answers Invoke, with the
 * configuration that moto holds and the bundle built here. All other calls are moto's.
 */
export async function startInvokingMoto({ moto, environmentOf }: Options): Promise<InvokingMoto> {
  const { AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY: secretAccessKey = "" } =
    moto.environment;
  const client = new LambdaClient({
    endpoint: moto.url,
    region: "us-east-1",
    credentials: { accessKeyId, secretAccessKey },
  });
  const answers = new Map<string, unknown>();
  const logs: string[] = [];

  async function invoke(name: string, event: unknown): Promise<HttpReply> {
    const answer = answers.get(name);
    if (answer !== undefined) return { status: 200, body: JSON.stringify(answer) };
    const command = new GetFunctionConfigurationCommand({ FunctionName: name });
    const { FunctionArn = "", Timeout = 3, Environment } = await client.send(command);
    const lambda = startLocalLambda({
      bundle: findBundle(name.replace(/^sym-/, "")),
      functionArn: FunctionArn,
      timeoutMilliseconds: Timeout * 1_000,
      environment: { ...Environment?.Variables, ...environmentOf(name) },
    });
    try {
      const { payload, functionError, logs: lines } = await lambda.invoke(event);
      logs.push(...lines);
      const headers = functionError === undefined ? {} : { "x-amz-function-error": functionError };
      return { status: 200, headers, body: JSON.stringify(payload) };
    } finally {
      await lambda.close();
    }
  }

  const { url, close } = await serve(async (request) => {
    const [name = "", action] = request.url.pathname.replace(functions, "").split("/");
    if (action === "invocations") return await invoke(name, JSON.parse(request.body));
    const reply = await pass(moto.url, request);
    return isConfiguration(request) ? aged(reply) : reply;
  });
  return {
    url,
    close,
    logs,
    answerWith: (name, answer) => void answers.set(name, answer),
  };
}

function isConfiguration({ method, url }: HttpRequest): boolean {
  return method === "GET" && url.pathname.startsWith(functions) && url.pathname.endsWith("/configuration");
}

/** The configuration of a function that was deployed some time ago. Every function in moto is seconds old. */
function aged(reply: HttpReply): HttpReply {
  const body = JSON.stringify({
    ...JSON.parse(reply.body ?? ""),
    LastModified: "2026-01-02T03:04:05.000+0000",
  });
  return reply.status === 200 ? { ...reply, body } : reply;
}
