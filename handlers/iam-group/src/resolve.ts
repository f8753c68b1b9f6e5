// Change this file first: it maps Sym's words onto yours. Which IAM user is the requester, and which group is meant?
import { isRoleArn } from "@sym/aws";
import {
  type Access,
  type AccountNameRule,
  accountNameOf,
  type FunctionEnvironment,
  type Invocation,
  readIdentityRule,
  type SymRequest,
  wrongSetting,
} from "@sym/lambda-core";

/** One IAM user's membership of one IAM group; without `roleArn`, in the function's own account. */
export type GroupAccess = Access & {
  userName: string;
  groupName: string;
  roleArn?: string;
  /** IAM's ids, once they are known: names can be changed and taken by others, ids cannot. */
  ids?: { user: string; group: string };
};

const userNames = { kind: "the name of an IAM user", pattern: /^[\w+=,.@-]{1,64}$/ };

/** How a requester's e-mail becomes the name of an IAM user: the same name, unless the environment says otherwise. */
export function readUserNameRule(environment: FunctionEnvironment): AccountNameRule {
  return readIdentityRule(environment, ["email", "local-part", "map"], userNames.pattern);
}

/** Resolves the names without a call to AWS; the first read shows whether they exist. */
export function resolve(request: SymRequest, rule: AccountNameRule, invocation: Invocation): GroupAccess {
  const { group_name: groupName, role_arn: roleArn } = request.target.settings;
  if (!groupName || !/^[\w+=,.@-]{1,128}$/.test(groupName))
    throw wrongSetting(request, "group_name", "set it to the name of an IAM group, without a path");
  if (roleArn && !isRoleArn(roleArn)) throw wrongSetting(request, "role_arn", "set it to a role's ARN");

  const userName = accountNameOf(request.requester, rule, userNames);
  const account = (roleArn || invocation.functionArn).split(":")[4] ?? "";
  return {
    subject: `${account}/${userName}`,
    resource: `${account}/${groupName}`,
    names: { subject: `IAM user ${userName}`, resource: `IAM group ${groupName} in account ${account}` },
    granted: ["member"],
    userName,
    groupName,
    ...(roleArn && { roleArn }),
  };
}
