import { accountState } from "../iam/iam.ts";
import { nameKey } from "../iam/iam-account.ts";
import type { Need, NeededResource } from "../kernel/call.ts";
import { findSecret } from "../secrets-manager/secrets-manager.ts";
import { appConfigNeeds } from "./appconfig-needs.ts";
import { dynamoDbNeeds } from "./dynamodb-needs.ts";
import { identityStoreNeeds } from "./identity-store-needs.ts";
import type { Asked, NeedOf } from "./need.ts";

const iamNeeds: Record<string, NeedOf> = {
  GetUser: userOf,
  ListGroupsForUser: userOf,
  GetGroup: groupOf,
  AddUserToGroup: groupOf,
  RemoveUserFromGroup: groupOf,
};

const byService: Record<string, Record<string, NeedOf>> = {
  appconfig: appConfigNeeds,
  iam: iamNeeds,
  identitystore: identityStoreNeeds,
  secretsmanager: { GetSecretValue: secretOf },
  sts: { AssumeRole: roleOf },
};

/**
 * The needs of a call: each resource that the service authorization reference lists for the action. An action that is
 * not mapped here needs everything.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export function needsOf(service: string, asked: Asked): Need[] {
  const { action } = asked.operation;
  if (service === "dynamodb") return dynamoDbNeeds(asked);
  // "No permissions are required to perform this operation": the API reference of STS.
  if (service === "sts" && action === "GetCallerIdentity") return [];
  const actions = byService[service] ?? {};
  const resourcesOf = Object.hasOwn(actions, action) ? actions[action] : undefined;
  const everything = [{ type: "*", arn: "*" }];
  return [{ action: `${service}:${action}`, resources: resourcesOf?.(asked) ?? everything }];
}

/** The mapped actions, by service. */
export function mappedActions(): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(byService).map(([service, actions]) => [service, Object.keys(actions)]),
  );
}

function userOf({ operation, caller, state }: Asked): NeededResource[] {
  const name = String(operation.parameters["UserName"] ?? "");
  const known = accountState(state.iam, caller.account).users.find(
    (user) => nameKey(user.name) === nameKey(name),
  );
  const arn = `arn:aws:iam::${caller.account}:user/${known?.name ?? name}`;
  return [{ type: "user", arn, said: `user ${name}` }];
}

function groupOf({ operation, caller, state }: Asked): NeededResource[] {
  const name = String(operation.parameters["GroupName"] ?? "");
  const known = accountState(state.iam, caller.account).groups.find(
    (one) => nameKey(one.name) === nameKey(name),
  );
  const path = known ? `${known.path}${known.name}` : `/${name}`;
  return [{ type: "group", arn: `arn:aws:iam::${caller.account}:group${path}`, said: `group ${name}` }];
}

/** A missing secret is refused like an existing secret: authorization comes first. */
function secretOf({ operation, caller, region, state }: Asked): NeededResource[] {
  const id = String(operation.parameters["SecretId"]);
  const { arn } = findSecret(state.secretsManager, id, { account: caller.account, region });
  return [{ type: "Secret", arn, said: id }];
}

function roleOf({ operation }: Asked): NeededResource[] {
  return [{ type: "role", arn: String(operation.parameters["RoleArn"]) }];
}
