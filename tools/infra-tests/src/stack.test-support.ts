import { createHash } from "node:crypto";
import type { Sandbox } from "@sym/stand-ins/sandbox";
import { testPayload } from "@sym/test-payloads/payloads";
import type { Variables } from "./deployment.ts";

export const handlers = ["iam-group", "identity-center-group", "github-team", "feature-flag"] as const;
export type HandlerName = (typeof handlers)[number];

const groupId = "90671c2f-4001-7000-8000-00000000000a";
const appConfigPlace = {
  application_id: "shop123",
  environment_id: "prod123",
  configuration_profile_id: "flag123",
  deployment_strategy_id: "now0000",
};

/** All four handlers, each with one thing that it may touch; servers that are not AWS's are the sandbox's. */
export function variables(sandbox: Sandbox): Variables {
  return {
    region: "us-east-1",
    tags: { team: "platform" },
    runtime_external_id: "5f0c7a52-0000-4000-8000-000000000001",
    deletion_protection: false,
    iam_group: { group_arns: ["arn:aws:iam::123456789012:group/prod-admins"] },
    identity_center_group: {
      identity_store_arn: "arn:aws:identitystore::123456789012:identitystore/d-1234567890",
      group_ids: [groupId],
    },
    github_team: {
      app_id: sandbox.env.GITHUB_APP_ID,
      secret_name: sandbox.env.GITHUB_PRIVATE_KEY_SECRET,
      environment: { GITHUB_API_URL: sandbox.env.GITHUB_API_URL },
    },
    feature_flag: {
      launchdarkly_secret_name: "flags/launchdarkly",
      appconfig: [appConfigPlace],
      toggle_allowed: ["shop123/prod123/maintenance"],
      environment: { LAUNCHDARKLY_URL: sandbox.env.LAUNCHDARKLY_URL },
    },
  };
}

/** The settings of one target of each handler, without its ARN. */
export const targets: Record<HandlerName, Record<string, string>> = {
  "iam-group": { group_name: "prod-admins" },
  "identity-center-group": { identity_store_id: "d-1234567890", group_id: groupId },
  "github-team": { org: "acme", team_slug: "platform" },
  "feature-flag": {
    provider: "launchdarkly",
    project: "shop",
    environment: "production",
    flag: "new-checkout",
    variation: "beta",
  },
};

/** One of the test payloads, as Sym would send it for this target of a deployed function: each function has runs of its own. */
export function eventFor(file: string, functionArn: string, settings: Record<string, string>): unknown {
  const payload = testPayload(file);
  const run = createHash("sha256").update(functionArn).digest("hex").slice(0, 12);
  payload.run.srn = payload.run.srn.replace(/[0-9a-f]{12}$/, run);
  payload.fields.target.settings = { arn: functionArn, ...settings };
  return payload;
}
