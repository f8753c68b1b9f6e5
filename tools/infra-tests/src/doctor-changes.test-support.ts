// Changes of a deployment in moto, each with its undo.
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  type MetricAlarm,
  PutMetricAlarmCommand,
} from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import {
  DynamoDBClient,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import { IAMClient } from "@aws-sdk/client-iam";
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  type FunctionConfiguration,
  GetFunctionConfigurationCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
  type UpdateFunctionConfigurationCommandInput,
} from "@aws-sdk/client-lambda";
import {
  GetScheduleCommand,
  SchedulerClient,
  UpdateScheduleCommand,
  type UpdateScheduleCommandInput,
} from "@aws-sdk/client-scheduler";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { CreateTopicCommand, DeleteTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import type { InBetween } from "@sym/stand-ins/in-between";
import { readZip } from "./deployment.ts";
import type { InvokingMoto } from "./invoking-moto.test-support.ts";

type Clients = ReturnType<typeof clientsOf>;
/** A deployment in moto, and the servers between the command and moto. */
export type Scene = { aws: Clients; between: InBetween; invoking: InvokingMoto; secretName: string };
type Undo = () => unknown;

/** A mistake in a deployment without others. `make` returns its undo. `of`: the function; `args`: of the command. */
export type Mistake = { make(scene: Scene): Promise<Undo>; of?: string; args?: string[] };

/** The changed function. */
export const name = "sym-iam-group";
const TableName = "sym-iam-group-leases";
export const nothing: Mistake["make"] = async () => () => undefined;

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

/** Changes the schedule of the sweep. */
export function schedule(
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

/** Changes the configuration of the function; `good` is its undo. */
export function configuration(
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

/** Changes variables of the function. */
export function environment(change: Record<string, string>): Mistake {
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

/** Changes variables of the function, beside a function of infra/flow. */
export function besideFlow(change: Record<string, string>): Mistake {
  const FunctionName = "sym-flow-deescalate";
  return {
    async make(scene) {
      const { lambda } = scene.aws;
      const found = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
      await lambda.send(
        new CreateFunctionCommand({
          ...{ FunctionName, Role: found.Role, Handler: "index.deescalate", Runtime: "nodejs22.x" },
          Code: { ZipFile: readZip(name.replace("sym-", "")) },
        }),
      );
      const undo = await environment(change).make(scene);
      return async () => {
        await undo();
        await lambda.send(new DeleteFunctionCommand({ FunctionName }));
      };
    },
  };
}

export function timeToLive(): Mistake {
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

export function recovery(): Mistake {
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

export function protection(): Mistake {
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
export function alarm(change: Partial<MetricAlarm>, before: Mistake["make"]): Mistake {
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

export async function alarmOf(cloudWatch: CloudWatchClient) {
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

export function topic(Name: string): Mistake["make"] {
  return async ({ aws: { sns } }) => {
    await sns.send(new CreateTopicCommand({ Name }));
    return () => sns.send(new DeleteTopicCommand({ TopicArn: topicArn(Name) }));
  };
}

export function topicArn(topic: string): string {
  return `arn:aws:sns:us-east-1:123456789012:${topic}`;
}

/** Replaces moto's answer to a call. */
export function replaced(call: string, body: string): Mistake {
  return {
    async make({ between }) {
      between.answer(call, { status: 200, body });
      return () => between.answer(call, undefined);
    },
  };
}

/** Lambda describes the function with this state. A function in moto is always active. */
export function functionState(state: Partial<FunctionConfiguration>): Mistake {
  const path = `/2015-03-31/functions/${name}/configuration`;
  return {
    async make(scene) {
      const command = new GetFunctionConfigurationCommand({ FunctionName: name });
      const { $metadata: _, ...found } = await scene.aws.lambda.send(command);
      return replaced(`GET ${path}`, JSON.stringify({ ...found, ...state })).make(scene);
    },
  };
}
