import {
  GetParameterCommand,
  ParameterNotFound,
  paginateGetParametersByPath,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { answerTo, clientDefaults, isAwsError, itemsOf } from "@sym/aws";
import { isTargetKey, readRules, type TargetRules } from "@sym/flow";
import { createLog, describeError } from "@sym/lambda-core";

/** The rules of one target, or of all. `all` leaves out a target whose rules are faulty, and logs the target's name. */
export type Rules = { of(target: string): Promise<TargetRules | undefined>; all(): Promise<TargetRules[]> };

/**
 * The rules in Parameter Store, one parameter for each target. Each read asks Parameter Store: a rule that was taken back must
 * not approve anything any more.
 */
export function rulesIn(path: string): Rules {
  const client = new SSMClient(clientDefaults);

  async function of(target: string): Promise<TargetRules | undefined> {
    // Only the form of a target's key is part of a path.
    if (!isTargetKey(target)) return undefined;
    const name = `${path}/${target}`;
    const call = { action: "ssm:GetParameter", on: `parameter ${name}` };
    const found = client.send(new GetParameterCommand({ Name: name }));
    const answer = await answerTo(call, found).catch((error: unknown) => {
      if (isAwsError(error, ParameterNotFound)) return undefined;
      throw error;
    });
    return answer && readRules(answer.Parameter?.Value ?? "");
  }

  async function all(): Promise<TargetRules[]> {
    const call = { action: "ssm:GetParametersByPath", on: `parameters ${path}` };
    const pages = paginateGetParametersByPath({ client }, { Path: path });
    const rules: TargetRules[] = [];
    for await (const { Name, Value = "" } of itemsOf(call, pages, (page) => page.Parameters))
      try {
        rules.push(readRules(Value));
      } catch (error) {
        createLog({ system: "flow" })("faulty-rules", { parameter: Name, ...describeError(error) });
      }
    return rules;
  }

  return { of, all };
}
