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
import { type Invocation, refused } from "@sym/lambda-core";
import { type Deployed, findDeployed, isUnderWay, isUndone, type Value } from "./appconfig-deployed.ts";
import { toSymError, unavailable } from "./appconfig-errors.ts";
import { replaceValue } from "./appconfig-text.ts";
import type { FlagAccess } from "./resolve.ts";

/** Between looks at a deployment. */
const pollMs = 500;
/** What has to be left before Lambda's deadline, to record the change and to answer. */
const reserveMs = 2_000;

/** Has the flag on or off as `want` says of its value, and waits for the effect. Returns the deployment that has it. */
export async function deploy(
  client: AppConfigClient,
  access: FlagAccess,
  invocation: Invocation,
  want: (value: Value) => unknown,
): Promise<DeploymentSummary> {
  const { signal } = invocation.budget;
  let started: number | undefined;
  for (;;) {
    const found = await findDeployed(client, access, invocation);
    const { value, current, latest } = found;
    const enabled = want(value);
    const isWanted = value["enabled"] === enabled;
    if (isWanted && (isSlow(current) || !isStarting(current) || !hasTime(invocation))) return current;
    if (started !== undefined && latest.DeploymentNumber === started && isUndone(latest))
      throw unavailable(
        `AppConfig undid deployment ${started} of ${access.names.resource}; look there for the alarm or the person that did it`,
      );
    if (!isWanted && !isUnderWay(latest)) {
      started = await deployVersion(client, access, invocation, found, enabled);
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
  { text, latest }: Deployed,
  enabled: unknown,
): Promise<number | undefined> {
  const { project, environment, flag, strategy } = access;
  const abort = { abortSignal: invocation.budget.signal };
  const profile = { ApplicationId: project, ConfigurationProfileId: access.profile };
  const content = replaceValue(text, ["values", flag, "enabled"], String(enabled));
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

function hasTime({ budget }: Invocation): boolean {
  return Date.now() + pollMs < budget.deadline - reserveMs;
}
