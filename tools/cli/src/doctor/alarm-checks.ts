import { readFileSync } from "node:fs";
import path from "node:path";
import { DescribeAlarmsCommand, type MetricAlarm } from "@aws-sdk/client-cloudwatch";
import { paginateListSubscriptionsByTopic } from "@aws-sdk/client-sns";
import { regionOf } from "@sym/local-lambda/function-arn";
import { workspaceRoot } from "@sym/local-lambda/handler-bundles";
import type { Account, Clients } from "./account.ts";
import { ask, askFor, rowsOr } from "./ask.ts";
import type { Subject } from "./functions.ts";
import { applyAgain, failed, ok, type Row, warning } from "./row.ts";

const check = "alarms";

/** The names of a function's alarms without the function's name, as infra/modules/handler makes the alarms. */
function alarmNames(): string[] {
  const file = path.join(workspaceRoot, "infra", "modules", "handler", "alarms.tf");
  return [...readFileSync(file, "utf8").matchAll(/^ {4}([a-z-]+) += \{$/gm)].map(([, name = ""]) => name);
}

/** Checks the alarms of the function, their states, and the topics that they notify. */
export async function checkAlarms({ name }: Subject, account: Account): Promise<Row[]> {
  return await rowsOr(check, async () => {
    const expected = alarmNames().map((alarm) => `${name}-${alarm}`);
    const command = new DescribeAlarmsCommand({ AlarmNames: expected });
    const { MetricAlarms: alarms = [] } = await ask(
      "cloudwatch:DescribeAlarms",
      account.clients.cloudWatch.send(command),
    );
    const topics = new Set(alarms.flatMap(({ AlarmActions = [] }) => AlarmActions.filter(isTopic)));
    const rows = await Promise.all([...topics].map((topic) => checkTopic(topic, account)));
    return [...checkExisting(expected, alarms), ...alarms.flatMap(checkState), ...rows.flat()];
  });
}

function checkExisting(expected: string[], alarms: MetricAlarm[]): Row[] {
  const missing = expected.filter((name) => !alarms.some(({ AlarmName }) => AlarmName === name));
  const silent = alarms.filter(
    ({ ActionsEnabled, AlarmActions = [] }) => ActionsEnabled === false || AlarmActions.length === 0,
  );
  const rows = [
    ...(missing.length > 0 ? [`These alarms do not exist: ${missing.join(", ")}. ${applyAgain}`] : []),
    ...(silent.length > 0
      ? [
          `These alarms notify nobody: ${silent.map(({ AlarmName }) => AlarmName).join(", ")}. Set alarm_topic_arn in infra/aws, and apply.`,
        ]
      : []),
  ].map((message) => warning(check, message));
  return rows.length > 0 ? rows : [ok(check, `${alarms.length} exist, and notify a topic`)];
}

function checkState({ AlarmName = "", StateValue, StateUpdatedTimestamp: since }: MetricAlarm): Row[] {
  if (StateValue !== "ALARM") return [];
  const when = since ? ` since ${since.toISOString().slice(0, 16).replace("T", " ")} UTC` : "";
  return [warning("alarm", `${AlarmName} is on${when}. docs/operations.md, "Alarms", says what to do.`)];
}

async function checkTopic(topic: string, { region, clients }: Account): Promise<Row[]> {
  const check = "topic";
  return await rowsOr(check, async () => {
    const itsRegion = regionOf(topic);
    if (itsRegion !== region)
      return [
        failed(
          check,
          `The alarms notify ${topic}, but alarms reach topics in their own region ${region} only. Set alarm_topic_arn in infra/aws to a topic there, and apply.`,
        ),
      ];
    const subscribed = await askFor(
      "sns:ListSubscriptionsByTopic",
      "NotFoundException",
      subscriptions(topic, clients),
    );
    if (!subscribed)
      return [
        failed(
          check,
          `The topic ${topic} does not exist, so the alarms notify nobody. Create it, or set alarm_topic_arn in infra/aws to another, and apply.`,
        ),
      ];
    const confirmed = subscribed.filter((arn) => arn.startsWith("arn:"));
    if (confirmed.length > 0) return [ok(check, `${topic.split(":")[5]}, ${confirmed.length} subscribed`)];
    const mend = subscribed.includes("PendingConfirmation")
      ? "A subscription waits for its confirmation: open the link in AWS's message."
      : "Subscribe a person or a program: aws sns subscribe.";
    return [
      failed(check, `The topic ${topic} has no confirmed subscription, so the alarms reach nobody. ${mend}`),
    ];
  });
}

/** The subscriptions' ARNs, or `PendingConfirmation` in the place of an ARN. */
async function subscriptions(topic: string, { sns }: Clients): Promise<string[]> {
  const arns: string[] = [];
  for await (const page of paginateListSubscriptionsByTopic({ client: sns }, { TopicArn: topic }))
    for (const { SubscriptionArn = "" } of page.Subscriptions ?? []) arns.push(SubscriptionArn);
  return arns;
}

function isTopic(arn: string): boolean {
  return /^arn:[\w-]+:sns:/.test(arn);
}
