import { IAMClient, paginateListGroupsForUser } from "@aws-sdk/client-iam";
import type { IamAccount } from "@sym/stand-ins/iam";
import type { Sandbox } from "@sym/stand-ins/sandbox";
import type { FunctionEvent, System } from "@sym/stand-ins/target-system";
import { attempt, held, inWords, readMap } from "@sym/stand-ins/target-system/words";
import { paths, readText } from "@sym/test-payloads/payload-fields";

export const system: System = {
  seed(sandbox, event, { member }) {
    const { user, group, roleArn } = names(event);
    const account = accountOf(sandbox, roleArn);
    const done: string[] = [];
    if (roleArn) sandbox.sts.createRole(roleArn);
    if (user && held(() => account.groupsOf(user)) === undefined)
      done.push(attempt(`IAM user ${user}`, () => account.createUser(user)));
    if (group && held(() => account.members(group)) === undefined)
      done.push(attempt(`IAM group ${group}`, () => account.createGroup(group)));
    if (user && group && member && !held(() => account.groupsOf(user))?.includes(group))
      done.push(attempt("the membership", () => account.addMember(user, group)));
    return done;
  },

  describe(sandbox, event) {
    const { user, group, roleArn } = names(event);
    const account = accountOf(sandbox, roleArn);
    const members = group && held(() => account.members(group));
    const groups = user && held(() => account.groupsOf(user));
    return {
      ...(group && { [`IAM group ${group}`]: inWords(members || undefined, "no members") }),
      ...(user && { [`IAM user ${user}`]: inWords(groups || undefined, "no groups") }),
    };
  },

  async describeReal(event, region) {
    const { user, roleArn } = names(event);
    if (!user) return {};
    if (roleArn) return { [`IAM user ${user}`]: `not read, because only ${roleArn} can` };
    return { [`IAM user ${user}`]: await realGroups(user, region) };
  },
};

/** The names that the handler's `resolve.ts` finds; the default rule replaces values that `resolve.ts` would refuse. */
function names({ payload, environment }: FunctionEvent) {
  const requester = readText(payload, paths.requester);
  return {
    user: requester && userName(requester, environment),
    group: readText(payload, paths.setting("group_name")),
    roleArn: readText(payload, paths.setting("role_arn")),
  };
}

function userName(requester: string, environment: Record<string, string>): string {
  if (environment["IDENTITY_RULE"] === "local-part") return requester.replace(/@[^@]*$/, "");
  if (environment["IDENTITY_RULE"] !== "map") return requester;
  return readText(readMap(environment["IDENTITY_MAP"]), [requester.toLowerCase()]) ?? requester;
}

function accountOf(sandbox: Sandbox, roleArn: string | undefined): IamAccount {
  return roleArn ? sandbox.iam.account(roleArn.split(":")[4] ?? "") : sandbox.iam;
}

async function realGroups(user: string, region: string): Promise<string> {
  const groups: string[] = [];
  const pages = paginateListGroupsForUser({ client: new IAMClient({ region }) }, { UserName: user });
  try {
    for await (const page of pages)
      for (const group of page.Groups ?? []) groups.push(String(group.GroupName));
  } catch (error) {
    return `could not be read (${error instanceof Error ? error.name : typeof error})`;
  }
  return inWords(groups, "no groups");
}
