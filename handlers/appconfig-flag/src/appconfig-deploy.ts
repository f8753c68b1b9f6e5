import { ConflictException, StartDeploymentCommand } from "@aws-sdk/client-appconfig";
import { abortOf, answerTo, isAwsError, requireElement } from "@sym/aws";
import { auditComment } from "@sym/flags";
import { refused, type State, unavailable } from "@sym/lambda-core";
import { type Caller, callOf } from "./appconfig-call.ts";
import { type Deployed, findDeployed, stateOf } from "./appconfig-deployed.ts";
import { type Deployment, isSlow, isStarting, isUnderWay, isUndone } from "./appconfig-deployments.ts";
import { deleteOldVersions, makeVersion } from "./appconfig-room.ts";
import { insertFirst, replaceValue } from "./appconfig-text.ts";
import { hasTime, waitForNextRead } from "./appconfig-time.ts";
import type { Version } from "./appconfig-versions.ts";

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
        { retryable: false },
      );
    if (!isWanted && !isUnderWay(latest) && (await deployVersion(caller, found, wish, attempts))) continue;
    if (!hasTime(invocation))
      throw unavailable(
        `Another deployment is in progress in AppConfig environment ${access.environment}, which allows one at a time; try again when that deployment is complete`,
      );
    await waitForNextRead(invocation);
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
    if (isAwsError(error, ConflictException)) return false;
    throw error;
  }
}

function contentWith({ text, value }: Deployed, flag: string, state: State): string {
  const enabled = String(state === "on");
  return "enabled" in value
    ? replaceValue(text, ["values", flag, "enabled"], enabled)
    : insertFirst(text, ["values", flag], `"enabled":${enabled}`);
}

/** The cause of the error is AWS's `ConflictException` if another deployment has begun since the read. */
async function startDeployment(
  { client, access, invocation }: Caller,
  { latest }: Deployed,
  version: number,
): Promise<number> {
  const { project, environment, profile, strategy } = access;
  const gone = `AppConfig has no deployment strategy ${strategy}, or another administrator has just deleted version ${version} of profile ${profile}; correct the target's setting deployment_strategy, or try again`;
  const call = callOf("StartDeployment", access, refused(gone));
  const command = new StartDeploymentCommand({
    ApplicationId: project,
    EnvironmentId: environment,
    ConfigurationProfileId: profile,
    ConfigurationVersion: String(version),
    DeploymentStrategyId: strategy,
    Description: auditComment(invocation),
    LatestDeploymentNumber: latest.DeploymentNumber,
  });
  const { DeploymentNumber } = await answerTo(call, client.send(command, abortOf(invocation)));
  return requireElement(DeploymentNumber, call);
}
