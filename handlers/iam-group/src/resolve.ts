// Change this file first: it maps Sym's words onto yours. Which IAM user is the requester, and which group is meant?
import { isRoleArn } from "@sym/aws";
import { type Access, type Invocation, SymError, type SymRequest } from "@sym/lambda-core";
import type { UserNameRule } from "./settings.ts";

/** One IAM user's place in one IAM group. Without a role, in the function's own account. */
export type GroupAccess = Access & {
  userName: string;
  groupName: string;
  roleArn?: string;
  /** IAM's own ids, once they are known: names can be changed and given to others, ids cannot. */
  ids?: { user: string; group: string };
};

/** Finds the names without asking AWS; whether they exist shows when they are used. */
export function resolve(request: SymRequest, rule: UserNameRule, invocation: Invocation): GroupAccess {
  const { group_name: groupName, role_arn: roleArn } = request.target.settings;
  if (!groupName || !/^[\w+=,.@-]{1,128}$/.test(groupName))
    throw refuse(
      `Target ${request.target.name} has ${groupName ? `"${groupName}"` : "nothing"} as its setting group_name; ` +
        "set it to the name of an IAM group, without a path",
      "group_name",
    );
  if (roleArn && !isRoleArn(roleArn))
    throw refuse(
      `Target ${request.target.name} has "${roleArn}" as its setting role_arn; set it to a role's ARN`,
      "role_arn",
    );

  const userName = userNameOf(request.requester, rule);
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

function userNameOf(email: string, rule: UserNameRule): string {
  const userName = applyRule(email, rule);
  if (/^[\w+=,.@-]{1,64}$/.test(userName)) return userName;
  throw refuse(
    `"${userName}" cannot be the name of an IAM user; map ${email} to one with USER_NAME_RULE=map`,
  );
}

function applyRule(email: string, rule: UserNameRule): string {
  if (rule.rule === "email") return email;
  if (rule.rule === "map") {
    const name = Object.hasOwn(rule.names, email.toLowerCase()) ? rule.names[email.toLowerCase()] : undefined;
    if (name) return name;
    throw refuse(`${email} is not in USER_NAME_MAP; add the person to it`);
  }
  const at = email.lastIndexOf("@");
  if (at > 0 && rule.domains.includes(email.slice(at + 1).toLowerCase())) return email.slice(0, at);
  throw refuse(
    `${email} is not in one of the domains ${rule.domains.join(", ")}; add its domain to USER_NAME_DOMAINS`,
  );
}

function refuse(sentence: string, setting?: string): SymError {
  return new SymError(sentence, {
    reason: "refused",
    ...(setting && { path: `fields.target.settings.${setting}` }),
  });
}
