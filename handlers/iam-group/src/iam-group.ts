import {
  AddUserToGroupCommand,
  IAMClient,
  LimitExceededException,
  NoSuchEntityException,
  RemoveUserFromGroupCommand,
} from "@aws-sdk/client-iam";
import { clientDefaults, clientPerRole, toSymError } from "@sym/aws";
import {
  type AccountNameRule,
  type Invocation,
  refused,
  type SymError,
  type TargetSystem,
} from "@sym/lambda-core";
import { find } from "./iam-lookup.ts";
import { type GroupAccess, resolve } from "./resolve.ts";

/** Membership of IAM groups. Creates no user and no group. */
export function iamGroup(rule: AccountNameRule): TargetSystem<GroupAccess> {
  const clientFor = clientPerRole(
    (credentials) => new IAMClient({ ...clientDefaults, ...(credentials && { credentials }) }),
  );

  return {
    absent: "absent",
    // IAM is eventually consistent and names no limit. Source: IAM user guide, "Troubleshoot IAM".
    staleReadMs: 30_000,

    async resolve(request, invocation) {
      return resolve(request, rule, invocation);
    },

    async read(access, invocation) {
      const found = await find(clientFor(access.roleArn), access, invocation);
      const member = found.memberships.some(({ GroupId }) => GroupId === found.access.ids?.group);
      return { state: member ? "member" : "absent", sufficient: member, access: found.access };
    },

    // For a user who is a member already, AWS accepts the call and changes nothing.
    async grant(access, invocation) {
      const iam = clientFor(access.roleArn);
      const command = new AddUserToGroupCommand({ UserName: access.userName, GroupName: access.groupName });
      await iam.send(command, { abortSignal: invocation.budget.signal }).catch(async (error: unknown) => {
        if (error instanceof LimitExceededException) throw await quotaReached(iam, access, invocation, error);
        if (error instanceof NoSuchEntityException) await find(iam, access, invocation);
        throw toSymError(error, { action: "iam:AddUserToGroup", on: access.names.resource });
      });
      return {};
    },

    async restore(access, state, invocation) {
      if (state !== "absent") return {};
      const iam = clientFor(access.roleArn);
      const command = new RemoveUserFromGroupCommand({
        UserName: access.userName,
        GroupName: access.groupName,
      });
      await iam.send(command, { abortSignal: invocation.budget.signal }).catch((error: unknown) => {
        // AWS says this of a user or group that does not exist, moto also of a user who is no member.
        if (error instanceof NoSuchEntityException) return;
        throw toSymError(error, { action: "iam:RemoveUserFromGroup", on: access.names.resource });
      });
      return {};
    },
  };
}

async function quotaReached(
  iam: IAMClient,
  access: GroupAccess,
  invocation: Invocation,
  cause: Error,
): Promise<SymError> {
  const { memberships } = await find(iam, access, invocation);
  const list = memberships.map(({ GroupName }) => GroupName).join(", ");
  return refused(
    `${access.names.subject} is in as many groups as IAM allows (${list}); take the user out of one of them, then ask again`,
    { cause },
  );
}
