import { setTimeout as sleep } from "node:timers/promises";
import {
  type AppConfigClient,
  ConflictException,
  CreateHostedConfigurationVersionCommand,
  type DeploymentSummary,
  paginateListHostedConfigurationVersions,
  StartDeploymentCommand,
} from "@aws-sdk/client-appconfig";
import { auditComment } from "@sym/flags";
import { type Invocation, refused, type State } from "@sym/lambda-core";
import { type Deployed, findDeployed, isUnderWay, isUndone, stateOf } from "./appconfig-deployed.ts";
import { toSymError, unavailable } from "./appconfig-errors.ts";
import { insertFirst, replaceValue } from "./appconfig-text.ts";
import type { FlagAccess } from "./resolve.ts";

/** Between looks at a deployment. */
export const pollMs = 500;
/** What has to be left before Lambda's deadline, to record the change and to answer. */
const reserveMs = 2_000;

/**
 * Has the flag `on` or `off`, and waits for the effect. Returns the deployment that has it. What was `seen` a moment ago
 * serves the first attempt.
 */
export async function deploy(
  client: AppConfigClient,
  access: FlagAccess,
  invocation: Invocation,
  state: State,
  seen?: Deployed,
): Promise<DeploymentSummary> {
  const { signal } = invocation.budget;
  let started: number | undefined;
  let known = seen && stateOf(seen.value) !== state ? seen : undefined;
  for (;;) {
    const found = known ?? (await findDeployed(client, access, invocation));
    known = undefined;
    const { value, current, latest } = found;
    const isWanted = stateOf(value) === state;
    if (isWanted && (isSlow(current) || !isStarting(current) || !hasTime(invocation))) return current;
    if (started !== undefined && latest.DeploymentNumber === started && isUndone(latest))
      throw unavailable(
        `AppConfig undid deployment ${started} of ${access.names.resource}; look there for the alarm or the person that did it`,
      );
    if (!isWanted && !isUnderWay(latest)) {
      started = await deployVersion(client, access, invocation, found, state);
      if (started !== undefined) continue;
    }
    if (!hasTime(invocation))
      throw unavailable(
        `Another deployment is under way in AppConfig environment ${access.environment}, which takes one at a time; try again when it is complete`,
        { retryable: true },
      );
    await sleep(pollMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** Returns the number of the deployment, or undefined if another client was faster. */
async function deployVersion(
  client: AppConfigClient,
  access: FlagAccess,
  invocation: Invocation,
  { text, value, latest }: Deployed,
  state: State,
): Promise<number | undefined> {
  const { project, environment, flag, strategy } = access;
  const abort = { abortSignal: invocation.budget.signal };
  const profile = { ApplicationId: project, ConfigurationProfileId: access.profile };
  const enabled = String(state === "on");
  const content =
    "enabled" in value
      ? replaceValue(text, ["values", flag, "enabled"], enabled)
      : insertFirst(text, ["values", flag], `"enabled":${enabled}`);
  const missing = refused(
    `AppConfig has no deployment strategy ${strategy}; correct the target's setting deployment_strategy`,
  );
  let action = "appconfig:ListHostedConfigurationVersions";
  try {
    const newest = await newestVersion(client, profile, abort);
    action = "appconfig:CreateHostedConfigurationVersion";
    const { VersionNumber } = await client.send(
      new CreateHostedConfigurationVersionCommand({
        ...profile,
        Content: new TextEncoder().encode(content),
        ContentType: "application/json",
        Description: auditComment(invocation),
        LatestVersionNumber: newest,
      }),
      abort,
    );
    action = "appconfig:StartDeployment";
    const { DeploymentNumber } = await client.send(
      new StartDeploymentCommand({
        ...profile,
        EnvironmentId: environment,
        ConfigurationVersion: String(VersionNumber),
        DeploymentStrategyId: strategy,
        Description: auditComment(invocation),
        LatestDeploymentNumber: latest.DeploymentNumber,
      }),
      abort,
    );
    return DeploymentNumber;
  } catch (error) {
    if (error instanceof ConflictException) return undefined;
    throw toSymError(error, action, access, missing);
  }
}

/** The lock on new versions. */
async function newestVersion(
  client: AppConfigClient,
  profile: { ApplicationId: string; ConfigurationProfileId: string },
  abort: { abortSignal: AbortSignal },
): Promise<number> {
  const numbers: number[] = [];
  const pages = paginateListHostedConfigurationVersions({ client }, profile, abort);
  for await (const { Items = [] } of pages) numbers.push(...Items.map((item) => item.VersionNumber ?? 0));
  return Math.max(...numbers);
}

/** It will take longer than this function lives. */
export function isSlow({ State, DeploymentDurationInMinutes = 0 }: DeploymentSummary): boolean {
  return State === "DEPLOYING" && DeploymentDurationInMinutes > 0;
}

export function isStarting({ State }: DeploymentSummary): boolean {
  return State === "DEPLOYING" || State === "VALIDATING";
}

export function hasTime({ budget }: Invocation): boolean {
  return Date.now() + pollMs < budget.deadline - reserveMs;
}
