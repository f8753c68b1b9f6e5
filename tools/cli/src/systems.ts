import type { System } from "@sym/stand-ins/target-system";
import { featureFlag } from "./systems/feature-flag.ts";
import { gitHubTeam } from "./systems/github-team.ts";
import { iamGroup } from "./systems/iam-group.ts";
import { identityCenterGroup } from "./systems/identity-center-group.ts";

/** By handler. A new handler is one more line here. */
export const systems: Record<string, System> = {
  "feature-flag": featureFlag,
  "github-team": gitHubTeam,
  "iam-group": iamGroup,
  "identity-center-group": identityCenterGroup,
};
