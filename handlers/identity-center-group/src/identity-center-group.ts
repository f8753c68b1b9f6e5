import {
  ConflictException,
  CreateGroupMembershipCommand,
  DeleteGroupMembershipCommand,
  DescribeGroupCommand,
  GetGroupMembershipIdCommand,
  IsMemberInGroupsCommand,
  ResourceNotFoundException,
} from "@aws-sdk/client-identitystore";
import {
  allInOrder,
  type Invocation,
  notFound,
  refused,
  SymError,
  type TargetSystem,
} from "@sym/lambda-core";
import { ask } from "./identity-store.ts";
import { isMissingUser, type MembershipAccess, resolve } from "./resolve.ts";

/** Membership of groups in IAM Identity Center. Creates no user and no group. */
export function identityCenterGroup(standard: {
  region: string;
}): TargetSystem<MembershipAccess, { id: string | undefined } | undefined> {
  return {
    absent: "absent",
    // AWS documents no consistency for the identity store. IAM, its neighbour, is eventually consistent.
    staleReadMs: 30_000,
    resolve: (request, invocation) => resolve(request, standard, invocation),

    async read(access, invocation) {
      const { names, store, userId, groupId } = access;
      if (userId === "") throw notFound("subject", `${names.subject} does not exist`);
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

    /** Looks up the membership's id each time: a user who was removed and added again has a new one. */
    async prepare(access, change, invocation) {
      return change === "restore" ? { id: await membershipId(access, invocation) } : undefined;
    },

    async grant(access, invocation) {
      if (!access.synced) await addMember(access, invocation);
      else if (!(await membershipId(access, invocation)))
        throw refused(
          `${access.names.resource} comes from an identity provider, whose next sync would undo a change here; grant it there, or name a group that was made in Identity Center`,
        );
      return {};
    },

    async restore(access, state, invocation, membership) {
      if (state !== "absent") return {};
      const { id } = membership ?? { id: await membershipId(access, invocation) };
      if (id !== undefined) await removeMember(access, id, invocation);
      const hours = access.sessionHours === 1 ? "an hour" : `${access.sessionHours} hours`;
      // AWS has no call that ends a session: aws-sdk#598.
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
    // The reason is optional in the service's model; without one, a look-up tells whether the user is a member.
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
  await ask("DeleteGroupMembership", command, access, invocation).catch(undefinedIfGone);
}

/** Undefined if the user is not a member, or does not exist. */
async function membershipId(access: MembershipAccess, invocation: Invocation): Promise<string | undefined> {
  const command = new GetGroupMembershipIdCommand(inputFor(access));
  const found = await ask("GetGroupMembershipId", command, access, invocation).catch(undefinedIfGone);
  return found && String(found.MembershipId);
}

function inputFor({ store, groupId, userId }: MembershipAccess) {
  return { IdentityStoreId: store.id, GroupId: groupId, MemberId: { UserId: userId } };
}

/** For `catch`: a missing membership, or a missing user. A missing group or store is a `SymError` of its own. */
function undefinedIfGone(error: unknown): undefined {
  if (!isMissingUser(error) && !(error instanceof ResourceNotFoundException)) throw error;
}
