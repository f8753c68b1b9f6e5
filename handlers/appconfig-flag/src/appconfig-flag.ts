import { AppConfigClient, type DeploymentSummary, GetEnvironmentCommand } from "@aws-sdk/client-appconfig";
import { clientDefaults } from "@sym/aws";
import { checkVariation, type ToggleRules } from "@sym/flags";
import { type Invocation, notFound, type TargetSystem } from "@sym/lambda-core";
import { deploy, isSlow, isStarting } from "./appconfig-deploy.ts";
import { canonical, findDeployed, isUnderWay, type Value } from "./appconfig-deployed.ts";
import { toSymError, unavailable } from "./appconfig-errors.ts";
import { type FlagAccess, resolve } from "./resolve.ts";
import { readTarget } from "./settings.ts";

/**
 * Basic flags of AppConfig, which are for everybody. A state is the flag's whole value as JSON, so that a change by
 * others is seen. Every change is a new version of what is deployed with this one value changed: going back to
 * an old version would undo what others have changed since. Source: AWS AppConfig API reference, 2019-10-09.
 */
export function appConfigFlag(toggles: ToggleRules): TargetSystem<FlagAccess> {
  const client = new AppConfigClient(clientDefaults);

  return {
    absent: "absent", // No reading is: there is a lease for each switch, and it puts back what was there before.
    staleReadMs: 0,

    async resolve(request) {
      return resolve(request, toggles);
    },

    async read(access, invocation) {
      checkVariation(access, invocation, (request) => readTarget(request).variation);
      const { value, current } = await findDeployed(client, access, invocation);
      const enabled = access.variation === "on";
      return {
        state: canonical(value),
        sufficient: value["enabled"] === enabled && !isStarting(current),
        access: { ...access, granted: [canonical({ ...value, enabled })] },
      };
    },

    async grant(access, invocation) {
      const enabled = access.variation === "on";
      const deployment = await deploy(client, access, invocation, () => enabled);
      return isSlow(deployment) ? { pending: rollout(deployment) } : {};
    },

    async restore(access, state, invocation) {
      const before: Value = JSON.parse(state);
      let isOthers = false;
      const deployment = await deploy(client, access, invocation, (value) => {
        // What was granted differs from it in this alone. Others may change the flag while we wait for a turn.
        isOthers = canonical(value) !== state && !access.granted.includes(canonical(value));
        return isOthers ? value["enabled"] : before["enabled"];
      });
      if (isOthers)
        return {
          residualAccess: "Somebody else changed the flag at that moment, so it was left as it is now.",
        };
      // An alarm can bring back what was just taken away without telling us, so the sweep looks again.
      if (isUnderWay(deployment) && (await hasAlarms(client, access, invocation)))
        throw unavailable(
          `AppConfig has taken back ${access.names.resource}, but an alarm can undo that until deployment ${deployment.DeploymentNumber} is complete`,
          { retryable: true },
        );
      return isSlow(deployment) ? { residualAccess: `${rollout(deployment)}.` } : {};
    },
  };
}

async function hasAlarms(
  client: AppConfigClient,
  access: FlagAccess,
  { budget }: Invocation,
): Promise<boolean> {
  const { project: ApplicationId, environment: EnvironmentId } = access;
  const missing = notFound(
    "resource",
    `AppConfig has no environment ${EnvironmentId} in application ${ApplicationId} any more`,
  );
  const { Monitors = [] } = await client
    .send(new GetEnvironmentCommand({ ApplicationId, EnvironmentId }), { abortSignal: budget.signal })
    .catch((error: unknown) => {
      throw toSymError(error, "appconfig:GetEnvironment", access, missing);
    });
  return Monitors.length > 0;
}

function rollout({ DeploymentNumber, DeploymentDurationInMinutes }: DeploymentSummary): string {
  return `AppConfig rolls out deployment ${DeploymentNumber} over ${DeploymentDurationInMinutes} minutes`;
}
