import {
  AddUserToGroupCommand,
  IAMClient,
  LimitExceededException,
  NoSuchEntityException,
  RemoveUserFromGroupCommand,
} from "@aws-sdk/client-iam";
import { abortOf, answerTo, clientPerRole, isAwsError } from "@sym/aws";
import {
  type AccountNameRule,
  absent,
  isNotFound,
  type Reading,
  ranked,
  refused,
  type SymError,
  type TargetSystem,
  unavailable,
} from "@sym/lambda-core";
import {
  type Caller,
  findByIds,
  findByNames,
  findGroup,
  type GroupAccess,
  type IamMembership,
} from "./iam-lookup.ts";
import { readTarget, resolve } from "./resolve.ts";

const member = "member";

/** Membership of IAM groups. Creates no user and no group. */
export function iamGroup(rule: AccountNameRule): TargetSystem<GroupAccess> {
  const clientFor = clientPerRole((options) => new IAMClient(options));
  return {
    // IAM is eventually consistent and names no limit. Source: IAM user guide, "Troubleshoot IAM".
    staleReadMs: 30_000,
    satisfies: ranked(absent, member),
    async find(request, invocation) {
      const names = resolve(request, rule, invocation);
      const found = await findByNames({ client: clientFor(names), invocation }, names);
      return { ...readingOf(found), wanted: member };
    },
    async read(access, invocation) {
      return readingOf(await findByIds({ client: clientFor(access), invocation }, access));
    },
    async check(target, invocation) {
      const group = readTarget({ target }, invocation);
      const name = await findGroup({ client: clientFor(group), invocation }, group);
      return `${name} exists; whether the function may change its members is not checked`;
    },
    async set({ access }, { state }, invocation) {
      const caller = { client: clientFor(access), invocation };
      await (state === member ? add(caller, access) : remove(caller, access));
      return {};
    },
  };
}

function readingOf({ access, groups }: IamMembership): Reading<GroupAccess> {
  const isMember = groups.some(({ GroupId }) => GroupId === access.resource);
  return { access, state: isMember ? member : absent, effect: "by-state" };
}

/** For a user who is a member already, AWS accepts the call and changes nothing. */
async function add(caller: Caller, access: GroupAccess): Promise<void> {
  const call = { action: "iam:AddUserToGroup", on: access.names.resource };
  const command = new AddUserToGroupCommand(inputFor(access));
  const sent = caller.client.send(command, abortOf(caller.invocation));
  await answerTo(call, sent).catch(async (error: unknown) => {
    if (isAwsError(error, LimitExceededException)) throw await quotaReached(caller, access, error);
    if (!isAwsError(error, NoSuchEntityException)) throw error;
    await findByIds(caller, access);
    throw renamedMeanwhile(access, error);
  });
}

async function remove(caller: Caller, access: GroupAccess): Promise<void> {
  const call = { action: "iam:RemoveUserFromGroup", on: access.names.resource };
  const command = new RemoveUserFromGroupCommand(inputFor(access));
  const sent = caller.client.send(command, abortOf(caller.invocation));
  await answerTo(call, sent).catch(async (error: unknown) => {
    // AWS answers this for a missing user or group, moto also for a user who is no member.
    if (!isAwsError(error, NoSuchEntityException)) throw error;
    if (await isMember(caller, access)) throw renamedMeanwhile(access, error);
  });
}

async function isMember(caller: Caller, access: GroupAccess): Promise<boolean> {
  try {
    return readingOf(await findByIds(caller, access)).state === member;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

function inputFor({ userName, groupName }: GroupAccess) {
  return { UserName: userName, GroupName: groupName };
}

async function quotaReached(caller: Caller, access: GroupAccess, { cause }: SymError): Promise<SymError> {
  const { groups } = await findByIds(caller, access);
  const list = groups.map(({ GroupName }) => GroupName).join(", ");
  return refused(
    `${access.names.subject} is in as many groups as IAM allows (${list}); remove the user from one of these groups, then request the access again`,
    { cause },
  );
}

function renamedMeanwhile({ names }: GroupAccess, { cause }: SymError): SymError {
  return unavailable(`${names.subject} or ${names.resource} was renamed just now; try again in a minute`, {
    cause,
  });
}
