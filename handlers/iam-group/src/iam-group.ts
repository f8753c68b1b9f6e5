import {
  AddUserToGroupCommand,
  IAMClient,
  LimitExceededException,
  NoSuchEntityException,
  RemoveUserFromGroupCommand,
} from "@aws-sdk/client-iam";
import { clientDefaults, clientPerRole, mustBeFromAws, toSymError } from "@sym/aws";
import {
  type AccountNameRule,
  absent,
  type Invocation,
  type Reading,
  ranked,
  refused,
  SymError,
  type TargetSystem,
} from "@sym/lambda-core";
import { findByIds, findByNames, type GroupAccess, type IamMembership } from "./iam-lookup.ts";
import { resolve } from "./resolve.ts";

const member = "member";

/** Membership of IAM groups. Creates no user and no group. */
export function iamGroup(rule: AccountNameRule): TargetSystem<GroupAccess> {
  const clientFor = clientPerRole(
    (credentials) => new IAMClient({ ...clientDefaults, ...(credentials && { credentials }) }),
  );

  async function read(access: GroupAccess, invocation: Invocation): Promise<Reading<GroupAccess>> {
    return readingOf(await findByIds(clientFor(access.roleArn), access, invocation));
  }

  /** For a user who is a member already, AWS accepts the call and changes nothing. */
  async function add(access: GroupAccess, invocation: Invocation): Promise<void> {
    const call = { action: "iam:AddUserToGroup", on: access.names.resource };
    const command = new AddUserToGroupCommand(inputFor(access));
    const options = { abortSignal: invocation.budget.signal };
    const answer = await clientFor(access.roleArn)
      .send(command, options)
      .catch(async (error: unknown) => {
        if (error instanceof LimitExceededException) throw await quotaReached(access, invocation, error);
        if (!(error instanceof NoSuchEntityException)) throw toSymError(error, call);
        await read(access, invocation);
        throw renamedMeanwhile(access, error);
      });
    mustBeFromAws(answer, call);
  }

  async function remove(access: GroupAccess, invocation: Invocation): Promise<void> {
    const call = { action: "iam:RemoveUserFromGroup", on: access.names.resource };
    const command = new RemoveUserFromGroupCommand(inputFor(access));
    const options = { abortSignal: invocation.budget.signal };
    const answer = await clientFor(access.roleArn)
      .send(command, options)
      .catch(async (error: unknown) => {
        // AWS answers this for a missing user or group, moto also for a user who is no member.
        if (!(error instanceof NoSuchEntityException)) throw toSymError(error, call);
        if (await isMember(access, invocation)) throw renamedMeanwhile(access, error);
        return undefined;
      });
    if (answer) mustBeFromAws(answer, call);
  }

  async function isMember(access: GroupAccess, invocation: Invocation): Promise<boolean> {
    return read(access, invocation).then(
      ({ state }) => state === member,
      (error: unknown) => {
        if (error instanceof SymError && error.reason.startsWith("no-")) return false;
        throw error;
      },
    );
  }

  async function quotaReached(access: GroupAccess, invocation: Invocation, cause: Error): Promise<SymError> {
    const { groups } = await findByIds(clientFor(access.roleArn), access, invocation);
    const list = groups.map(({ GroupName }) => GroupName).join(", ");
    return refused(
      `${access.names.subject} is in as many groups as IAM allows (${list}); remove the user from one of these groups, then request the access again`,
      { cause },
    );
  }

  return {
    // IAM is eventually consistent and names no limit. Source: IAM user guide, "Troubleshoot IAM".
    staleReadMs: 30_000,
    satisfies: ranked(absent, member),
    async find(request, invocation) {
      const names = resolve(request, rule, invocation);
      const found = await findByNames(clientFor(names.roleArn), names, invocation);
      return { ...readingOf(found), wanted: member };
    },
    read,
    async set({ access }, { state }, invocation) {
      await (state === member ? add(access, invocation) : remove(access, invocation));
      return {};
    },
  };
}

function readingOf({ access, groups }: IamMembership): Reading<GroupAccess> {
  const isMember = groups.some(({ GroupId }) => GroupId === access.resource);
  return { access, state: isMember ? member : absent, effect: "by-state" };
}

function inputFor({ userName, groupName }: GroupAccess) {
  return { UserName: userName, GroupName: groupName };
}

function renamedMeanwhile({ names }: GroupAccess, cause: Error): SymError {
  return new SymError(`${names.subject} or ${names.resource} was renamed just now; try again in a minute`, {
    reason: "unavailable",
    cause,
  });
}
