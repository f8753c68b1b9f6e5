import type { SymTargets } from "@sym/infra-tests/sym-targets";

const checkout = { project: "shop", environment: "production", flag: "new-checkout", variation: "beta" };

export const symTargets: SymTargets = {
  variables: { launchdarkly_flag_targets: { checkout } },
  targets: { "launchdarkly-flag-checkout": checkout },
  refusals: [
    [
      "a person without a variation",
      { launchdarkly_flag_targets: { checkout: { ...checkout, variation: null } } },
      "launchdarkly_flag_targets has [null] as variation; set one for mode target-user;",
    ],
    [
      "a toggle to a variation",
      { launchdarkly_flag_targets: { checkout: { ...checkout, mode: "toggle" } } },
      'launchdarkly_flag_targets has ["beta"] as variation;',
    ],
    [
      "a mode that there is not",
      { launchdarkly_flag_targets: { checkout: { ...checkout, mode: "edit" } } },
      'launchdarkly_flag_targets has ["edit"] as mode; use target-user or toggle.',
    ],
    [
      "a target without its flag",
      { launchdarkly_flag_targets: { checkout: { ...checkout, flag: null } } },
      "Each of launchdarkly_flag_targets needs project, environment and flag; see checkout.",
    ],
  ],
};
