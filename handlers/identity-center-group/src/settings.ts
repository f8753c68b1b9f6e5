import { isRoleArn } from "@sym/aws";
import { SymError, type SymRequest } from "@sym/lambda-core";
import * as v from "valibot";

/** Where an identity store is, and the role that may change it; without a role, the function's own. */
export type Store = { id: string; region: string; roleArn?: string };

/** What a target says. `sessionHours` is how long AWS sessions of the group's members can last. */
export type Settings = { store: Store; group: { id: string } | { name: string }; sessionHours: number };

const uuid = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const storeId = `d-[0-9a-f]{10}|${uuid}`;
// Terraform's id of a group is `store/group`, and people paste it: terraform-provider-aws#36454.
const groupId = new RegExp(`^(?:(${storeId})/)?((?:[0-9a-f]{10}-)?${uuid})$`);
const regionName = /^[a-z]{2}(-[a-z]+)+-\d$/;

const like = (pattern: RegExp, hint: string) => v.optional(v.pipe(v.string(), v.regex(pattern, hint)));
const target = v.object({
  identity_store_id: like(RegExp(`^(${storeId})$`), "set it to an identity store's id, such as d-1234567890"),
  group_id: like(groupId, "set it to a group's id, or to an identity store's id, a slash and a group's id"),
  group_name: like(/^.{1,1024}$/, "set it to a group's display name"),
  region: like(regionName, "set it to the region of Identity Center, such as eu-west-1"),
  role_arn: v.optional(v.pipe(v.string(), v.check(isRoleArn, "set it to a role's ARN"))),
  session_hours: like(/^([1-9]|1[0-2])$/, "set it to a whole number of hours from 1 to 12"),
});

/** Reads `IDENTITY_CENTER_REGION`, for targets that name no region: the function's own unless set. */
export function readEnvironment(environment: Record<string, string | undefined>): { region: string } {
  const region = environment["IDENTITY_CENTER_REGION"] || environment["AWS_REGION"] || "";
  if (regionName.test(region)) return { region };
  throw new SymError(
    `This function is misconfigured: IDENTITY_CENTER_REGION is "${region}", but must be a region, such as eu-west-1`,
    { reason: "refused" },
  );
}

/** Reads what the target says. An empty setting counts as none. */
export function readSettings(
  { target: { name, settings } }: SymRequest,
  standard: { region: string },
): Settings {
  const refusal = (setting: string, found: string, advice: string) =>
    new SymError(`Target ${name} has ${found} as its setting ${setting}; ${advice}`, {
      reason: "refused",
      path: `fields.target.settings.${setting}`,
    });
  const given = Object.entries(settings).filter(([, value]) => value !== "");
  const { output, issues } = v.safeParse(target, Object.fromEntries(given));
  if (issues) {
    const setting = String(issues[0].path?.[0].key);
    throw refusal(setting, `"${settings[setting]}"`, issues[0].message);
  }
  const [, pasted, id] = groupId.exec(output.group_id ?? "") ?? [];
  const { identity_store_id: store = pasted, group_name, region = standard.region, role_arn } = output;
  if (!store) throw refusal("identity_store_id", "nothing", "set it to an identity store's id");
  if (pasted && pasted !== store)
    throw refusal(
      "group_id",
      `"${pasted}/${id}"`,
      `let it name the same store as identity_store_id, ${store}`,
    );
  if (!id === !group_name)
    throw refusal("group_id", id ? "a value besides group_name" : "nothing", "set it, or group_name");
  return {
    store: { id: store, region, ...(role_arn && { roleArn: role_arn }) },
    group: id ? { id } : { name: String(group_name) },
    sessionHours: Number(output.session_hours ?? 12),
  };
}
