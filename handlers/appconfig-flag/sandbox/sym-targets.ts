import type { SymTargets } from "@sym/infra-tests/sym-targets";

const place = { project: "shop123", environment: "prod123", configuration_profile: "flag123" };
const maintenance = { ...place, flag: "maintenance", variation: "off" };

export const symTargets: SymTargets = {
  variables: { appconfig_flag_targets: { maintenance } },
  targets: { "appconfig-flag-maintenance": maintenance },
  refusals: [
    [
      "AppConfig for one person",
      { appconfig_flag_targets: { maintenance: { ...maintenance, mode: "target-user" } } },
      'appconfig_flag_targets has ["target-user"] as mode; use toggle or none',
    ],
    [
      "a toggle to a variation",
      { appconfig_flag_targets: { maintenance: { ...maintenance, variation: "beta" } } },
      'appconfig_flag_targets has ["beta"] as variation; use on, off or none.',
    ],
    [
      "AppConfig without a profile",
      { appconfig_flag_targets: { maintenance: { ...maintenance, configuration_profile: null } } },
      "Each of appconfig_flag_targets needs project, environment, flag and configuration_profile; see maintenance.",
    ],
  ],
};
