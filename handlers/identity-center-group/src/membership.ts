import {
  ConflictException,
  CreateGroupMembershipCommand,
  DeleteGroupMembershipCommand,
  DescribeGroupCommand,
  DescribeUserCommand,
  GetGroupMembershipIdCommand,
  IsMemberInGroupsCommand,
  ResourceNotFoundException,
} from "@aws-sdk/client-identitystore";
import { requireElement } from "@sym/aws";
import {
  type Access,
  absent,
  allInOrder,
  type Effect,
  type Invocation,
  isNotFound,
  type Reading,
  unavailable,
} from "@sym/lambda-core";
import { ask } from "./identity-store.ts";
import type { StoreLocation } from "./settings.ts";

/** A user's place in a group. `subject` is the user's id. */
export type MembershipAccess = Access & {
  store: StoreLocation;
  groupId: string;
  /** How long AWS sessions of the group's members can last, in hours. */
  sessionHours: number;
};

export const member = "member";

/** Reads whether the user is a member, whether a membership has effect, and the group's current name. */
export async function readMembership(
  access: MembershipAccess,
  invocation: Invocation,
): Promise<Reading<MembershipAccess>> {
  const { names, store, subject, groupId } = access;
  const inStore = { IdentityStoreId: store.id };
  const asked = { ...inStore, MemberId: { UserId: subject }, GroupIds: [groupId] };
  const group = new DescribeGroupCommand({ ...inStore, GroupId: groupId });
  const user = new DescribeUserCommand({ ...inStore, UserId: subject });
  const [{ Results }, { GroupId, DisplayName, ExternalIds = [] }, { UserStatus }] = await allInOrder([
    ask("IsMemberInGroups", "Results", new IsMemberInGroupsCommand(asked), access, invocation),
    ask("DescribeGroup", "GroupId", group, access, invocation),
    ask("DescribeUser", "UserId", user, access, invocation),
  ]);
  const isMember = requireElement(Results[0]?.MembershipExists, {
    action: "identitystore:IsMemberInGroups",
    on: names.resource,
  });
  const resource = DisplayName ? `Identity Center group ${DisplayName}` : names.resource;
  // Keep AWS's spelling of the id: a target can write the id's letters in another case.
  const ids = { groupId: GroupId, resource: `${store.id}/${GroupId}` };
  const found = { ...access, ...ids, names: { ...names, resource } };
  const isSynced = ExternalIds.length > 0;
  const isDisabled = UserStatus === "DISABLED";
  return {
    access: found,
    state: isMember ? member : absent,
    effect: effectOf(found, { isMember, isSynced, isDisabled }),
  };
}

/** `isSynced`: an identity provider maintains the group. `isDisabled`: the user cannot sign in. */
function effectOf(
  { names }: MembershipAccess,
  { isMember, isSynced, isDisabled }: Record<"isMember" | "isSynced" | "isDisabled", boolean>,
): Effect {
  if (isDisabled)
    return {
      obstacle: `${names.subject} is disabled, so a membership would have no effect; enable the user, then request the access again`,
    };
  return isMember || !isSynced ? "by-state" : { obstacle: syncedSentence(names.resource) };
}

/** The sentence about a group that an identity provider maintains. */
export function syncedSentence(group: string): string {
  return `${group} is provisioned by an identity provider, whose next sync would undo the change; grant the group in the identity provider, or name a group that was created in Identity Center`;
}

/** Does nothing for a user who is a member already. */
export async function addMember(access: MembershipAccess, invocation: Invocation): Promise<void> {
  const command = new CreateGroupMembershipCommand(inputFor(access));
  try {
    await ask("CreateGroupMembership", "MembershipId", command, access, invocation);
  } catch (error) {
    if (!(error instanceof ConflictException)) throw error;
    if (error.Reason === "UNIQUENESS_CONSTRAINT_VIOLATION") return;
    // The reason is optional in the service's model; without a reason, a lookup shows whether the user is a member.
    if (await membershipId(access, invocation)) return;
    throw unavailable(
      `AWS could not add ${access.names.subject} to ${access.names.resource} because of a concurrent change; try again`,
      { cause: error },
    );
  }
}

/** Does nothing for a user who is no member, or does not exist. */
export async function removeMember(access: MembershipAccess, invocation: Invocation): Promise<void> {
  // Look up the membership each time: a user removed and added again has a new membership id.
  const MembershipId = await membershipId(access, invocation);
  if (MembershipId === undefined) return;
  const command = new DeleteGroupMembershipCommand({ IdentityStoreId: access.store.id, MembershipId });
  await ask("DeleteGroupMembership", "$metadata", command, access, invocation).catch(undefinedIfGone);
}

async function membershipId(access: MembershipAccess, invocation: Invocation): Promise<string | undefined> {
  const command = new GetGroupMembershipIdCommand(inputFor(access));
  const asked = ask("GetGroupMembershipId", "MembershipId", command, access, invocation);
  return (await asked.catch(undefinedIfGone))?.MembershipId;
}

function inputFor({ store, groupId, subject }: MembershipAccess) {
  return { IdentityStoreId: store.id, GroupId: groupId, MemberId: { UserId: subject } };
}

/** For `catch`: undefined for a missing membership or user. A missing group or store is another `SymError`, thrown on. */
function undefinedIfGone(error: unknown): undefined {
  if (!isNotFound(error, "subject") && !(error instanceof ResourceNotFoundException)) throw error;
}
