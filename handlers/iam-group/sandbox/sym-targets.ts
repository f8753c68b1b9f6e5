import type { SymTargets } from "@sym/infra-tests/sym-targets";

export const symTargets: SymTargets = {
  variables: {
    iam_group_targets: {
      admins: { group_name: "prod-admins" },
      partners: {
        group_name: "partners",
        role_arn: "arn:aws:iam::444455556666:role/partners",
        label: "Partners",
      },
    },
    iam_group_choices: ["readers", "writers"],
  },
  targets: {
    "iam-group-admins": { group_name: "prod-admins" },
    "iam-group-partners": { group_name: "partners", role_arn: "arn:aws:iam::444455556666:role/partners" },
  },
  ownFlows: {
    "iam-group-choice": { name: "group_name", type: "string", allowed_values: ["readers", "writers"] },
  },
  refusals: [
    [
      "a group with a path",
      { iam_group_targets: { admins: { group_name: "/team/admins" } } },
      'iam_group_targets has ["/team/admins"] as group_name; use the names of IAM groups, without a path.',
    ],
    [
      "a target without a group",
      { iam_group_targets: { admins: { label: "Admins" } } },
      "iam_group_targets has [null] as group_name;",
    ],
    [
      "a role's name",
      { iam_group_targets: { admins: { group_name: "admins", role_arn: "mine" } } },
      'iam_group_targets has ["mine"] as role_arn; use the ARNs of roles.',
    ],
    [
      "a choice with a path",
      { iam_group_choices: ["/readers"] },
      'iam_group_choices has ["/readers"]; use the names of IAM groups, without a path.',
    ],
    [
      "no role to invoke with, and only a choice",
      {
        connector_settings: null,
        function_arns: { "iam-group": "arn:aws:lambda:eu-west-1:111122223333:function:sym-iam-group" },
        iam_group_targets: {},
      },
      "so Sym could not invoke the functions; set connector_settings to",
    ],
  ],
};
