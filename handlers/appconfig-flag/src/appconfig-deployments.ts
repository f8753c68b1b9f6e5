import {
  type DeploymentState,
  type DeploymentSummary,
  GetDeploymentCommand,
  paginateListDeployments,
} from "@aws-sdk/client-appconfig";
import { requireElement } from "@sym/aws";
import type { SymError } from "@sym/lambda-core";
import { toSymError, unavailable } from "./appconfig-errors.ts";
import { abortOf, type Caller } from "./appconfig-versions.ts";

/** A summary with the fields that every deployment has. */
export type Deployment = DeploymentSummary & {
  DeploymentNumber: number;
  ConfigurationVersion: string;
  State: DeploymentState;
};

/** Whether the deployment still blocks its environment for other deployments. */
export function isUnderWay({ State }: DeploymentSummary): boolean {
  return ["DEPLOYING", "VALIDATING", "BAKING", "ROLLING_BACK"].includes(State ?? "");
}

export function isUndone({ State }: DeploymentSummary): boolean {
  return ["ROLLING_BACK", "ROLLED_BACK", "REVERTED"].includes(State ?? "");
}

/**
 * An environment's deployments of all profiles, from the newest to the oldest, as AppConfig lists them. Throws `missing`
 * if the environment does not exist.
 */
export async function* deploymentsOf(
  caller: Caller,
  environment: string,
  missing: SymError,
): AsyncGenerator<{ deployment: Deployment; profile(): Promise<string> }> {
  const { client, access, invocation } = caller;
  const action = "appconfig:ListDeployments";
  const place = { ApplicationId: access.project, EnvironmentId: environment };
  const pages = paginateListDeployments({ client }, place, abortOf(invocation));
  for (;;) {
    const { value, done } = await pages.next().catch((error: unknown) => {
      throw toSymError(error, action, access, missing);
    });
    if (done) return;
    for (const one of requireElement(value.Items, { action, on: access.names.resource })) {
      const deployment = checked(one, caller);
      yield { deployment, profile: () => profileOf(caller, environment, deployment) };
    }
  }
}

function checked(deployment: DeploymentSummary, { access }: Caller): Deployment {
  const { DeploymentNumber, ConfigurationVersion, State } = deployment;
  const call = { action: "appconfig:ListDeployments", on: access.names.resource };
  return {
    ...deployment,
    DeploymentNumber: requireElement(DeploymentNumber, call),
    ConfigurationVersion: requireElement(ConfigurationVersion, call),
    State: requireElement(State, call),
  };
}

/** AppConfig's lists of deployments name the profile since July 2026 only, and not everywhere. */
async function profileOf(
  { client, access, invocation }: Caller,
  environment: string,
  { ConfigurationProfileId, DeploymentNumber }: Deployment,
): Promise<string> {
  if (ConfigurationProfileId !== undefined) return ConfigurationProfileId;
  const action = "appconfig:GetDeployment";
  const place = { ApplicationId: access.project, EnvironmentId: environment };
  const command = new GetDeploymentCommand({ ...place, DeploymentNumber });
  const deployment = await client.send(command, abortOf(invocation)).catch((error: unknown) => {
    const gone = `AppConfig deployment ${DeploymentNumber} is listed but cannot be found; try again`;
    throw toSymError(error, action, access, unavailable(gone));
  });
  return requireElement(deployment.ConfigurationProfileId, { action, on: access.names.resource });
}
