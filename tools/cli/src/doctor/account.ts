import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { IAMClient } from "@aws-sdk/client-iam";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SNSClient } from "@aws-sdk/client-sns";
import { identifyCaller, useRegion } from "../aws-caller.ts";

/**
 * The account and region of the functions, and the clients for look-ups there with the caller's credentials. `id` is a text
 * for people if the account is not known.
 */
export type Account = { id: string; isKnown: boolean; region: string; caller: string; clients: Clients };

export type Clients = ReturnType<typeof clientsIn>;

/** A service without an endpoint in the region must not hold up the other look-ups. In milliseconds. */
const requestHandler = { connectionTimeout: 5_000, requestTimeout: 20_000, throwOnRequestTimeout: true };

function clientsIn(region: string) {
  const settings = { region, requestHandler };
  return {
    cloudWatch: new CloudWatchClient(settings),
    dynamoDb: new DynamoDBClient(settings),
    iam: new IAMClient(settings),
    lambda: new LambdaClient(settings),
    logs: new CloudWatchLogsClient(settings),
    scheduler: new SchedulerClient(settings),
    secrets: new SecretsManagerClient(settings),
    sns: new SNSClient(settings),
  };
}

/** Finds the account of the caller's credentials. Without `region`, the region comes from the environment or the profile. */
export async function openAccount(chosen?: string): Promise<Account> {
  useRegion(chosen);
  const { account, arn: caller = "not known", region } = await identifyCaller();
  const id = account ?? "not known (STS is unreachable)";
  return { id, isKnown: account !== undefined, region, caller, clients: clientsIn(region) };
}
