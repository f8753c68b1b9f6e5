import type { Variables } from "../deployment.ts";
import { appConfigPlace, secrets, toggles } from "./feature-flag.ts";
import { otherRole as iamRole } from "./iam-group.ts";
import { groupId, otherRole as identityCenterRole, storeId } from "./identity-center-group.ts";

/** All four handlers with all that they can be given, but for keys of KMS: exactly what the stories are about. */
export function variablesOfStories(github: {
  GITHUB_APP_ID: string;
  GITHUB_PRIVATE_KEY_SECRET: string;
}): Variables {
  return {
    region: "us-east-1",
    deletion_protection: false,
    iam_group: { group_arns: ["arn:aws:iam::123456789012:group/prod-admins"], role_arns: [iamRole] },
    identity_center_group: {
      identity_store_arn: `arn:aws:identitystore::123456789012:identitystore/${storeId}`,
      group_ids: [groupId],
      role_arns: [identityCenterRole],
    },
    github_team: { app_id: github.GITHUB_APP_ID, secret_name: github.GITHUB_PRIVATE_KEY_SECRET },
    feature_flag: {
      launchdarkly_secret_name: secrets.launchDarkly,
      unleash: { url: "https://unleash.example.com", secret_name: secrets.unleash },
      appconfig: [appConfigPlace],
      toggle_allowed: toggles,
    },
  };
}
