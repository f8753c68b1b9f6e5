import { AwsError } from "../aws/aws-error.ts";
import {
  constraintError,
  type QueryParameters,
  queryService,
  requireParameter,
  type Xml,
} from "../aws/query-protocol.ts";
import type { Caller, Service } from "../aws/service.ts";
import { accountState, type IamState } from "./iam.ts";
import {
  addMember,
  findGroup,
  findUser,
  groupsOf,
  type IamAccountState,
  type IamGroup,
  type IamUser,
  membersOf,
  nameKey,
  removeMember,
  requireName,
} from "./iam-account.ts";

const CREATE_DATE = "2026-01-01T00:00:00Z";

/** IAM's wire API. https://docs.aws.amazon.com/IAM/latest/APIReference/welcome.html */
export function iamService(state: () => IamState): Service {
  const inAccount =
    (run: (account: IamAccountState, parameters: QueryParameters, caller: Caller) => Xml | undefined) =>
    (parameters: QueryParameters, caller: Caller) =>
      run(accountState(state(), caller.account), parameters, caller);

  return queryService("2010-05-08", "https://iam.amazonaws.com/doc/2010-05-08/", {
    GetUser: inAccount(getUser),
    GetGroup: inAccount(getGroup),
    ListGroupsForUser: inAccount(listGroupsForUser),
    AddUserToGroup: inAccount(addUserToGroup),
    RemoveUserFromGroup: inAccount(removeUserFromGroup),
  });
}

function getUser(account: IamAccountState, parameters: QueryParameters, caller: Caller): Xml {
  // The caller here is always a role, and a role has no user of its own as a default.
  if (parameters["UserName"] === undefined) {
    const message = "Must specify userName when calling with non-User credentials";
    throw new AwsError(400, "ValidationError", message);
  }
  return { User: userXml(findUser(account, userName(parameters)), caller) };
}

function getGroup(account: IamAccountState, parameters: QueryParameters, caller: Caller): Xml {
  const group = findGroup(account, groupName(parameters));
  const { shown, paging } = page(membersOf(account, group), parameters);
  return { Group: groupXml(group, caller), Users: shown.map((user) => userXml(user, caller)), ...paging };
}

function listGroupsForUser(account: IamAccountState, parameters: QueryParameters, caller: Caller): Xml {
  const user = findUser(account, userName(parameters));
  const { shown, paging } = page(groupsOf(account, user), parameters);
  return { Groups: shown.map((group) => groupXml(group, caller)), ...paging };
}

function addUserToGroup(account: IamAccountState, parameters: QueryParameters): undefined {
  addMember(account, userName(parameters), groupName(parameters));
}

function removeUserFromGroup(account: IamAccountState, parameters: QueryParameters): undefined {
  removeMember(account, userName(parameters), groupName(parameters));
}

// An existing name may be longer than CreateUser allows: 128 in the API reference of these actions.
function userName(parameters: QueryParameters): string {
  const name = requireParameter(parameters, "UserName");
  requireName("userName", name, 128);
  return name;
}

function groupName(parameters: QueryParameters): string {
  const name = requireParameter(parameters, "GroupName");
  requireName("groupName", name, 128);
  return name;
}

function userXml(user: IamUser, caller: Caller): Xml {
  const arn = `arn:aws:iam::${caller.account}:user/${user.name}`;
  return { Path: "/", UserName: user.name, UserId: user.id, Arn: arn, CreateDate: CREATE_DATE };
}

function groupXml(group: IamGroup, caller: Caller): Xml {
  const arn = `arn:aws:iam::${caller.account}:group${group.path}${group.name}`;
  return { Path: group.path, GroupName: group.name, GroupId: group.id, Arn: arn, CreateDate: CREATE_DATE };
}

/** The next `MaxItems` (1 to 1000, default 100) after the item named by `Marker`; `all` is sorted by name. */
function page<Named extends { name: string }>(all: Named[], parameters: QueryParameters) {
  const after = readMarker(parameters["Marker"]);
  const rest = all.filter((one) => nameKey(one.name) > after);
  const shown = rest.slice(0, readMaxItems(parameters["MaxItems"]));
  const last = shown.at(-1);
  if (!last || shown.length === rest.length) return { shown, paging: { IsTruncated: false } };
  return { shown, paging: { IsTruncated: true, Marker: writeMarker(last.name) } };
}

function readMaxItems(text = "100"): number {
  const maxItems = Number(text);
  if (Number.isInteger(maxItems) && maxItems >= 1 && maxItems <= 1000) return maxItems;
  throw constraintError("maxItems", text, "Member must have value between 1 and 1000");
}

function writeMarker(name: string): string {
  return Buffer.from(`after:${nameKey(name)}`).toString("base64url");
}

function readMarker(marker?: string): string {
  if (marker === undefined) return "";
  const text = Buffer.from(marker, "base64url").toString();
  if (text.startsWith("after:")) return text.slice("after:".length);
  throw new AwsError(400, "ValidationError", "Invalid Marker.");
}
