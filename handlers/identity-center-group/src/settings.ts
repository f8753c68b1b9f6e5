import { isRoleArn } from "@sym/aws";
import {
  type FunctionEnvironment,
  misconfigured,
  readIdentityRule,
  readTargetSettings,
  type SymRequest,
  wrongSetting,
} from "@sym/lambda-core";
import * as v from "valibot";

/** An identity store's id and region, and the role that changes the store; without `roleArn`, the function's own role. */
export type StoreLocation = { id: string; region: string; roleArn?: string };

/** The settings of a target. `sessionHours` is how long AWS sessions of the group's members can last. */
export type GroupSettings = {
  store: StoreLocation;
  group: { id: string } | { name: string };
  sessionHours: number;
};

// After `IdentityStoreId`, `ResourceId` and `GroupDisplayName` in the service's model: ids of groups have capitals, too.
const uuid = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const storeId = `d-[0-9a-f]{10}|${uuid}`;
const resourceId = `(?:[0-9a-f]{10}-)?${uuid.replaceAll("a-f", "A-Fa-f")}`;
// Terraform's id of a group is `store/group`, and people paste this form: terraform-provider-aws#36454.
const groupId = new RegExp(`^(?:(${storeId})/)?(${resourceId})$`);
const regionName = /^[a-z]{2,}(-[a-z]+)+-\d+$/;

const like = (pattern: RegExp) => v.optional(v.pipe(v.string(), v.regex(pattern)));
const target = v.object({
  identity_store_id: like(RegExp(`^(${storeId})$`)),
  group_id: like(groupId),
  group_name: like(/^[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r \u00a0\u3000]{1,1024}$/u),
  region: like(regionName),
  role_arn: v.optional(v.pipe(v.string(), v.check(isRoleArn))),
  session_hours: like(/^([1-9]|1[0-2])$/),
});

const hints = {
  identity_store_id: "an identity store's id, such as d-1234567890",
  group_id: "a group's id, or to an identity store's id, a slash and a group's id",
  group_name: "a group's display name",
  region: "the region of Identity Center, such as eu-west-1",
  role_arn: "a role's ARN",
  session_hours: "a whole number of hours from 1 to 12",
};

/**
 * Reads `IDENTITY_CENTER_REGION`, the region for targets without a region; by default the function's own region. The only
 * identity rule is `lookup`: the identity store finds the user of an e-mail.
 */
export function readEnvironment(environment: FunctionEnvironment): { region: string } {
  readIdentityRule(environment, ["lookup"]);
  const region = environment["IDENTITY_CENTER_REGION"] || environment["AWS_REGION"] || "";
  if (regionName.test(region)) return { region };
  throw misconfigured(`IDENTITY_CENTER_REGION is "${region}", but must be a region, such as eu-west-1`);
}

/** Reads the settings of the target. */
export function readSettings(
  request: Pick<SymRequest, "target">,
  standard: { region: string },
): GroupSettings {
  const settings = readTargetSettings(request, target, hints);
  const [, pasted, id] = groupId.exec(settings.group_id ?? "") ?? [];
  const { identity_store_id: store = pasted, group_name, region = standard.region, role_arn } = settings;
  if (!store) throw wrongSetting(request, "identity_store_id", "set it to an identity store's id");
  if (pasted && pasted !== store)
    throw wrongSetting(
      request,
      "group_id",
      `set it to a group of the same store as identity_store_id, ${store}`,
    );
  if (!id === !group_name) {
    const found = id ? "a value besides group_name" : "nothing";
    throw wrongSetting(request, "group_id", "set either group_id or group_name", found);
  }
  return {
    store: { id: store, region, ...(role_arn && { roleArn: role_arn }) },
    group: id ? { id } : { name: String(group_name) },
    sessionHours: Number(settings.session_hours ?? 12),
  };
}
