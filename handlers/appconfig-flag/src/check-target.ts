import type { AppConfigClient } from "@aws-sdk/client-appconfig";
import type { ToggleRules } from "@sym/flags";
import type { CheckedTarget, Invocation } from "@sym/lambda-core";
import { findDeployed, stateOf } from "./appconfig-deployed.ts";
import { resolve } from "./resolve.ts";

/** Looks at the flag of a target. Throws if no request could get the flag. */
export async function checkTarget(
  client: AppConfigClient,
  toggles: ToggleRules,
  target: CheckedTarget,
  invocation: Invocation,
): Promise<string> {
  const { access } = resolve({ type: "escalate", target }, invocation.functionArn, toggles);
  const { value, current } = await findDeployed({ client, access, invocation });
  const { flag, project, environment, profile, strategy } = access;
  return `AppConfig flag ${flag} of profile ${profile} is deployed in ${project}/${environment} by deployment ${current.DeploymentNumber}, and is ${stateOf(value)}; whether the function may deploy there, with the strategy ${strategy}, is not checked`;
}
