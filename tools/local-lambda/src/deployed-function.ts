import { GetFunctionConfigurationCommand, InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { awsFailure } from "@sym/command-line/aws-failure";
import { readFunctionName } from "./function-arn.ts";

/** The answer of a function in AWS, with `functionError` and `payload` as set by Lambda. */
export type DeployedInvocation = { payload: unknown; functionError?: string; logs: string[] };

/** A function in AWS, called with the caller's own credentials. */
export type DeployedFunction = {
  arn: string;
  /** `logs`: also fetch the last 4 KB of the log, Lambda's limit. */
  invoke(payload: unknown, options: { logs: boolean }): Promise<DeployedInvocation>;
};

/** Finds a function by its name or ARN. A function that cannot be found or called is a `UsageError`. */
export async function openDeployedFunction(name: string): Promise<DeployedFunction> {
  const { region } = readFunctionName(name);
  const lambda = new LambdaClient(region ? { region } : {});
  const arn = region ? name : await findArn(lambda, name);
  return {
    arn,
    async invoke(payload, { logs }) {
      const command = new InvokeCommand({
        FunctionName: name,
        InvocationType: "RequestResponse",
        LogType: logs ? "Tail" : "None",
        Payload: JSON.stringify(payload),
      });
      const { Payload, FunctionError, LogResult } = await lambda
        .send(command)
        .catch(toUsageError(name, "InvokeFunction"));
      const log = Buffer.from(LogResult ?? "", "base64").toString();
      return {
        payload: JSON.parse(Buffer.from(Payload ?? []).toString() || "null"),
        logs: log.trimEnd().split("\n").filter(Boolean),
        ...(FunctionError && { functionError: FunctionError }),
      };
    },
  };
}

async function findArn(lambda: LambdaClient, name: string): Promise<string> {
  const command = new GetFunctionConfigurationCommand({ FunctionName: name });
  const { FunctionArn } = await lambda.send(command).catch(toUsageError(name, "GetFunctionConfiguration"));
  return FunctionArn ?? name;
}

function toUsageError(name: string, action: string) {
  return (error: unknown): never => {
    throw awsFailure(error, {
      failed: `AWS Lambda cannot call the function ${name}`,
      needs: `lambda:${action} on the function ${name}`,
      ifMissing: `No function ${name} exists in this account and region. Correct --function-name, AWS_PROFILE or AWS_REGION.`,
    });
  };
}
