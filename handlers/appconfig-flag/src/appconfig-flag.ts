import { AppConfigClient, GetEnvironmentCommand } from "@aws-sdk/client-appconfig";
import { abortOf, answerTo, clientDefaults } from "@sym/aws";
import { checkSwitch, type ToggleRules, toggleTargets } from "@sym/flags";
import { type Effect, notFound, type Reading, type TargetSystem, unavailable } from "@sym/lambda-core";
import { type Caller, callOf } from "./appconfig-call.ts";
import { deploy } from "./appconfig-deploy.ts";
import { type Deployed, findDeployed, stateOf } from "./appconfig-deployed.ts";
import { type Deployment, isSlow, isStarting, isUnderWay } from "./appconfig-deployments.ts";
import { hasTime, waitForNextRead } from "./appconfig-time.ts";
import { checkTarget } from "./check-target.ts";
import { rolloutOf } from "./forecast.ts";
import { type FlagAccess, resolve } from "./resolve.ts";

type FlagReading = Reading<FlagAccess> & { deployed?: Deployed };

/**
 * Basic flags of AppConfig, `on` or `off` for all users. Every change is a new version of the deployed document with only
 * this word changed. A return to an old version would undo the changes of others.
 * Source: AWS AppConfig API reference, 2019-10-09.
 */
export function appConfigFlag(toggles: ToggleRules): TargetSystem<FlagAccess> {
  const client = new AppConfigClient(clientDefaults);

  return {
    satisfies: (state, wanted) => state === wanted,
    ownTargets: toggleTargets(toggles),

    async find(request, invocation) {
      const { access, wanted } = resolve(request, invocation.functionArn, toggles);
      const deployed = await lookSettled({ client, access, invocation });
      const state = stateOf(deployed.value);
      const effect = state === wanted ? effectOf(deployed, access) : "by-state";
      return { access, state, wanted, effect, deployed };
    },

    async read(access, invocation) {
      const deployed = await findDeployed({ client, access, invocation });
      return { access, state: stateOf(deployed.value), effect: "by-state", deployed };
    },

    async set({ access, deployed: seen }: FlagReading, change, invocation) {
      checkSwitch(access, change, toggles);
      const caller = { client, access, invocation };
      const isEnd = change.state === change.afterwards;
      const deployment = await deploy(caller, { state: change.state, isEnd }, seen);
      if (!isEnd) return isSlow(deployment) ? { pending: rollout(deployment) } : {};
      await checkAlarms(caller, deployment);
      return isSlow(deployment) ? { residualAccess: `${rollout(deployment)}.` } : {};
    },

    /** A sweep can find the flag restored while an alarm may still undo the revoke. */
    async release({ access, deployed }: FlagReading, invocation) {
      if (!deployed || !isUnderWay(deployed.current)) return;
      const caller = { client, access, invocation };
      const { current } = await findDeployed(caller);
      await checkAlarms(caller, current);
    },

    async forecast({ access }, change) {
      checkSwitch(access, change, toggles);
      return rolloutOf(access);
    },

    check: (target, invocation) => checkTarget(client, toggles, target, invocation),
  };
}

/** The deployed document, once a deployment without a duration has its effect or was undone. */
async function lookSettled(caller: Caller): Promise<Deployed> {
  for (;;) {
    const deployed = await findDeployed(caller);
    const { current } = deployed;
    if (isSlow(current) || !isStarting(current) || !hasTime(caller.invocation)) return deployed;
    await waitForNextRead(caller.invocation);
  }
}

/** Throws while an alarm could still undo the revoke, so that the sweep checks again: AppConfig would not notify us. */
async function checkAlarms(caller: Caller, deployment: Deployment): Promise<void> {
  if (!isUnderWay(deployment) || !(await hasAlarms(caller))) return;
  throw unavailable(
    `AppConfig has revoked ${caller.access.names.resource}, but an alarm can roll the revoke back until deployment ${deployment.DeploymentNumber} is complete`,
  );
}

/** A rollout of others under way has no effect for some clients yet, and can be undone. Our rollout is a pending grant. */
function effectOf({ current, description }: Deployed, { flag, environment }: FlagAccess): Effect {
  if (!isStarting(current) || description.startsWith("Sym")) return "by-state";
  return {
    obstacle: `${rollout(current)} in environment ${environment}, which changes flag ${flag}; request the access again when that deployment is complete`,
  };
}

async function hasAlarms({ client, access, invocation }: Caller): Promise<boolean> {
  const { project: ApplicationId, environment: EnvironmentId } = access;
  const gone = `AppConfig environment ${EnvironmentId} no longer exists in application ${ApplicationId}`;
  const call = callOf("GetEnvironment", access, notFound("resource", gone));
  const command = new GetEnvironmentCommand({ ApplicationId, EnvironmentId });
  const { Monitors = [] } = await answerTo(call, client.send(command, abortOf(invocation)));
  return Monitors.length > 0;
}

function rollout({ DeploymentNumber, DeploymentDurationInMinutes }: Deployment): string {
  return `AppConfig is rolling out deployment ${DeploymentNumber} over ${DeploymentDurationInMinutes} minutes`;
}
