import { setTimeout as sleep } from "node:timers/promises";
import { AppConfigClient, GetEnvironmentCommand } from "@aws-sdk/client-appconfig";
import { clientDefaults, requireElement } from "@sym/aws";
import { checkSwitch, type ToggleRules } from "@sym/flags";
import { type Effect, type Invocation, notFound, type Reading, type TargetSystem } from "@sym/lambda-core";
import { deploy, isSlow, isStarting } from "./appconfig-deploy.ts";
import { type Deployed, findDeployed, stateOf } from "./appconfig-deployed.ts";
import { type Deployment, isUnderWay } from "./appconfig-deployments.ts";
import { toSymError, unavailable } from "./appconfig-errors.ts";
import { hasTime, pollMs } from "./appconfig-time.ts";
import { abortOf, type Caller } from "./appconfig-versions.ts";
import { type FlagAccess, resolve, toggleOf } from "./resolve.ts";

type FlagReading = Reading<FlagAccess> & { deployed?: Deployed };

/**
 * Basic flags of AppConfig, which are for everybody: `on` or `off`. Every change is a new version of the deployed document
 * with only this word changed. A return to an old version would undo the changes of others.
 * Source: AWS AppConfig API reference, 2019-10-09.
 */
export function appConfigFlag(toggles: ToggleRules): TargetSystem<FlagAccess> {
  const client = new AppConfigClient(clientDefaults);

  /** The deployed document, once a deployment without a duration has its effect or was undone. */
  async function lookSettled(access: FlagAccess, invocation: Invocation): Promise<Deployed> {
    const { signal } = invocation.budget;
    for (;;) {
      const deployed = await findDeployed({ client, access, invocation });
      const { current } = deployed;
      if (isSlow(current) || !isStarting(current) || !hasTime(invocation)) return deployed;
      await sleep(pollMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }

  return {
    satisfies: (state, wanted) => state === wanted,

    async find(request, invocation) {
      const { access, wanted } = resolve(request, invocation.functionArn, toggles);
      const deployed = await lookSettled(access, invocation);
      const state = stateOf(deployed.value);
      const effect = state === wanted ? effectOf(deployed, access) : "by-state";
      return { access, state, wanted, effect, deployed };
    },

    async read(access, invocation) {
      const deployed = await findDeployed({ client, access, invocation });
      return { access, state: stateOf(deployed.value), effect: "by-state", deployed };
    },

    async set({ access, deployed: seen }: FlagReading, change, invocation) {
      checkSwitch(toggleOf(access), change, toggles);
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
  };
}

/** Throws while an alarm could still undo the revoke, so that the sweep checks again: AppConfig would not notify us. */
async function checkAlarms(caller: Caller, deployment: Deployment): Promise<void> {
  if (!isUnderWay(deployment) || !(await hasAlarms(caller))) return;
  throw unavailable(
    `AppConfig has revoked ${caller.access.names.resource}, but an alarm can roll the revoke back until deployment ${deployment.DeploymentNumber} is complete`,
    { retryable: true },
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
  const action = "appconfig:GetEnvironment";
  const { project: ApplicationId, environment: EnvironmentId } = access;
  const missing = notFound(
    "resource",
    `AppConfig environment ${EnvironmentId} no longer exists in application ${ApplicationId}`,
  );
  const command = new GetEnvironmentCommand({ ApplicationId, EnvironmentId });
  const { Id, Monitors = [] } = await client.send(command, abortOf(invocation)).catch((error: unknown) => {
    throw toSymError(error, action, access, missing);
  });
  // Without alarms, the list can be missing; the id cannot.
  requireElement(Id, { action, on: access.names.resource });
  return Monitors.length > 0;
}

function rollout({ DeploymentNumber, DeploymentDurationInMinutes }: Deployment): string {
  return `AppConfig is rolling out deployment ${DeploymentNumber} over ${DeploymentDurationInMinutes} minutes`;
}
