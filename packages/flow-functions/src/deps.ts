import { dynamoDbStore, type FlowDeps } from "@sym/flow";
import { stepFunctions } from "./engine.ts";
import { invokerOf } from "./handlers.ts";
import { rulesIn } from "./rules.ts";
import { readSettings } from "./settings.ts";
import { topicAt } from "./topic.ts";

let inAws: ReturnType<typeof connect> | undefined;

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
  const engine = stepFunctions();
  const rules = rulesIn(rulesPath);
  const deps: FlowDeps = {
    store: dynamoDbStore(requestsTable, { keepDays }),
    clock: { now: Date.now },
    rulesOf: rules.of,
    invoke: invokerOf(),
    wake: engine.wake,
    tell: topicAt(messagesTopicArn),
  };
  return { deps, engine, rules };
}
