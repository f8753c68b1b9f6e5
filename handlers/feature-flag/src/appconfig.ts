import {
  AppConfigClient,
  ConflictException,
  CreateHostedConfigurationVersionCommand,
  type DeploymentSummary,
  GetEnvironmentCommand,
  paginateListHostedConfigurationVersions,
  StartDeploymentCommand,
} from "@aws-sdk/client-appconfig";
import { clientDefaults } from "@sym/aws";
import {
  canonical,
  type Deployed,
  failed,
  findDeployed,
  isUnderWay,
  isUndone,
  type Value,
} from "./appconfig-deployed.ts";
import { replaceValue } from "./appconfig-text.ts";
import type { Call, Provider } from "./feature-flag.ts";
import { noResource, pause, refused, unavailable } from "./feature-flag-rest.ts";
import type { FlagAccess } from "./resolve.ts";

const aMoment = 500; // In milliseconds, between looks at a deployment.

/**
 * Basic flags of AppConfig, which are for everybody. A state is the flag's whole value as JSON, so that a change by
 * somebody else is seen. Every change is a new version of what is deployed with this one value changed: going back to
 * an old version would undo what others have changed since. Source: AWS AppConfig API reference, 2019-10-09.
 */
export function appConfig(): Provider {
  const client = new AppConfigClient(clientDefaults);

  return {
    async read(access, call) {
      const { value, current } = await findDeployed(client, access, call);
      const enabled = access.variation === "on";
      return {
        state: canonical(value),
        sufficient: value["enabled"] === enabled && !isStarting(current),
        access: { ...access, granted: [canonical({ ...value, enabled })] },
      };
    },

    async grant(access, call) {
      const enabled = access.variation === "on";
      const deployment = await deploy(client, access, call, () => enabled);
      return isSlow(deployment) ? { pending: rollout(deployment) } : {};
    },

    async restore(access, state, call) {
      const before: Value = JSON.parse(state);
      let isOthers = false;
      const deployment = await deploy(client, access, call, (value) => {
        // What was granted differs from it in this alone. Others may change the flag while we wait for a turn.
        isOthers = canonical(value) !== state && !access.granted.includes(canonical(value));
        return isOthers ? value["enabled"] : before["enabled"];
      });
      if (isOthers)
        return {
          residualAccess: "Somebody else changed the flag at that moment, so it was left as it is now.",
        };
      // An alarm would bring back what was just taken away, and nobody would hear of it: the sweep looks again.
      if (isUnderWay(deployment) && (await hasAlarms(client, access, call)))
        throw unavailable(
          `AppConfig has taken back ${access.names.resource}, but an alarm can undo that until deployment ${deployment.DeploymentNumber} is complete`,
          true,
        );
      return isSlow(deployment) ? { residualAccess: `${rollout(deployment)}.` } : {};
    },
  };
}

/** Has the flag on or off as `want` says of its value, and waits for the effect. Returns the deployment that has it. */
async function deploy(
  client: AppConfigClient,
  access: FlagAccess,
  call: Call,
  want: (value: Value) => unknown,
): Promise<DeploymentSummary> {
  let started: number | undefined;
  for (;;) {
    const found = await findDeployed(client, access, call);
    const { value, current, latest } = found;
    const enabled = want(value);
    const isWanted = value["enabled"] === enabled;
    if (isWanted && (isSlow(current) || !isStarting(current) || !hasTime(call))) return current;
    if (started !== undefined && latest.DeploymentNumber === started && isUndone(latest))
      throw unavailable(
        `AppConfig undid deployment ${started} of ${access.names.resource}; look there for the alarm or the person that did it`,
      );
    if (!isWanted && !isUnderWay(latest)) {
      started = await deployVersion(client, access, call, found, enabled);
      if (started !== undefined) continue;
    }
    if (!hasTime(call))
      throw unavailable(
        `Another deployment is under way in AppConfig environment ${access.environment}, which takes one at a time; try again when it is complete`,
        true,
      );
    await pause(aMoment, call);
  }
}

/** Returns the number of the deployment, or undefined if somebody else was faster. */
async function deployVersion(
  client: AppConfigClient,
  access: FlagAccess,
  call: Call,
  { text, latest }: Deployed,
  enabled: unknown,
): Promise<number | undefined> {
  const { project, environment, flag, deployment = { profile: "", strategy: "" } } = access;
  const abort = { abortSignal: call.signal };
  const profile = { ApplicationId: project, ConfigurationProfileId: deployment.profile };
  const content = replaceValue(text, ["values", flag, "enabled"], String(enabled));
  const gone = refused(
    `AppConfig has no deployment strategy ${deployment.strategy}; correct the target's setting deployment_strategy`,
  );
  let action = "appconfig:ListHostedConfigurationVersions";
  try {
    const newest = await newestVersion(client, profile, call);
    action = "appconfig:CreateHostedConfigurationVersion";
    const { VersionNumber } = await client.send(
      new CreateHostedConfigurationVersionCommand({
        ...profile,
        Content: new TextEncoder().encode(content),
        ContentType: "application/json",
        Description: call.comment,
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
        DeploymentStrategyId: deployment.strategy,
        Description: call.comment,
        LatestDeploymentNumber: latest.DeploymentNumber,
      }),
      abort,
    );
    return DeploymentNumber;
  } catch (error) {
    if (error instanceof ConflictException) return undefined;
    return failed(action, access, gone)(error);
  }
}

/** The lock on new versions. */
async function newestVersion(
  client: AppConfigClient,
  profile: { ApplicationId: string; ConfigurationProfileId: string },
  call: Call,
): Promise<number> {
  const numbers: number[] = [];
  const pages = paginateListHostedConfigurationVersions({ client }, profile, { abortSignal: call.signal });
  for await (const { Items = [] } of pages) numbers.push(...Items.map((item) => item.VersionNumber ?? 0));
  return Math.max(...numbers);
}

async function hasAlarms(client: AppConfigClient, access: FlagAccess, call: Call): Promise<boolean> {
  const { project: ApplicationId, environment: EnvironmentId } = access;
  const gone = noResource(
    `AppConfig has no environment ${EnvironmentId} in application ${ApplicationId} any more`,
  );
  const { Monitors = [] } = await client
    .send(new GetEnvironmentCommand({ ApplicationId, EnvironmentId }), { abortSignal: call.signal })
    .catch(failed("appconfig:GetEnvironment", access, gone));
  return Monitors.length > 0;
}

/** It will take longer than this function lives. */
function isSlow({ State, DeploymentDurationInMinutes = 0 }: DeploymentSummary): boolean {
  return State === "DEPLOYING" && DeploymentDurationInMinutes > 0;
}

function isStarting({ State }: DeploymentSummary): boolean {
  return State === "DEPLOYING" || State === "VALIDATING";
}

function rollout({ DeploymentNumber, DeploymentDurationInMinutes }: DeploymentSummary): string {
  return `AppConfig rolls out deployment ${DeploymentNumber} over ${DeploymentDurationInMinutes} minutes`;
}

function hasTime({ deadline }: Call): boolean {
  return Date.now() + aMoment < deadline;
}
