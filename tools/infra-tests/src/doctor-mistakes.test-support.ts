import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  type MetricAlarm,
  PutMetricAlarmCommand,
} from "@aws-sdk/client-cloudwatch";
import {
  CloudWatchLogsClient,
  DeleteRetentionPolicyCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import { GetRolePolicyCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  DeleteFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  type UpdateFunctionConfigurationCommandInput,
} from "@aws-sdk/client-lambda";
import {
  GetScheduleCommand,
  SchedulerClient,
  UpdateScheduleCommand,
  type UpdateScheduleCommandInput,
} from "@aws-sdk/client-scheduler";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { CreateTopicCommand, DeleteTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import { leasesTable } from "@sym/leases";
import type { InBetween } from "@sym/stand-ins/in-between";
import { readZip } from "./deployment.ts";
import type { InvokingMoto } from "./invoking-moto.test-support.ts";

type Clients = ReturnType<typeof clientsOf>;
export type Scene = { aws: Clients; between: InBetween; invoking: InvokingMoto; secretName: string };
type Undo = () => unknown;

/** A mistake in a deployment without others. `make` returns its undo. `of`: the function; `args`: of the command. */
export type Mistake = { make(scene: Scene): Promise<Undo>; of?: string; args?: string[] };

const name = "sym-iam-group";
const TableName = "sym-iam-group-leases";
const nothing: Mistake["make"] = async () => () => undefined;

export function clientsOf(endpoint: string) {
  const settings = {
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
  return {
    cloudWatch: new CloudWatchClient(settings),
    dynamoDb: new DynamoDBClient(settings),
    elsewhere: new DynamoDBClient({ ...settings, region: "eu-west-1" }),
    iam: new IAMClient(settings),
    lambda: new LambdaClient(settings),
    logs: new CloudWatchLogsClient(settings),
    scheduler: new SchedulerClient(settings),
    secrets: new SecretsManagerClient(settings),
    sns: new SNSClient(settings),
  };
}

/** The mistakes of docs/doctor.md. */
export const mistakes: Record<string, Mistake> = {
  "The schedule is off": schedule({ State: "DISABLED" }),
  "The schedule sends another event": schedule({}, { Input: '{"event":{"type":"swep"}}' }),
  "The schedule starts another function": schedule(
    {},
    { Arn: "arn:aws:lambda:us-east-1:123456789012:function:sym-github-team" },
  ),
  // Nothing deletes a metric in moto, so the answer is replaced.
  "No sweep runs": replaced("GetMetricStatistics", '{"Label":"Sweeps","Datapoints":[]}'),
  "A table of another region": {
    async make({ aws, ...scene }) {
      const table = leasesTable("acme-iam-group-leases");
      await aws.elsewhere.send(new CreateTableCommand(table));
      const undo = await environment({ LEASES_TABLE: table.TableName }).make({ aws, ...scene });
      return async () => {
        await undo();
        await aws.elsewhere.send(new DeleteTableCommand(table));
      };
    },
  },
  "A table without the index": {
    async make({ aws, ...scene }) {
      const {
        GlobalSecondaryIndexes: _,
        AttributeDefinitions,
        ...table
      } = leasesTable("acme-iam-group-leases");
      const attributes = AttributeDefinitions.filter(({ AttributeName }) => AttributeName === "pk");
      await aws.dynamoDb.send(new CreateTableCommand({ ...table, AttributeDefinitions: attributes }));
      const undo = await environment({ LEASES_TABLE: table.TableName }).make({ aws, ...scene });
      return async () => {
        await undo();
        await aws.dynamoDb.send(new DeleteTableCommand(table));
      };
    },
  },
  "Time to live is off": timeToLive(),
  "No point-in-time recovery": recovery(),
  "No deletion protection": protection(),
  "The emergency stop was left on": {
    async make({ aws: { lambda } }) {
      const stop = { FunctionName: name, ReservedConcurrentExecutions: 0 };
      await lambda.send(new PutFunctionConcurrencyCommand(stop));
      return () => lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName: name }));
    },
  },
  "An old runtime": configuration({ Runtime: "nodejs18.x" }, { Runtime: "nodejs22.x" }),
  "A time limit of 3 seconds": configuration({ Timeout: 3 }, { Timeout: 30 }),
  "Another bundle": {
    async make({ aws: { lambda } }) {
      const put = (handler: string) =>
        lambda.send(new UpdateFunctionCodeCommand({ FunctionName: name, ZipFile: readZip(handler) }));
      await put("github-team");
      return () => put(name.replace("sym-", ""));
    },
  },
  "A bundle that does not know the event check": {
    async make({ invoking }) {
      const folder = mkdtempSync(path.join(tmpdir(), "sym-older-"));
      const answer = {
        body: { message: "Payload refused.", outcome: "refused" },
        errors: ["Payload refused"],
      };
      writeFileSync(
        path.join(folder, "index.cjs"),
        `exports.handler = async () => (${JSON.stringify(answer)});`,
      );
      invoking.replace(name, folder);
      return () => {
        invoking.replace(name, undefined);
        rmSync(folder, { recursive: true });
      };
    },
  },
  "An identity rule that does not exist": environment({ IDENTITY_RULE: "mapp" }),
  "ALLOWED_SETTINGS that is not JSON": environment({ ALLOWED_SETTINGS: "group_name=prod-admins" }),
  "A topic of another region": alarm(
    { AlarmActions: ["arn:aws:sns:eu-west-1:123456789012:access-alarms"] },
    nothing,
  ),
  "A topic that was deleted": alarm({ AlarmActions: [topicArn("deleted-alarms")] }, nothing),
  "A topic without a subscription": alarm({ AlarmActions: [topicArn("unheard")] }, topic("unheard")),
  // Every subscription in moto is confirmed, so the answer is replaced.
  "A subscription that nobody confirmed": replaced(
    "ListSubscriptionsByTopic",
    "<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions><member><SubscriptionArn>PendingConfirmation</SubscriptionArn></member></Subscriptions></ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>",
  ),
  "An alarm without an action": alarm({ AlarmActions: [] }, nothing),
  "An alarm was deleted": {
    async make({ aws: { cloudWatch } }) {
      const found = await alarmOf(cloudWatch);
      await cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: [`${name}-failed`] }));
      return () => cloudWatch.send(new PutMetricAlarmCommand(found));
    },
  },
  "A secret that does not exist": {
    of: "sym-github-team",
    async make({ aws: { secrets }, secretName }) {
      await secrets.send(new DeleteSecretCommand({ SecretId: secretName, ForceDeleteWithoutRecovery: true }));
      return () => secrets.send(new CreateSecretCommand({ Name: secretName, SecretString: "key" }));
    },
  },
  "The connector names the function of another region": {
    async make({ aws: { iam } }) {
      const policy = { RoleName: "SymLambdaProd", PolicyName: "invoke-handlers" };
      const { PolicyDocument = "" } = await iam.send(new GetRolePolicyCommand(policy));
      const document = decodeURIComponent(PolicyDocument);
      const put = (PolicyDocument: string) =>
        iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument }));
      await put(document.replaceAll(":us-east-1:", ":eu-west-1:"));
      return () => put(document);
    },
  },
  "A target whose group does not exist": { make: nothing, args: ["--target", "ops,group_name=prod-ops"] },
  "A target with the ARN of another account": {
    make: nothing,
    args: [
      "--target",
      "admins,arn=arn:aws:lambda:us-east-1:210987654321:function:sym-iam-group,group_name=prod-admins",
    ],
  },
  "A target with a role that the function may not assume": {
    make: nothing,
    args: ["--target", "admins,role_arn=arn:aws:iam::111122223333:role/sym-iam-group,group_name=prod-admins"],
  },
  "A log that is kept for ever": {
    async make({ aws: { logs } }) {
      const logGroupName = `/aws/lambda/${name}`;
      await logs.send(new DeleteRetentionPolicyCommand({ logGroupName }));
      return () => logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 90 }));
    },
  },
};

function schedule(
  change: Partial<UpdateScheduleCommandInput>,
  target: Partial<UpdateScheduleCommandInput["Target"]> = {},
): Mistake {
  return {
    async make({ aws: { scheduler } }) {
      const { $metadata: _, ...found } = await scheduler.send(
        new GetScheduleCommand({ Name: `${name}-sweep` }),
      );
      const good = found as UpdateScheduleCommandInput;
      const Target = { ...good.Target, ...target } as UpdateScheduleCommandInput["Target"];
      await scheduler.send(new UpdateScheduleCommand({ ...good, ...change, Target }));
      return () => scheduler.send(new UpdateScheduleCommand(good));
    },
  };
}

function configuration(
  bad: Partial<UpdateFunctionConfigurationCommandInput>,
  good: Partial<UpdateFunctionConfigurationCommandInput>,
): Mistake {
  return {
    async make({ aws: { lambda } }) {
      await lambda.send(new UpdateFunctionConfigurationCommand({ ...bad, FunctionName: name }));
      return () => lambda.send(new UpdateFunctionConfigurationCommand({ ...good, FunctionName: name }));
    },
  };
}

function environment(change: Record<string, string>): Mistake {
  return {
    async make({ aws: { lambda } }) {
      const found = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
      const good = found.Environment?.Variables ?? {};
      const set = (Variables: Record<string, string>) =>
        lambda.send(
          new UpdateFunctionConfigurationCommand({ FunctionName: name, Environment: { Variables } }),
        );
      await set({ ...good, ...change });
      return () => set(good);
    },
  };
}

function timeToLive(): Mistake {
  return {
    async make({ aws: { dynamoDb } }) {
      const set = (Enabled: boolean) => {
        const TimeToLiveSpecification = { AttributeName: "expires", Enabled };
        return dynamoDb.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
      };
      await set(false);
      return () => set(true);
    },
  };
}

function recovery(): Mistake {
  return {
    async make({ aws: { dynamoDb } }) {
      const set = (PointInTimeRecoveryEnabled: boolean) => {
        const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled };
        return dynamoDb.send(
          new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification }),
        );
      };
      await set(false);
      return () => set(true);
    },
  };
}

function protection(): Mistake {
  return {
    async make({ aws: { dynamoDb } }) {
      const set = (DeletionProtectionEnabled: boolean) =>
        dynamoDb.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled }));
      await set(false);
      return () => set(true);
    },
  };
}

/** Changes one alarm, after `before`. */
function alarm(change: Partial<MetricAlarm>, before: Mistake["make"]): Mistake {
  return {
    async make(scene) {
      const { cloudWatch } = scene.aws;
      const undo = await before(scene);
      const good = await alarmOf(cloudWatch);
      await cloudWatch.send(new PutMetricAlarmCommand({ ...good, ...change } as typeof good));
      return async () => {
        await cloudWatch.send(new PutMetricAlarmCommand(good));
        await undo();
      };
    },
  };
}

async function alarmOf(cloudWatch: CloudWatchClient) {
  const command = new DescribeAlarmsCommand({ AlarmNames: [`${name}-failed`] });
  const { MetricAlarms = [] } = await cloudWatch.send(command);
  const [found] = MetricAlarms;
  if (!found) throw new Error(`${name}-failed does not exist`);
  const { AlarmName, AlarmActions, Namespace, MetricName, Dimensions, Statistic, Period } = found;
  const { EvaluationPeriods, Threshold, ComparisonOperator, TreatMissingData } = found;
  const watched = { Namespace, MetricName, Dimensions, Statistic, Period, EvaluationPeriods, Threshold };
  return {
    AlarmName,
    AlarmActions,
    ...watched,
    ComparisonOperator,
    TreatMissingData,
  } as ConstructorParameters<typeof PutMetricAlarmCommand>[0];
}

function topic(Name: string): Mistake["make"] {
  return async ({ aws: { sns } }) => {
    await sns.send(new CreateTopicCommand({ Name }));
    return () => sns.send(new DeleteTopicCommand({ TopicArn: topicArn(Name) }));
  };
}

function topicArn(topic: string): string {
  return `arn:aws:sns:us-east-1:123456789012:${topic}`;
}

/** Replaces moto's answer to a call. */
function replaced(call: string, body: string): Mistake {
  return {
    async make({ between }) {
      between.answer(call, { status: 200, body });
      return () => between.answer(call, undefined);
    },
  };
}
