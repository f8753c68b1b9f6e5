import { SSMClient } from "@aws-sdk/client-ssm";
import { clientDefaults } from "@sym/aws";
import { dynamoDbStore, type FlowDeps, type Outlets, type ReadGroup } from "@sym/flow";
import { refused } from "@sym/lambda-core";
import {
  groupReader,
  readSlackSettings,
  type SlackApi,
  type SlackSettings,
  slackApi,
  slackOutlet,
} from "@sym/slack";
import { stepFunctions } from "./engine.ts";
import { invokerOf } from "./handlers.ts";
import { countUntold } from "./log.ts";
import { rulesIn } from "./rules.ts";
import { readSettings } from "./settings.ts";
import { topicAt } from "./topic.ts";

let inAws: ReturnType<typeof connect> | undefined;

/** A step waits this long for one answer of Slack; a click has three seconds in all. */
const slackTimeoutMs = 3_000;

/**
 * What the flow's functions work with in AWS, made once for each warm process. Called in an invocation: an error of the settings
 * is then logged and answered.
 */
export function flowInAws() {
  inAws ??= connect();
  return inAws;
}

function connect() {
  const { requestsTable, keepDays, rulesPath, messagesTopicArn } = readSettings(process.env);
  const slack = slackIn(process.env);
  const engine = stepFunctions();
  const clock = { now: Date.now };
  const ssm = new SSMClient(clientDefaults);
  /** The rules, with another way to read the members of groups. */
  const rulesWith = (readGroup: ReadGroup) => rulesIn(ssm, rulesPath, readGroup);
  const rules = rulesWith(slack === undefined ? withoutSlack : groupReader(slack.api, slack.settings));
  const deps: FlowDeps = {
    store: dynamoDbStore(requestsTable, { keepDays }),
    clock,
    rulesOf: rules.of,
    invoke: invokerOf(),
    wake: engine.wake,
    outlets: outletsOf(messagesTopicArn, slack, clock),
  };
  return { deps, engine, rules, rulesWith, slack };
}

type Slack = { settings: SlackSettings; api: SlackApi };

function slackIn(env: NodeJS.ProcessEnv): Slack | undefined {
  const settings = readSlackSettings(env);
  return settings && { settings, api: slackApi(settings, slackTimeoutMs) };
}

const withoutSlack: ReadGroup = (group) =>
  Promise.reject(
    refused(`Slack user group ${group} cannot be read without Slack; set the variable slack of infra/flow`),
  );

function outletsOf(topicArn: string, slack: Slack | undefined, clock: FlowDeps["clock"]): Outlets {
  const topic = counted("topic", topicAt(topicArn));
  if (slack === undefined) return { tell: { topic } };
  const { tell, updateCard } = slackOutlet(slack.api, slack.settings, clock);
  return { tell: { topic, slack: counted("slack", tell) }, updateCard };
}

type Tell = NonNullable<Outlets["tell"]["topic"]>;

/** Counts each failure, for the alarm about messages that could not be told. */
function counted(outlet: string, tell: Tell): Tell {
  return async (message, request) => {
    try {
      return await tell(message, request);
    } catch (error) {
      countUntold(outlet, request.id);
      throw error;
    }
  };
}
