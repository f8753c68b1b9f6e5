import {
  ConflictException,
  CreateGroupMembershipCommand,
  DeleteGroupMembershipCommand,
  DescribeGroupCommand,
  GetGroupMembershipIdCommand,
  IsMemberInGroupsCommand,
  ResourceNotFoundException,
} from "@aws-sdk/client-identitystore";
import { allInOrder, type Invocation, SymError, type TargetSystem } from "@sym/lambda-core";
import { ask } from "./identity-store.ts";
import { isNobody, type MembershipAccess, resolve } from "./resolve.ts";

/** Membership of groups in IAM Identity Center. Creates no user and no group. */
export function identityCenterGroup(standard: {
  region: string;
}): TargetSystem<MembershipAccess, { id: string | undefined } | undefined> {
  return {
    absent: "absent",
    // AWS promises nothing about a reading after a change here; IAM, its neighbour, is eventually consistent.
    settles: 30_000,
    resolve: (request, invocation) => resolve(request, standard, invocation),

    async read(access, invocation) {
      const { names, store, userId, groupId } = access;
      if (userId === "") throw new SymError(`${names.subject} does not exist`, { reason: "no-subject" });
      const membership = { IdentityStoreId: store.id, MemberId: { UserId: userId }, GroupIds: [groupId] };
      const group = { IdentityStoreId: store.id, GroupId: groupId };
      const [{ Results = [] }, { DisplayName, ExternalIds = [] }] = await allInOrder([
        ask("IsMemberInGroups", new IsMemberInGroupsCommand(membership), access, invocation),
        ask("DescribeGroup", new DescribeGroupCommand(group), access, invocation),
      ]);
      const sufficient = Results[0]?.MembershipExists;
      if (sufficient === undefined)
        throw new SymError(`AWS did not say who is in ${names.resource}; try again`, {
          reason: "unavailable",
        });
      const resource = DisplayName ? `Identity Center group ${DisplayName}` : names.resource;
      const found = { ...access, names: { ...names, resource }, synced: ExternalIds.length > 0 };
      return { state: sufficient ? "member" : "absent", sufficient, access: found };
    },

    /** A membership's id is looked up each time: somebody who was taken out and put back has a new one. */
    async prepare(access, change, invocation) {
      return change === "restore" ? { id: await membershipId(access, invocation) } : undefined;
    },

    async grant(access, invocation) {
      if (!access.synced) await addMember(access, invocation);
      else if (!(await membershipId(access, invocation)))
        throw new SymError(
          `${access.names.resource} comes from an identity provider, whose next sync would undo a change here; grant it there, or name a group that was made in Identity Center`,
          { reason: "refused" },
        );
      return {};
    },

    async restore(access, state, invocation, membership) {
      if (state !== "absent") return {};
      const { id } = membership ?? { id: await membershipId(access, invocation) };
      if (id !== undefined) await removeMember(access, id, invocation);
      const hours = access.sessionHours === 1 ? "an hour" : `${access.sessionHours} hours`;
      // No call of AWS ends them: aws-sdk#598.
      return {
        residualAccess: `AWS sessions that are open now can go on for up to ${hours} after they began.`,
      };
    },
  };
}

async function addMember(access: MembershipAccess, invocation: Invocation): Promise<void> {
  const command = new CreateGroupMembershipCommand(inputFor(access));
  await ask("CreateGroupMembership", command, access, invocation).catch(async (error: unknown) => {
    if (!(error instanceof ConflictException)) throw error;
    if (error.Reason === "UNIQUENESS_CONSTRAINT_VIOLATION") return;
    // The reason is optional in the service's model; without one, look whether this is such a case.
    if (await membershipId(access, invocation)) return;
    const sentence = `AWS could not add anybody to ${access.names.resource}, because of another change; try again`;
    throw new SymError(sentence, { reason: "unavailable", cause: error });
  });
}

async function removeMember(
  access: MembershipAccess,
  MembershipId: string,
  invocation: Invocation,
): Promise<void> {
  const command = new DeleteGroupMembershipCommand({ IdentityStoreId: access.store.id, MembershipId });
  await ask("DeleteGroupMembership", command, access, invocation).catch(nothingThere);
}

/** Undefined if the user is not a member, or is not there. */
async function membershipId(access: MembershipAccess, invocation: Invocation): Promise<string | undefined> {
  const command = new GetGroupMembershipIdCommand(inputFor(access));
  const found = await ask("GetGroupMembershipId", command, access, invocation).catch(nothingThere);
  return found && String(found.MembershipId);
}

function inputFor({ store, groupId, userId }: MembershipAccess) {
  return { IdentityStoreId: store.id, GroupId: groupId, MemberId: { UserId: userId } };
}

/** A missing user is nobody's member; a missing group or store has become a `SymError` of its own. */
function nothingThere(error: unknown): undefined {
  if (!isNobody(error) && !(error instanceof ResourceNotFoundException)) throw error;
}
