// Change this file first: it maps Sym's words onto yours. Which flag of AppConfig is meant?
import { checkToggle, type ToggleRules } from "@sym/flags";
import type { Access, SymRequest } from "@sym/lambda-core";
import { readTarget } from "./settings.ts";

/** A flag in one environment, switched for everybody. Plain JSON. */
export type FlagAccess = Access & {
  /** The application's id. */
  project: string;
  environment: string;
  profile: string;
  flag: string;
  variation: "on" | "off";
  /** The id of the strategy to deploy with. */
  strategy: string;
};

/** Finds the ids without asking AppConfig; whether they exist shows when they are used. */
export function resolve(request: SymRequest, toggles: ToggleRules): FlagAccess {
  const target = readTarget(request);
  const { project, environment, flag, variation, configuration_profile: profile } = target;
  const place = `${project}/${environment}`;
  if (request.type === "escalate") checkToggle(`${place}/${flag}`, toggles);
  return {
    // One lease for all who switch the same flag: the last of them to end puts it back.
    subject: "everybody",
    resource: `${place}/${profile}/${flag}`,
    names: {
      subject: "everybody",
      resource: `AppConfig flag ${flag} in ${place} (${variation} for everybody)`,
    },
    granted: [],
    ...{ project, environment, profile, flag, variation, strategy: target.deployment_strategy },
  };
}
