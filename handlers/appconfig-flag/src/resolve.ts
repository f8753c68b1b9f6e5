// Change this file first: `resolve` maps a Sym request to a flag of AppConfig.
import { checkToggle, type ToggleRules } from "@sym/flags";
import type { Access, State, SymRequest } from "@sym/lambda-core";
import { readTarget } from "./settings.ts";

/** A flag in an environment, switched for everybody. Plain JSON. All parts but the flag's key are ids, which never change. */
export type FlagAccess = Access & {
  /** The application's id. */
  project: string;
  environment: string;
  profile: string;
  flag: string;
  /** The deployment strategy's id. */
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
    // All requests for the same flag share a lease: the last request to end restores the flag.
    subject: "everybody",
    resource: `${place}/${profile}/${flag}`,
    names: {
      subject: "all users",
      resource: `AppConfig flag ${flag} in ${place} (${variation} for all users)`,
    },
    ...parts,
  };
  return { access, wanted: variation };
}

/** The flag's name in the list `TOGGLE_ALLOWED`. */
export function toggleOf({
  project,
  environment,
  flag,
}: Pick<FlagAccess, "project" | "environment" | "flag">) {
  return `${project}/${environment}/${flag}`;
}
