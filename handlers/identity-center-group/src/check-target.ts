import { DescribeGroupCommand } from "@aws-sdk/client-identitystore";
import { type CheckedTarget, type Invocation, refused } from "@sym/lambda-core";
import { ask } from "./identity-store.ts";
import { syncedSentence } from "./membership.ts";
import { findGroup, nameOf } from "./resolve.ts";
import { readSettings } from "./settings.ts";

/** Looks at the group of a target. Throws if no request could get the group. */
export async function checkTarget(
  target: CheckedTarget,
  standard: { region: string },
  invocation: Invocation,
): Promise<string> {
  const settings = readSettings({ target }, standard);
  const { store, group } = settings;
  const about = { store, names: { subject: "no user", resource: nameOf(settings) } };
  const id = "id" in group ? group.id : await findGroup(group.name, about, invocation);
  const command = new DescribeGroupCommand({ IdentityStoreId: store.id, GroupId: id });
  const asked = ask("DescribeGroup", "GroupId", command, about, invocation);
  const { DisplayName, ExternalIds = [] } = await asked;
  const name = DisplayName ? `Identity Center group ${DisplayName}` : about.names.resource;
  if (ExternalIds.length > 0) throw refused(syncedSentence(name));
  return `${name} exists in identity store ${store.id} in ${store.region}, and no identity provider provisions it; whether the function may change its members is not checked`;
}
