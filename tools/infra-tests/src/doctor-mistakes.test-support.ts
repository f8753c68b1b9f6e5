import { DeleteAlarmsCommand, PutMetricAlarmCommand } from "@aws-sdk/client-cloudwatch";
import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteRetentionPolicyCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { CreateTableCommand, DeleteTableCommand } from "@aws-sdk/client-dynamodb";
import { GetRolePolicyCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  DeleteFunctionConcurrencyCommand,
  DeleteFunctionEventInvokeConfigCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  UpdateFunctionCodeCommand,
} from "@aws-sdk/client-lambda";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  RestoreSecretCommand,
} from "@aws-sdk/client-secrets-manager";
import { leasesTable } from "@sym/leases";
import { readZip } from "./deployment.ts";
import {
  alarm,
  alarmOf,
  besideFlow,
  configuration,
  environment,
  functionState,
  type Mistake,
  name,
  nothing,
  protection,
  recovery,
  replaced,
  schedule,
  timeToLive,
  topic,
  topicArn,
} from "./doctor-changes.test-support.ts";

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
  "A time limit of 20 seconds": configuration({ Timeout: 20 }, { Timeout: 30 }),
  "A function without events for weeks": functionState({ State: "Inactive" }),
  "A function that Lambda still creates": functionState({ State: "Pending" }),
  "A function that Lambda could not create": functionState({
    State: "Failed",
    StateReason: "The key is disabled",
  }),
  "A change that Lambda could not make": functionState({ LastUpdateStatus: "Failed" }),
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
      const body = { message: "Payload refused.", outcome: "refused" };
      invoking.answerWith(name, { body, errors: ["Payload refused"] });
      return () => invoking.answerWith(name, undefined);
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
  "A sweep that waits for longer than a flow expects": besideFlow({}),
  "A sweep that ends nothing for a flow": besideFlow({ SWEEP_ACTION: "report" }),
  "Leases were switched off": environment({ LEASES: "off" }),
  "A secret that is marked for deletion": {
    of: "sym-github-team",
    async make({ aws: { secrets }, secretName: SecretId }) {
      await secrets.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }));
      return () => secrets.send(new RestoreSecretCommand({ SecretId }));
    },
  },
  "Lambda repeats failed sweeps": {
    async make({ aws: { lambda } }) {
      const config = { FunctionName: name };
      await lambda.send(new DeleteFunctionEventInvokeConfigCommand(config));
      const good = { ...config, MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 300 };
      return () => lambda.send(new PutFunctionEventInvokeConfigCommand(good));
    },
  },
  "The log group was deleted": {
    async make({ aws: { logs } }) {
      const logGroupName = `/aws/lambda/${name}`;
      await logs.send(new DeleteLogGroupCommand({ logGroupName }));
      return async () => {
        await logs.send(new CreateLogGroupCommand({ logGroupName }));
        await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 90 }));
      };
    },
  },
  "A log that is kept for ever": {
    async make({ aws: { logs } }) {
      const logGroupName = `/aws/lambda/${name}`;
      await logs.send(new DeleteRetentionPolicyCommand({ logGroupName }));
      return () => logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 90 }));
    },
  },
};
