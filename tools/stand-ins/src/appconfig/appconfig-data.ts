import { AwsError } from "../aws/aws-error.ts";

/** Times in minutes. */
export type Deployment = {
  number: number;
  profile: string;
  version: number;
  strategy: string;
  state: "VALIDATING" | "DEPLOYING" | "BAKING" | "COMPLETE" | "ROLLED_BACK";
  duration: number;
  bake: number;
  description: string;
};

type Version = { number: number; content: string; description: string };

/** `undoNext`: an alarm goes off during the next deployment. `isOld`: lists do not name the profile. */
export type Environment = {
  monitors: number;
  deployments: Deployment[];
  undoNext?: boolean;
  isOld?: boolean;
};

export type Application = {
  environments: Record<string, Environment>;
  profiles: Record<string, { versions: Version[] }>;
};

/** AppConfig's answer to the next call of an action, in place of the action's own. */
type Refusal = { action: string; status: number; code: string };

/** Applications by account and id, strategies by id with their times in minutes. */
export type AppConfigState = {
  applications: Record<string, Application>;
  strategies: Record<string, { duration: number; bake: number }>;
  /** The maximum number of versions in a profile. */
  versionQuota: number;
  refusals: Refusal[];
};

/** The strategies that every account has. https://docs.aws.amazon.com/appconfig/latest/userguide/appconfig-creating-deployment-strategy-predefined.html */
export function emptyAppConfig(): AppConfigState {
  return {
    applications: {},
    strategies: {
      "AppConfig.AllAtOnce": { duration: 0, bake: 10 },
      "AppConfig.Linear50PercentEvery30Seconds": { duration: 1, bake: 1 },
      "AppConfig.Canary10Percent20Minutes": { duration: 20, bake: 10 },
      "AppConfig.Linear20PercentEvery6Minutes": { duration: 30, bake: 30 },
    },
    versionQuota: 100,
    refusals: [],
  };
}

/** Makes a profile's next version. AppConfig writes into a document of flags when each value was last changed. */
export function create(
  { versionQuota }: AppConfigState,
  application: Application,
  profile: string,
  content: string,
  description: string,
): Version {
  const versions = application.profiles[profile]?.versions ?? notFound("ConfigurationProfile", profile);
  if (versions.length >= versionQuota)
    throw new AwsError(402, "ServiceQuotaExceededException", "The number of hosted versions is exceeded");
  const version = {
    number: (versions.at(-1)?.number ?? 0) + 1,
    content: stamped(content, versions.at(-1)?.content),
    description,
  };
  versions.push(version);
  return version;
}

type Wish = { environment: string; profile: string; version: number; strategy: string; description?: string };

export function startDeployment(state: AppConfigState, application: Application, wish: Wish): Deployment {
  const { environment, profile, version, strategy, description = "" } = wish;
  const { deployments } = application.environments[environment] ?? notFound("Environment", environment);
  const times = state.strategies[strategy] ?? notFound("DeploymentStrategy", strategy);
  if (!application.profiles[profile]?.versions.some(({ number }) => number === version))
    notFound("HostedConfigurationVersion", String(version));
  if (deployments.some(isUnderWay))
    throw new AwsError(409, "ConflictException", "Deployment is already in progress");
  const number = (deployments.at(-1)?.number ?? 0) + 1;
  const deployment: Deployment = {
    number,
    profile,
    version,
    strategy,
    state: "DEPLOYING",
    ...times,
    description,
  };
  deployments.push(deployment);
  return deployment;
}

export function isUnderWay({ state }: Deployment): boolean {
  return state === "VALIDATING" || state === "DEPLOYING" || state === "BAKING";
}

/** A deployment without a duration advances at each read; a deployment with a duration waits for the test. */
export function getOn(environment: Environment): void {
  for (const one of environment.deployments) {
    if (one.state !== "DEPLOYING") continue;
    if (environment.undoNext) one.state = "ROLLED_BACK";
    else if (one.duration === 0) one.state = one.bake > 0 ? "BAKING" : "COMPLETE";
    environment.undoNext = false;
  }
}

export function notFound(type: string, id: string): never {
  throw new AwsError(404, "ResourceNotFoundException", `Could not find ${type} ${id}`);
}

type Values = Record<string, Record<string, unknown>>;

function stamped(content: string, before: string | undefined): string {
  const document = parse(content);
  if (!document) return content;
  const old = (before && parse(before)?.values) || {};
  const now = new Date().toISOString();
  for (const [flag, value] of Object.entries(document.values)) {
    const same = JSON.stringify(old[flag]) === JSON.stringify(value);
    if (!same) document.values[flag] = { _createdAt: now, ...value, _updatedAt: now };
  }
  return JSON.stringify(document);
}

function parse(content: string): { values: Values } | undefined {
  try {
    const document = JSON.parse(content);
    return document?.values ? document : undefined;
  } catch {
    return undefined; // A profile of another type.
  }
}
