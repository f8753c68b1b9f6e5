import type { SymTargets } from "@sym/infra-tests/sym-targets";

const checkout = { project: "shop", environment: "production", flag: "new-checkout" };

export const symTargets: SymTargets = {
  variables: { unleash_flag_targets: { checkout } },
  targets: { "unleash-flag-checkout": checkout },
  refusals: [
    [
      "a person with a variation",
      { unleash_flag_targets: { checkout: { ...checkout, variation: "beta" } } },
      'unleash_flag_targets has ["beta"] as variation; use none for mode target-user;',
    ],
    [
      "a toggle to a variation",
      { unleash_flag_targets: { checkout: { ...checkout, mode: "toggle", variation: "beta" } } },
      'unleash_flag_targets has ["beta"] as variation;',
    ],
    [
      "a mode that there is not",
      { unleash_flag_targets: { checkout: { ...checkout, mode: "edit" } } },
      'unleash_flag_targets has ["edit"] as mode; use target-user or toggle.',
    ],
    [
      "a target without its project",
      { unleash_flag_targets: { checkout: { environment: "production", flag: "new-checkout" } } },
      "Each of unleash_flag_targets needs project, environment and flag; see checkout.",
    ],
  ],
};
