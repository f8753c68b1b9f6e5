// Change this file first: it maps Sym's words onto yours. Which flag of AppConfig is meant?
import { checkToggle, type ToggleRules } from "@sym/flags";
import type { Access, State, SymRequest } from "@sym/lambda-core";
import { readTarget } from "./settings.ts";

/** A flag in one environment, switched for everybody. Plain JSON. All but the flag's key are ids, which never change. */
export type FlagAccess = Access & {
  /** The application's id. */
  project: string;
  environment: string;
  profile: string;
  flag: string;
  /** The id of the strategy to deploy with. */
  strategy: string;
};

/** Reads the access without asking AppConfig. Refuses toggles that the function does not allow. */
export function resolve(
  request: SymRequest,
  functionArn: string,
  toggles: ToggleRules,
): { access: FlagAccess; wanted: State } {
  const target = readTarget(request);
  const { project, environment, flag, variation, configuration_profile: profile } = target;
  const [, , , region, account] = functionArn.split(":");
  const place = `${project}/${environment}`;
  const parts = { project, environment, profile, flag, strategy: target.deployment_strategy };
  if (request.type === "escalate") checkToggle(toggleOf(parts), toggles);
  const access = {
    host: `${account}/${region}`,
    // One lease for all who switch the same flag: the last of them to end puts it back.
    subject: "everybody",
    resource: `${place}/${profile}/${flag}`,
    names: {
      subject: "everybody",
      resource: `AppConfig flag ${flag} in ${place} (${variation} for everybody)`,
    },
    ...parts,
  };
  return { access, wanted: variation };
}

/** As `TOGGLE_ALLOWED` lists it. */
export function toggleOf({
  project,
  environment,
  flag,
}: Pick<FlagAccess, "project" | "environment" | "flag">) {
  return `${project}/${environment}/${flag}`;
}
