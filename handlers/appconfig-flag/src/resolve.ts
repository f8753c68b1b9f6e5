// Change this file first: `resolve` maps a Sym request to a flag of AppConfig.
import { forAllUsers, type Place, type ToggleRules } from "@sym/flags";
import type { Access, State, SymRequest } from "@sym/lambda-core";
import { readTarget } from "./settings.ts";

/**
 * A flag in an environment, for all users. Plain JSON. All parts but the flag's key are ids, which never change: `project`
 * is the application, `strategy` the deployment strategy.
 */
export type FlagAccess = Access & Place & { profile: string; strategy: string };

/** Reads the access without asking AppConfig. Refuses toggles that the function does not allow. */
export function resolve(
  request: Pick<SymRequest, "type" | "target">,
  functionArn: string,
  toggles: ToggleRules,
): { access: FlagAccess; wanted: State } {
  const target = readTarget(request);
  const { project, environment, flag, variation } = target;
  const { configuration_profile: profile, deployment_strategy: strategy } = target;
  const [, , , region, account] = functionArn.split(":");
  const place = { project, environment, flag };
  const name = `AppConfig flag ${flag} in ${project}/${environment}`;
  const access = {
    ...place,
    ...forAllUsers(request, { place, name, variation }, toggles),
    profile,
    strategy,
    host: `${account}/${region}`,
    resource: `${project}/${environment}/${profile}/${flag}`,
  };
  return { access, wanted: variation };
}
