import {
  GetParameterCommand,
  ParameterNotFound,
  paginateGetParametersByPath,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import { answerTo, isAwsError, itemsOf } from "@sym/aws";
import {
  type Concerned,
  expandGroups,
  isTargetKey,
  type ReadGroup,
  readRules,
  type TargetRules,
} from "@sym/flow";
import { describeError } from "@sym/lambda-core";
import { flowLog } from "./log.ts";

/**
 * The rules of one target, or of all, with the people concerned who are members of the rules' groups now. `all` leaves out a
 * target whose rules are faulty, and logs the target's name.
 */
export type Rules = {
  of(target: string, concerned: Concerned): Promise<TargetRules | undefined>;
  all(concerned: Concerned): Promise<TargetRules[]>;
};

/**
 * The rules in Parameter Store, one parameter for each target. Each read asks Parameter Store: a rule that was taken back must
 * not approve anything any more.
 */
export function rulesIn(client: SSMClient, path: string, readGroup: ReadGroup): Rules {
  const log = flowLog();

  /** A group that cannot be read has no members, and the log says why. */
  const read: ReadGroup = async (group, people) => {
    try {
      return await readGroup(group, people);
    } catch (error) {
      log("unread-group", { group, ...describeError(error) });
      throw error;
    }
  };

  async function of(target: string, concerned: Concerned): Promise<TargetRules | undefined> {
    // Only the form of a target's key is part of a path.
    if (!isTargetKey(target)) return undefined;
    const name = `${path}/${target}`;
    const call = { action: "ssm:GetParameter", on: `parameter ${name}` };
    const found = client.send(new GetParameterCommand({ Name: name }));
    const answer = await answerTo(call, found).catch((error: unknown) => {
      if (isAwsError(error, ParameterNotFound)) return undefined;
      throw error;
    });
    return answer && expandGroups(readRules(answer.Parameter?.Value ?? ""), concerned, read);
  }

  async function all(concerned: Concerned): Promise<TargetRules[]> {
    const call = { action: "ssm:GetParametersByPath", on: `parameters ${path}` };
    const pages = paginateGetParametersByPath({ client }, { Path: path });
    const rules: TargetRules[] = [];
    for await (const { Name, Value = "" } of itemsOf(call, pages, (page) => page.Parameters))
      try {
        rules.push(readRules(Value));
      } catch (error) {
        log("faulty-rules", { parameter: Name, ...describeError(error) });
      }
    return Promise.all(rules.map((one) => expandGroups(one, concerned, read)));
  }

  return { of, all };
}
