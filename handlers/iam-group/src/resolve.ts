// Change this file first: `resolve` maps the requester to an IAM user, and the target to a group.
import { isRoleArn } from "@sym/aws";
import {
  type AccountNameRule,
  accountNameOf,
  type FunctionEnvironment,
  type Invocation,
  readIdentityRule,
  type SymRequest,
  wrongSetting,
} from "@sym/lambda-core";

/** The user and the group by the names of a request. IAM ignores the case of names. */
export type Membership = {
  /** The group's account: the account of `roleArn`, otherwise the function's own. */
  host: string;
  userName: string;
  groupName: string;
  /** A role to assume, for a group in another account. */
  roleArn?: string;
};

// `existingUserNameType` of IAM's model; a new user's name ends at 64 characters.
const userNames = { kind: "the name of an IAM user", pattern: /^[\w+=,.@-]{1,128}$/ };

/** How a requester's e-mail becomes the name of an IAM user: the same name, unless the environment says otherwise. */
export function readUserNameRule(environment: FunctionEnvironment): AccountNameRule {
  return readIdentityRule(environment, ["email", "local-part", "map"], userNames.pattern);
}

/** Resolves the names without a call to AWS. */
export function resolve(request: SymRequest, rule: AccountNameRule, invocation: Invocation): Membership {
  const group = readTarget(request, invocation);
  const userName = accountNameOf(request.requester, rule, userNames);
  return { ...group, userName };
}

/** The group that a target names. */
export function readTarget(
  asked: Pick<SymRequest, "target">,
  { functionArn }: Invocation,
): Omit<Membership, "userName"> {
  const { group_name: groupName, role_arn: roleArn } = asked.target.settings;
  if (!groupName || !/^[\w+=,.@-]{1,128}$/.test(groupName))
    throw wrongSetting(asked, "group_name", "set it to the name of an IAM group, without a path");
  if (roleArn && !isRoleArn(roleArn)) throw wrongSetting(asked, "role_arn", "set it to a role's ARN");
  const host = (roleArn || functionArn).split(":")[4] ?? "";
  return { host, groupName, ...(roleArn && { roleArn }) };
}
