import { misconfigured } from "@sym/lambda-core";

/** The names of the flow's resources, from the function's environment, which infra/flow sets. */
export function readSettings(env: NodeJS.ProcessEnv) {
  return {
    requestsTable: required(env, "REQUESTS_TABLE"),
    /** The path of the rules in Parameter Store; each target's rules are the parameter `<path>/<target>`. */
    rulesPath: required(env, "RULES_PATH"),
    messagesTopicArn: required(env, "MESSAGES_TOPIC_ARN"),
    keepDays: wholeNumber(env, "KEEP_DAYS"),
  };
}

/** A variable of the function. Throws if the variable is missing or empty. */
export function required(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (value) return value;
  throw misconfigured(`${name} is missing; deploy the function with infra/flow, which sets the variable`);
}

function wholeNumber(env: NodeJS.ProcessEnv, name: string): number {
  const value = required(env, name);
  if (/^[1-9]\d{0,4}$/.test(value)) return Number(value);
  throw misconfigured(`${name} is ${value}, but must be a whole number of days from 1 to 99999`);
}
