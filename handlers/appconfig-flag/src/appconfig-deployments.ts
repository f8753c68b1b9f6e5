import {
  type DeploymentState,
  type DeploymentSummary,
  GetDeploymentCommand,
  paginateListDeployments,
} from "@aws-sdk/client-appconfig";
import { abortOf, answerTo, itemsOf, requireElement } from "@sym/aws";
import { type SymError, unavailable } from "@sym/lambda-core";
import { type Caller, callOf } from "./appconfig-call.ts";

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

/** Whether the deployment is sure to outlast this invocation. */
export function isSlow({ State, DeploymentDurationInMinutes = 0 }: DeploymentSummary): boolean {
  return State === "DEPLOYING" && DeploymentDurationInMinutes > 0;
}

export function isStarting({ State }: DeploymentSummary): boolean {
  return State === "DEPLOYING" || State === "VALIDATING";
}

/**
 * An environment's deployments of all profiles, from the newest to the oldest, as AppConfig lists them. Throws `missing`
 * if the environment does not exist.
 */
export async function* deploymentsOf(
  { client, access, invocation }: Caller,
  environment: string,
  missing: SymError,
): AsyncGenerator<Deployment> {
  const call = callOf("ListDeployments", access, missing);
  const place = { ApplicationId: access.project, EnvironmentId: environment };
  const pages = paginateListDeployments({ client }, place, abortOf(invocation));
  for await (const deployment of itemsOf(call, pages, ({ Items }) => Items))
    yield {
      ...deployment,
      DeploymentNumber: requireElement(deployment.DeploymentNumber, call),
      ConfigurationVersion: requireElement(deployment.ConfigurationVersion, call),
      State: requireElement(deployment.State, call),
    };
}

/** AppConfig's lists of deployments name the profile since July 2026 only, and not everywhere. */
export async function profileOf(
  { client, access, invocation }: Caller,
  environment: string,
  { ConfigurationProfileId, DeploymentNumber }: Deployment,
): Promise<string> {
  if (ConfigurationProfileId !== undefined) return ConfigurationProfileId;
  const gone = `AppConfig deployment ${DeploymentNumber} is listed but cannot be found; try again`;
  const call = callOf("GetDeployment", access, unavailable(gone, { retryable: false }));
  const place = { ApplicationId: access.project, EnvironmentId: environment };
  const command = new GetDeploymentCommand({ ...place, DeploymentNumber });
  const deployment = await answerTo(call, client.send(command, abortOf(invocation)));
  return requireElement(deployment.ConfigurationProfileId, call);
}
