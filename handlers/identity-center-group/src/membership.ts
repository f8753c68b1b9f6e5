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
  type Reading,
  SymError,
} from "@sym/lambda-core";
import { ask } from "./identity-store.ts";
import { isMissingUser } from "./resolve.ts";
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
  const [{ Results }, group, user] = await allInOrder([
    ask("IsMemberInGroups", new IsMemberInGroupsCommand(asked), access, invocation),
    ask("DescribeGroup", new DescribeGroupCommand({ ...inStore, GroupId: groupId }), access, invocation),
    ask("DescribeUser", new DescribeUserCommand({ ...inStore, UserId: subject }), access, invocation),
  ]);
  const isMember = requireElement(Results?.[0]?.MembershipExists, {
    action: "identitystore:IsMemberInGroups",
    on: names.resource,
  });
  requireElement(user.UserId, { action: "identitystore:DescribeUser", on: names.subject });
  const resource = group.DisplayName ? `Identity Center group ${group.DisplayName}` : names.resource;
  // Keep AWS's spelling of the id: a target can write the id's letters in another case.
  const id = requireElement(group.GroupId, { action: "identitystore:DescribeGroup", on: names.resource });
  const ids = { groupId: id, resource: `${store.id}/${id}` };
  const found = { ...access, ...ids, names: { ...names, resource } };
  const isSynced = (group.ExternalIds ?? []).length > 0;
  const isDisabled = user.UserStatus === "DISABLED";
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
  if (isMember || !isSynced) return "by-state";
  return {
    obstacle: `${names.resource} is provisioned by an identity provider, whose next sync would undo the change; grant the group in the identity provider, or name a group that was created in Identity Center`,
  };
}

/** Does nothing for a user who is a member already. */
export async function addMember(access: MembershipAccess, invocation: Invocation): Promise<void> {
  const action = "CreateGroupMembership";
  const added = await ask(
    action,
    new CreateGroupMembershipCommand(inputFor(access)),
    access,
    invocation,
  ).catch(async (error: unknown) => {
    if (!(error instanceof ConflictException)) throw error;
    if (error.Reason === "UNIQUENESS_CONSTRAINT_VIOLATION") return undefined;
    // The reason is optional in the service's model; without one, a look-up tells whether the user is a member.
    if (await membershipId(access, invocation)) return undefined;
    const sentence = `AWS could not add ${access.names.subject} to ${access.names.resource} because of a concurrent change; try again`;
    throw new SymError(sentence, { reason: "unavailable", cause: error });
  });
  if (added)
    requireElement(added.MembershipId, { action: `identitystore:${action}`, on: access.names.resource });
}

/** Does nothing for a user who is no member, or does not exist. */
export async function removeMember(access: MembershipAccess, invocation: Invocation): Promise<void> {
  // Look up the membership each time: a user removed and added again has a new membership id.
  const MembershipId = await membershipId(access, invocation);
  if (MembershipId === undefined) return;
  const command = new DeleteGroupMembershipCommand({ IdentityStoreId: access.store.id, MembershipId });
  await ask("DeleteGroupMembership", command, access, invocation).catch(undefinedIfGone);
}

async function membershipId(access: MembershipAccess, invocation: Invocation): Promise<string | undefined> {
  const action = "GetGroupMembershipId";
  const command = new GetGroupMembershipIdCommand(inputFor(access));
  const found = await ask(action, command, access, invocation).catch(undefinedIfGone);
  return (
    found &&
    requireElement(found.MembershipId, { action: `identitystore:${action}`, on: access.names.resource })
  );
}

function inputFor({ store, groupId, subject }: MembershipAccess) {
  return { IdentityStoreId: store.id, GroupId: groupId, MemberId: { UserId: subject } };
}

/** For `catch`: undefined for a missing membership or user. A missing group or store is another `SymError`, thrown on. */
function undefinedIfGone(error: unknown): undefined {
  if (!isMissingUser(error) && !(error instanceof ResourceNotFoundException)) throw error;
}
