import type { StoreState } from "../identity-store/identity-store-data.ts";
import { userBy } from "../identity-store/identity-store-data.ts";
import type { NeededResource } from "../kernel/call.ts";
import type { Asked, NeedOf } from "./need.ts";

type Parameters = Record<string, unknown>;

/** Ids are as in the request. A lookup without a result needs every resource: only `*` in a policy allows it. */
const anything = "*";

const user = (id: string) => resource("User", `user/${id}`);
const group = (id: string) => resource("Group", `group/${id}`);
const membership = (id: string) => resource("GroupMembership", `membership/${id}`);
const allMemberships = resource("AllGroupMemberships", "membership/*");

export const identityStoreNeeds: Record<string, NeedOf> = {
  GetUserId: needs(({ wanted, store }) => [user(foundUser(wanted, store))]),
  GetGroupId: needs(({ wanted, store }) => [
    group(store?.groups.find(({ displayName }) => displayName === attributeOf(wanted).value)?.id ?? anything),
  ]),
  DescribeUser: needs(({ wanted }) => [user(String(wanted["UserId"]))]),
  DescribeGroup: needs(({ wanted }) => [group(String(wanted["GroupId"]))]),
  CreateGroupMembership: needs(({ wanted }) => [group(String(wanted["GroupId"])), user(memberOf(wanted))]),
  GetGroupMembershipId: needs(({ wanted, store }) => {
    const [groupId, userId] = [String(wanted["GroupId"]), memberOf(wanted)];
    const found = store?.memberships.find((one) => one.groupId === groupId && one.userId === userId);
    return [group(groupId), user(userId), membership(found?.id ?? anything)];
  }),
  // The request does not name the group and user of the membership. For an unknown membership, both stay unknown.
  DeleteGroupMembership: needs(({ wanted, store }) => {
    const id = String(wanted["MembershipId"]);
    const found = store?.memberships.find((one) => one.id === id);
    return [membership(id), ...(found ? [group(found.groupId), user(found.userId)] : [])];
  }),
  IsMemberInGroups: needs(({ wanted }) => {
    const ids: unknown[] = Array.isArray(wanted["GroupIds"]) ? wanted["GroupIds"] : [];
    return [...ids.map((id) => group(String(id))), user(memberOf(wanted)), allMemberships];
  }),
};

/** All actions need the store itself. */
function needs(
  more: (call: { wanted: Parameters; store: StoreState | undefined }) => NeededResource[],
): NeedOf {
  return ({ operation, caller, state }: Asked) => {
    const wanted = operation.parameters;
    const id = String(wanted["IdentityStoreId"]);
    const { stores } = state.identityStore;
    const store = Object.hasOwn(stores, id) ? stores[id] : undefined;
    // The refusal for a store of another account names the store's own account.
    const account = store?.account ?? caller.account;
    const itself = {
      type: "Identitystore",
      arn: `arn:aws:identitystore::${account}:identitystore/${id}`,
    };
    return [itself, ...more({ wanted, store })];
  };
}

function resource(type: string, name: string): NeededResource {
  return { type, arn: `arn:aws:identitystore:::${name}` };
}

function attributeOf(wanted: Parameters): { path: unknown; value: unknown } {
  const { UniqueAttribute } = (wanted["AlternateIdentifier"] ?? {}) as { UniqueAttribute?: Parameters };
  return { path: UniqueAttribute?.["AttributePath"], value: UniqueAttribute?.["AttributeValue"] };
}

function foundUser(wanted: Parameters, store: StoreState | undefined): string {
  const { path, value } = attributeOf(wanted);
  if (!store) return anything;
  try {
    return userBy(store, path === "userName" ? "userName" : "email", String(value)).id;
  } catch {
    return anything; // The store has no user with this value.
  }
}

function memberOf(wanted: Parameters): string {
  return String(((wanted["MemberId"] ?? {}) as Parameters)["UserId"]);
}
