import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  allHandlers,
  basics,
  createSymDeployment,
  findTerraform,
  functionArns,
  type SymDeployment,
  targets,
} from "./sym.test-support.ts";
import { symProviderName } from "./sym-provider.ts";

const good = { ...basics, ...targets, function_arns: functionArns(...allHandlers) };
const flag = targets.feature_flag_targets.checkout;
const group = targets.identity_center_group_targets.readers;

/** What is wrong, the variables that are, and what Terraform says. */
const cases: [name: string, variables: object, sentence: string][] = [
  [
    "an unknown handler",
    { function_arns: { "iam-groups": functionArns("iam-group")["iam-group"] } },
    "function_arns has iam-groups; its keys can be iam-group, identity-center-group, github-team and feature-flag.",
  ],
  [
    "an ARN of something else",
    { function_arns: { "iam-group": "arn:aws:iam::111122223333:role/x" } },
    "each must be the ARN of a Lambda function.",
  ],
  [
    "a role that the runtime cannot assume",
    { connector_settings: { ...basics.connector_settings, role_arn: "arn:aws:iam::111122223333:role/mine" } },
    'connector_settings.role_arn is "arn:aws:iam::111122223333:role/mine"; it must be the ARN of a role under the path /sym/',
  ],
  ["no role to invoke with", { connector_settings: null }, "so nobody could invoke the functions; set it to"],
  [
    "no role to invoke with, and only a choice",
    {
      connector_settings: null,
      function_arns: functionArns("iam-group"),
      iam_group_targets: {},
      iam_group_choices: ["readers"],
    },
    "so nobody could invoke the functions; set it to",
  ],
  ["no runtime", { runtime_settings: null }, "Neither of runtime_id and runtime_settings is set;"],
  ["two runtimes", { runtime_id: "of-mine" }, "Each of runtime_id and runtime_settings is set;"],
  [
    "a workspace's name",
    { slack_workspace_id: "acme" },
    'slack_workspace_id is "acme"; set it to the workspace\'s id',
  ],
  ["a channel without #", { approvals_channel: "approvals" }, 'approvals_channel is "approvals"; set it to'],
  ["a channel for errors without #", { errors_channel: "errors" }, 'errors_channel is "errors"; set it to'],
  ["a duration without unit", { durations: ["30"] }, 'durations has ["30"]; give at least one number with'],
  ["no duration", { durations: [] }, "durations has []; give at least one number with"],
  ["an organisation with a space", { org: "ac me" }, 'org is "ac me"; set it to the slug'],
  ["an environment with a space", { environment: "pr od" }, 'environment is "pr od"; use letters'],
  [
    "a group with a path",
    { iam_group_targets: { admins: { group_name: "/team/admins" } } },
    'iam_group_targets has ["/team/admins"] as group_name; use the names of IAM groups, without a path.',
  ],
  [
    "a role's name",
    { iam_group_targets: { admins: { group_name: "admins", role_arn: "mine" } } },
    'iam_group_targets has ["mine"] as role_arn; use the ARNs of roles.',
  ],
  [
    "a target's name with a space",
    { iam_group_targets: { "all admins": { group_name: "admins" } } },
    "iam_group_targets has all admins; use letters, digits, - and _ in the names of targets.",
  ],
  [
    "a name with a space in identity_center_group_targets",
    { identity_center_group_targets: { "all readers": group } },
    "identity_center_group_targets has all readers; use letters, digits, - and _ in the names of targets.",
  ],
  [
    "a name with a space in github_team_targets",
    { github_team_targets: { "the platform": targets.github_team_targets.platform } },
    "github_team_targets has the platform; use letters, digits, - and _ in the names of targets.",
  ],
  [
    "a name with a space in feature_flag_targets",
    { feature_flag_targets: { "the checkout": flag } },
    "feature_flag_targets has the checkout; use letters, digits, - and _ in the names of targets.",
  ],
  [
    "a choice with a path",
    { iam_group_choices: ["/readers"] },
    'iam_group_choices has ["/readers"]; use the names of IAM groups, without a path.',
  ],
  [
    "a group by id and by name",
    { identity_center_group_targets: { readers: { ...group, group_id: "1234567890-x" } } },
    "needs a group_id or a group_name, and not both; see readers.",
  ],
  [
    "a group without its store",
    { identity_center_group_targets: { readers: { group_name: "Readers" } } },
    "needs an identity_store_id, unless its group_id begins with one and a slash; see readers.",
  ],
  [
    "sessions longer than AWS has",
    { identity_center_group_targets: { readers: { ...group, session_hours: 13 } } },
    "identity_center_group_targets has [13] as session_hours; use whole numbers from 1 to 12.",
  ],
  [
    "a team's name instead of its slug",
    { github_team_targets: { platform: { org: "acme", team_slug: "The Platform" } } },
    'github_team_targets has ["The Platform"] as team_slug; use the names of teams as they are in the teams\' URLs.',
  ],
  [
    "a role that GitHub has not",
    { github_team_targets: { platform: { org: "acme", team_slug: "platform", role: "admin" } } },
    'github_team_targets has ["admin"] as role; use member or maintainer.',
  ],
  [
    "AppConfig for one person",
    {
      feature_flag_targets: {
        checkout: { ...flag, provider: "appconfig", configuration_profile: "abc1234" },
      },
    },
    "use launchdarkly or unleash with target-user or toggle, or appconfig with toggle.",
  ],
  [
    "a person without a variation",
    { feature_flag_targets: { checkout: { ...flag, variation: null } } },
    "feature_flag_targets has [null] as variation; LaunchDarkly needs one for a person, Unleash none,",
  ],
  [
    "a toggle to a variation",
    { feature_flag_targets: { checkout: { ...flag, mode: "toggle" } } },
    'feature_flag_targets has ["beta"] as variation;',
  ],
  [
    "AppConfig without a profile",
    {
      feature_flag_targets: { checkout: { ...flag, provider: "appconfig", mode: "toggle", variation: "on" } },
    },
    "Set configuration_profile for AppConfig, and only there; see checkout of feature_flag_targets.",
  ],
];

describe.runIf(findTerraform())(`infra/sym with ${symProviderName}`, () => {
  let sym: SymDeployment;
  beforeAll(async () => {
    sym = await createSymDeployment();
  });
  afterAll(() => sym.close());

  test("what the cases begin with is accepted", async () => {
    expect(await sym.plan(good)).not.toEqual([]);
  });

  test.each(cases)("%s is refused before anything is made", async (_, variables, sentence) => {
    expect(await sym.refusal({ ...good, ...variables })).toContain(sentence);
    expect(sym.api.calls).toEqual([]);
  });
});
