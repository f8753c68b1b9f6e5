import { GetFunctionConfigurationCommand, InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { Mistake } from "../mistake.ts";
import { isObject, paths, withField } from "../payload-fields.ts";
import { regionOf } from "./function-arn.ts";
import type { InvokeOptions } from "./options.ts";
import type { Note, Run } from "./run.ts";

/** The deployed function, called as Sym would call it. */
export async function runDeployed(options: InvokeOptions, payload: unknown, note: Note): Promise<Run> {
  const name = options.functionName ?? "";
  const isArn = name.startsWith("arn:");
  const lambda = new LambdaClient(isArn ? { region: regionOf(name) } : {});
  const arn = isArn ? name : await findArn(lambda, name);
  note(`This calls ${arn}, which changes real access; what its target system holds is not shown.`);
  const sent = isObject(payload) ? withField(payload, paths.setting("arn"), arn) : payload;
  const command = new InvokeCommand({
    FunctionName: name,
    InvocationType: "RequestResponse",
    LogType: options.logs ? "Tail" : "None",
    Payload: JSON.stringify(sent),
  });
  const { Payload, FunctionError, LogResult } = await lambda.send(command).catch(explain(name));
  const logs = Buffer.from(LogResult ?? "", "base64").toString();
  const answer = JSON.parse(Buffer.from(Payload ?? []).toString() || "null");
  const invocation = {
    payload: answer,
    logs: logs.trimEnd().split("\n").filter(Boolean),
    ...(FunctionError && { functionError: FunctionError }),
  };
  return { where: "in AWS", before: null, invocation, after: null };
}

async function findArn(lambda: LambdaClient, name: string): Promise<string> {
  const command = new GetFunctionConfigurationCommand({ FunctionName: name });
  const { FunctionArn } = await lambda.send(command).catch(explain(name));
  return FunctionArn ?? name;
}

function explain(name: string) {
  return (error: unknown): never => {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : typeof error;
    throw new Mistake(`The function ${name} could not be called (${reason}).`);
  };
}
