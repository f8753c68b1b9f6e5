import type { NeededResource } from "../kernel/call.ts";
import type { Asked, NeedOf } from "./need.ts";

type Ids = Record<string, string>;

const application = ({ application }: Ids) => ["application", `application/${application}`] as const;
const environment = ({ application, environment }: Ids) =>
  ["environment", `application/${application}/environment/${environment}`] as const;
const deployment = (ids: Ids) =>
  ["deployment", `${environment(ids)[1]}/deployment/${ids["number"]}`] as const;
const profile = ({ application, profile }: Ids) =>
  ["configurationprofile", `application/${application}/configurationprofile/${profile}`] as const;
const version = (ids: Ids) =>
  ["hostedconfigurationversion", `${profile(ids)[1]}/hostedconfigurationversion/${ids["version"]}`] as const;
const strategy = ({ strategy }: Ids) => ["deploymentstrategy", `deploymentstrategy/${strategy}`] as const;

export const appConfigNeeds: Record<string, NeedOf> = {
  GetDeployment: needs(application, environment, deployment),
  GetEnvironment: needs(application, environment),
  ListDeployments: needs(application, environment),
  StartDeployment: needs(application, environment, profile, strategy),
  ListHostedConfigurationVersions: needs(application, profile),
  GetHostedConfigurationVersion: needs(application, profile, version),
  CreateHostedConfigurationVersion: needs(application, profile),
  DeleteHostedConfigurationVersion: needs(application, profile, version),
  ListEnvironments: needs(application),
};

function needs(...parts: ((ids: Ids) => readonly [type: string, path: string])[]): NeedOf {
  return (asked: Asked): NeededResource[] => {
    const prefix = `arn:aws:appconfig:${asked.region}:${asked.caller.account}:`;
    const ids = idsOf(asked);
    return parts.map((part) => {
      const [type, path] = part(ids);
      return { type, arn: `${prefix}${path}` };
    });
  };
}

/** From the path, and for a deployment also from the body. */
function idsOf({ operation }: Asked): Ids {
  const parameters = operation.parameters as Ids;
  if (operation.action !== "StartDeployment") return parameters;
  const body = JSON.parse(parameters["body"] ?? "{}");
  return { ...parameters, profile: body.ConfigurationProfileId, strategy: body.DeploymentStrategyId };
}
