import { testPayload } from "@sym/test-payloads/payloads";

/** What is measured of one handler: the settings of its target, and the function's environment. */
export type Subject = {
  handler: string;
  settings: Record<string, string>;
  environment: Record<string, string>;
};

/** The function that the test payloads are for. */
export const functionArn = "arn:aws:lambda:us-east-1:123456789012:function:sym-access";

const requester = "robin.requester@example.com";

export const subjects: Subject[] = [
  { handler: "iam-group", settings: { group_name: "prod-admins" }, environment: {} },
  {
    handler: "identity-center-group",
    settings: { identity_store_id: "d-1234567890", group_name: "prod-admins" },
    environment: {},
  },
  {
    handler: "github-team",
    settings: { org: "acme", team_slug: "platform" },
    environment: {
      // The ids that the stand-in gives out count from 1001; the organisation has the first.
      GITHUB_INSTALLATIONS: "acme=1002",
      IDENTITY_RULE: "map",
      IDENTITY_MAP: JSON.stringify({ [requester]: "robin-r" }),
    },
  },
  {
    handler: "feature-flag",
    settings: {
      provider: "launchdarkly",
      project: "shop",
      environment: "production",
      flag: "new-checkout",
      variation: "beta",
    },
    environment: {},
  },
];

/** A payload for the subject's target; `run` tells runs apart. */
export function payloadFor(
  { settings }: Pick<Subject, "settings">,
  type: "escalate" | "deescalate",
  run = 1,
) {
  const payload = structuredClone(testPayload(`${type}.json`));
  Object.assign(payload.fields.target.settings, settings);
  payload.run.srn = payload.run.srn.replace(
    /[^:]+$/,
    `11111111-1111-4111-8111-${String(run).padStart(12, "0")}`,
  );
  return payload;
}
