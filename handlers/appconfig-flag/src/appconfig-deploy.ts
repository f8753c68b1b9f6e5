import { setTimeout as sleep } from "node:timers/promises";
import { ConflictException, type DeploymentSummary, StartDeploymentCommand } from "@aws-sdk/client-appconfig";
import { requireElement } from "@sym/aws";
import { auditComment } from "@sym/flags";
import { refused, type State } from "@sym/lambda-core";
import { type Deployed, findDeployed, stateOf } from "./appconfig-deployed.ts";
import { type Deployment, isUnderWay, isUndone } from "./appconfig-deployments.ts";
import { toSymError, unavailable } from "./appconfig-errors.ts";
import { deleteOldVersions, makeVersion } from "./appconfig-room.ts";
import { insertFirst, replaceValue } from "./appconfig-text.ts";
import { hasTime, pollMs } from "./appconfig-time.ts";
import { abortOf, type Caller, type Version } from "./appconfig-versions.ts";

/** `isEnd`: whether the change restores the flag at the end of a request. */
type Wish = { state: State; isEnd: boolean };

/** `made`: the new version, the deployed version at its creation, and the versions before. `started`: the deployment's number. */
type Attempts = { made?: { number: number; from: string; others: Version[] }; started?: number };

/**
 * Deploys the flag as `on` or `off`, and waits for the effect. Returns the deployment with that state. The first attempt
 * uses `seen`, the deployment read just before, if given.
 */
export async function deploy(caller: Caller, wish: Wish, seen?: Deployed): Promise<Deployment> {
  const { access, invocation } = caller;
  const { signal } = invocation.budget;
  const attempts: Attempts = {};
  let known = seen && stateOf(seen.value) !== wish.state ? seen : undefined;
  for (;;) {
    const found = known ?? (await findDeployed(caller));
    known = undefined;
    const { value, current, latest } = found;
    const isWanted = stateOf(value) === wish.state;
    if (isWanted && (isSlow(current) || !isStarting(current) || !hasTime(invocation))) return current;
    if (latest.DeploymentNumber === attempts.started && isUndone(latest))
      throw unavailable(
        `AppConfig rolled back deployment ${attempts.started} of ${access.names.resource}; check in AppConfig which alarm or person caused the rollback`,
      );
    if (!isWanted && !isUnderWay(latest) && (await deployVersion(caller, found, wish, attempts))) continue;
    if (!hasTime(invocation))
      throw unavailable(
        `Another deployment is in progress in AppConfig environment ${access.environment}, which allows one at a time; try again when that deployment is complete`,
        { retryable: true },
      );
    await sleep(pollMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** False if another client was faster. */
async function deployVersion(
  caller: Caller,
  deployed: Deployed,
  { state, isEnd }: Wish,
  attempts: Attempts,
): Promise<boolean> {
  const { ConfigurationVersion: from } = deployed.current;
  const content = contentWith(deployed, caller.access.flag, state);
  try {
    if (attempts.made?.from !== from)
      attempts.made = { from, ...(await makeVersion(caller, { deployed: deployed.text, content, isEnd })) };
    const { number, others } = attempts.made;
    attempts.started = await startDeployment(caller, deployed, number);
    if (isEnd) await deleteOldVersions(caller, others);
    return true;
  } catch (error) {
    if (error instanceof ConflictException) return false;
    throw error;
  }
}

function contentWith({ text, value }: Deployed, flag: string, state: State): string {
  const enabled = String(state === "on");
  return "enabled" in value
    ? replaceValue(text, ["values", flag, "enabled"], enabled)
    : insertFirst(text, ["values", flag], `"enabled":${enabled}`);
}

/** Throws AWS's `ConflictException` if another deployment has begun since the look. */
async function startDeployment(
  { client, access, invocation }: Caller,
  { latest }: Deployed,
  version: number,
): Promise<number> {
  const action = "appconfig:StartDeployment";
  const { project, environment, profile, strategy } = access;
  const command = new StartDeploymentCommand({
    ApplicationId: project,
    EnvironmentId: environment,
    ConfigurationProfileId: profile,
    ConfigurationVersion: String(version),
    DeploymentStrategyId: strategy,
    Description: auditComment(invocation),
    LatestDeploymentNumber: latest.DeploymentNumber,
  });
  const { DeploymentNumber } = await client.send(command, abortOf(invocation)).catch((error: unknown) => {
    if (error instanceof ConflictException) throw error;
    const gone = `AppConfig has no deployment strategy ${strategy}, or another administrator has just deleted version ${version} of profile ${profile}; correct the target's setting deployment_strategy, or try again`;
    throw toSymError(error, action, access, refused(gone));
  });
  return requireElement(DeploymentNumber, { action, on: access.names.resource });
}

/** Whether the deployment is sure to outlast this invocation. */
export function isSlow({ State, DeploymentDurationInMinutes = 0 }: DeploymentSummary): boolean {
  return State === "DEPLOYING" && DeploymentDurationInMinutes > 0;
}

export function isStarting({ State }: DeploymentSummary): boolean {
  return State === "DEPLOYING" || State === "VALIDATING";
}
