import { type Json, type JsonAction, JsonError, jsonService } from "../aws/json-protocol.ts";
import type { Caller, Service } from "../aws/service.ts";
import { findStore, type IdentityStoreState } from "./identity-store.ts";
import {
  addMembership,
  deleteMembership,
  findGroup,
  findUser,
  groupBy,
  membershipOf,
  notFound,
  type StoreState,
  userBy,
} from "./identity-store-data.ts";

const id = /^([0-9a-f]{10}-)?[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/;
const storeId = /^(d-[0-9a-f]{10}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
const faultCodes = {
  Throttling: "ThrottlingException",
  ServiceFailure: "InternalServerException",
  AccessDenied: "AccessDeniedException",
};

type StoreAction = (store: StoreState, parameters: Json) => Json;

/** The wire API. https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/welcome.html */
export function identityStoreService(state: () => IdentityStoreState): Service {
  const inStore =
    (action: string, run: StoreAction): JsonAction =>
    (parameters, caller) => {
      refuseIfTold(state(), action);
      const store = findStore(state(), text(parameters, "IdentityStoreId", storeId));
      if (store.region !== caller.region) throw notFound("IDENTITY_STORE", store.id);
      if (store.account !== caller.account) throw accessDenied(store, action, caller);
      return run(store, parameters);
    };
  const actions: Record<string, StoreAction> = {
    GetUserId,
    GetGroupId,
    GetGroupMembershipId,
    IsMemberInGroups,
    DescribeUser,
    DescribeGroup,
    CreateGroupMembership,
    DeleteGroupMembership,
  };
  const entries = Object.entries(actions).map(([name, run]) => [name, inStore(name, run)]);
  return jsonService("AWSIdentityStore", Object.fromEntries(entries), faultCodes);
}

function GetUserId(store: StoreState, parameters: Json): Json {
  const { path, value } = uniqueAttribute(parameters);
  if (path !== "userName" && path !== "emails.value") throw invalid(`Unsupported AttributePath: ${path}`);
  return userKeys(store, userBy(store, path === "userName" ? "userName" : "email", value).id);
}

function GetGroupId(store: StoreState, parameters: Json): Json {
  const { path, value } = uniqueAttribute(parameters);
  if (path !== "displayName") throw invalid(`Unsupported AttributePath: ${path}`);
  return groupKeys(store, groupBy(store, value).id);
}

function GetGroupMembershipId(store: StoreState, parameters: Json): Json {
  const { id: groupId } = findGroup(store, text(parameters, "GroupId", id));
  const { id: userId } = findUser(store, memberId(parameters));
  const membership = membershipOf(store, groupId, userId);
  if (!membership) throw notFound("GROUP_MEMBERSHIP");
  return membershipKeys(store, membership.id);
}

function IsMemberInGroups(store: StoreState, parameters: Json): Json {
  const { id: userId } = findUser(store, memberId(parameters));
  const groupIds = parameters["GroupIds"];
  if (!Array.isArray(groupIds) || groupIds.length < 1 || groupIds.length > 100)
    throw invalid("1 validation error detected: 'groupIds' must have between 1 and 100 members");
  const Results = groupIds.map((groupId) => ({
    GroupId: findGroup(store, groupId).id,
    MemberId: { UserId: userId },
    MembershipExists: membershipOf(store, groupId, userId) !== undefined,
  }));
  return { Results };
}

function DescribeUser(store: StoreState, parameters: Json): Json {
  const user = findUser(store, text(parameters, "UserId", id));
  const Emails = [{ Value: user.email, Type: "work", Primary: true }];
  const UserStatus = user.enabled ? "ENABLED" : "DISABLED";
  const shown = { UserName: user.userName, ...(user.email !== null && { Emails }), UserStatus };
  return { ...userKeys(store, user.id), ...shown, Revision };
}

function DescribeGroup(store: StoreState, parameters: Json): Json {
  const group = findGroup(store, text(parameters, "GroupId", id));
  const ExternalIds = group.externalIds.length > 0 ? { ExternalIds: group.externalIds } : {};
  return { ...groupKeys(store, group.id), DisplayName: group.displayName, ...ExternalIds, Revision };
}

function CreateGroupMembership(store: StoreState, parameters: Json): Json {
  const membership = addMembership(store, text(parameters, "GroupId", id), memberId(parameters));
  return membershipKeys(store, membership);
}

function DeleteGroupMembership(store: StoreState, parameters: Json): Json {
  deleteMembership(store, text(parameters, "MembershipId", id));
  return {};
}

/** AWS counts the changes of a user or a group; this stand-in does not. */
const Revision = "1";

function userKeys(store: StoreState, UserId: string): Json {
  return { IdentityStoreId: store.id, UserId, UserArn: arn("user", UserId) };
}

function groupKeys(store: StoreState, GroupId: string): Json {
  return { IdentityStoreId: store.id, GroupId, GroupArn: arn("group", GroupId) };
}

function membershipKeys(store: StoreState, MembershipId: string): Json {
  return { IdentityStoreId: store.id, MembershipId, MembershipArn: arn("membership", MembershipId) };
}

function arn(type: string, id: string): string {
  return `arn:aws:identitystore:::${type}/${id}`;
}

function refuseIfTold(state: IdentityStoreState, action: string): void {
  const door = state.closed.find((one) => one.action === action && (one.until ?? Infinity) > Date.now());
  if (door) {
    door.until ??= Date.now() + door.seconds * 1_000;
    const { seconds, as } = door;
    const inBody = as === "member" ? { RetryAfterSeconds: seconds } : {};
    const inHeader: Record<string, string> = as === "header" ? { "retry-after": String(seconds) } : {};
    throw new JsonError("ThrottlingException", "Rate exceeded", inBody, inHeader);
  }
  const refusal = state.refusals.find((one) => one.action === action && one.times > 0);
  if (!refusal) return;
  refusal.times -= 1;
  throw new JsonError(refusal.code, "Refused as told", refusal.members, refusal.headers);
}

/** The attribute in the union. This stand-in does not look up external ids. */
function uniqueAttribute(parameters: Json): { path: unknown; value: string } {
  const { UniqueAttribute } = (parameters["AlternateIdentifier"] ?? {}) as { UniqueAttribute?: Json };
  const { AttributePath: path, AttributeValue: value } = UniqueAttribute ?? {};
  if (typeof value !== "string" || value === "") throw invalid("AttributeValue must not be empty");
  return { path, value };
}

function memberId(parameters: Json): string {
  return text((parameters["MemberId"] ?? {}) as Json, "UserId", id);
}

function text(parameters: Json, name: string, pattern: RegExp): string {
  const value = parameters[name];
  if (typeof value === "string" && pattern.test(value)) return value;
  const field = name[0]?.toLowerCase() + name.slice(1);
  throw invalid(
    `1 validation error detected: Value '${value}' at '${field}' failed to satisfy constraint: ` +
      `Member must satisfy regular expression pattern: ${pattern.source}`,
  );
}

function invalid(message: string): JsonError {
  return new JsonError("ValidationException", message);
}

function accessDenied(store: StoreState, action: string, caller: Caller): JsonError {
  const arn = `arn:aws:identitystore::${store.account}:identitystore/${store.id}`;
  return new JsonError(
    "AccessDeniedException",
    `User: ${caller.arn} is not authorized to perform: identitystore:${action} on resource: ${arn}`,
  );
}
