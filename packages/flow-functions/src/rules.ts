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
  /** A sentence with the number of targets. Throws the first fault if the rules of a target are faulty. */
  check(): Promise<string>;
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

  /** The rules of each target, or the fault of the target's parameter. */
  async function each(): Promise<(TargetRules | Faulty)[]> {
    const call = { action: "ssm:GetParametersByPath", on: `parameters ${path}` };
    const pages = paginateGetParametersByPath({ client }, { Path: path });
    const found: (TargetRules | Faulty)[] = [];
    for await (const { Name, Value = "" } of itemsOf(call, pages, (page) => page.Parameters))
      try {
        found.push(readRules(Value));
      } catch (fault) {
        found.push({ parameter: Name, fault });
      }
    return found;
  }

  async function all(concerned: Concerned): Promise<TargetRules[]> {
    const found = await each();
    for (const { parameter, fault } of found.filter(isFaulty))
      log("faulty-rules", { parameter, ...describeError(fault) });
    const rules = found.filter((one): one is TargetRules => !isFaulty(one));
    return Promise.all(rules.map((one) => expandGroups(one, concerned, read)));
  }

  async function check(): Promise<string> {
    const found = await each();
    const fault = found.find(isFaulty);
    if (fault !== undefined) throw fault.fault;
    return `The function can read the rules of ${found.length} targets`;
  }

  return { of, all, check };
}

type Faulty = { parameter: string | undefined; fault: unknown };

function isFaulty(found: TargetRules | Faulty): found is Faulty {
  return "fault" in found;
}
